"""What PyTorch and transformers say about the later Gemmas, encoders and encoder-decoders.

The class is the one that `architectures` names. An encoder-decoder reads as many tokens in each
half; while decoding the encoder rests, and its keys and values stand in the cache.
"""

from __future__ import annotations

from typing import Any

import measure
import torch
import transformers
from torch.utils.checkpoint import set_checkpoint_early_stop
from transformers import DynamicCache, EncoderDecoderCache

SOUND = ("whisper",)
HALVES = ("t5", "mt5", "umt5", "bart", "mbart", "pegasus", "marian", "t5gemma", *SOUND)


def model_of(stated: dict[str, Any], device: str = "meta") -> Any:
    """The model, with attention in plain matrix products."""
    made = measure.configuration(stated)
    with torch.device(device):
        model = _class(stated)._from_config(
            made, attn_implementation="eager", experts_implementation="eager", dtype=torch.float32
        )
    for module in _experts(model):
        module.forward = measure._first_experts(module, _active(model))
    return model.eval()


def everything(stated: dict[str, Any], batch: int, seq: int) -> dict[str, int]:
    """All counts of one configuration that it has."""
    model_type = stated["model_type"]
    # Masks of encoders look into data.
    causal = model_type.startswith("gemma") and not _sees_all(stated)
    model = model_of(stated, "meta" if causal else "cpu")
    counts = parameters(model)
    if model_type in SOUND or _uncounted(stated):
        return counts
    counts["forward"] = forward(model, stated, batch, seq)
    if model_type.startswith("gemma"):
        counts["training_full_recompute"] = recomputed(model, batch, seq)
    if _decodes(model, stated):
        counts |= decode(model, stated, batch, seq)
    return counts


def parameters(model: Any) -> dict[str, int]:
    """All parameters, and those without the experts that one token does not visit."""
    total, idle = sum(p.numel() for p in model.parameters()), 0
    for module in _experts(model):
        for weight in module.parameters():
            idle += (module.num_experts - _active(model)) * weight[0].numel()
    return {"total": total, "active": total - idle}


def forward(model: Any, stated: dict[str, Any], batch: int, seq: int) -> int:
    """FLOPs of one forward pass."""
    with measure._counting() as count, torch.no_grad():
        model(**_inputs(model, stated, batch, seq))
    return int(count())


def recomputed(model: Any, batch: int, seq: int) -> int:
    """FLOPs of forward and backward pass, every layer run again to its end."""
    model.train()
    model.gradient_checkpointing_enable({"use_reentrant": False})
    with set_checkpoint_early_stop(False), measure._counting() as count:
        out = model(**measure._tokens(model, batch, seq), use_cache=False)
        (out.logits if hasattr(out, "logits") else out.last_hidden_state).sum().backward()
    model.zero_grad(set_to_none=True)
    model.eval()
    return int(count())


def decode(model: Any, stated: dict[str, Any], batch: int, context: int) -> dict[str, int]:
    """FLOPs of one more token for each sequence, and numbers in a cache of so many tokens."""
    if stated["model_type"] not in HALVES:
        cache = DynamicCache()
        with torch.no_grad():
            before = measure._tokens(model, batch, context)
            model(**before, past_key_values=cache, use_cache=True)
            kept = _numbers(cache) // batch
            with measure._counting() as count:
                step = measure._tokens(model, batch, 1, before=context)
                model(**step, past_key_values=cache, use_cache=True)
        return {"decode": int(count()), "kept": kept}
    cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
    inputs = _inputs(model, stated, batch, context)
    with torch.no_grad():
        read = model.get_encoder()(inputs["input_ids"], attention_mask=inputs["attention_mask"])
        told = {"encoder_outputs": read, "attention_mask": inputs["attention_mask"]}
        model(**told, decoder_input_ids=inputs["decoder_input_ids"], past_key_values=cache)
        kept = (
            _numbers(cache.self_attention_cache) + _numbers(cache.cross_attention_cache)
        ) // batch
        with measure._counting() as count:
            step = inputs["decoder_input_ids"][:, :1]
            model(**told, decoder_input_ids=step, past_key_values=cache)
    return {"decode": int(count()), "kept": kept}


def mask_pairs(stated: dict[str, Any], seq: int) -> int:
    """Pairs of positions under the masks in all layers, counted on the CPU."""
    model = model_of(stated, device="cpu")
    with torch.no_grad():
        out = model(**_inputs(model, stated, 1, seq), output_attentions=True)
    names = ("attentions", "encoder_attentions", "decoder_attentions", "cross_attentions")
    layers = [layer for name in names for layer in getattr(out, name, None) or ()]
    return sum(int((layer[0, 0] > 0).sum()) for layer in layers)


def _class(stated: dict[str, Any]) -> Any:
    named = stated.get("architectures")
    if named:
        return getattr(transformers, named[0])
    made = measure.configuration(stated)
    if stated["model_type"] in SOUND:
        auto: Any = transformers.AutoModelForSpeechSeq2Seq
    elif stated["model_type"] in HALVES:
        auto = transformers.AutoModelForSeq2SeqLM
    elif stated["model_type"].startswith("gemma"):
        auto = transformers.AutoModelForCausalLM
    else:
        auto = transformers.AutoModelForMaskedLM
    return auto._model_mapping[type(made)]


def _inputs(model: Any, stated: dict[str, Any], batch: int, seq: int) -> dict[str, torch.Tensor]:
    inputs: dict[str, Any] = measure._tokens(model, batch, seq)
    if stated["model_type"].startswith("gemma"):
        inputs["use_cache"] = False
    if _has_halves(model, stated):
        inputs["decoder_input_ids"] = inputs["input_ids"]
        inputs["use_cache"] = False
    return inputs


def _has_halves(model: Any, stated: dict[str, Any]) -> bool:
    return stated["model_type"] in HALVES and "EncoderModel" not in type(model).__name__


def _decodes(model: Any, stated: dict[str, Any]) -> bool:
    if _sees_all(stated) or "Classification" in type(model).__name__:
        return False
    return _has_halves(model, stated) or stated["model_type"].startswith("gemma")


def _uncounted(stated: dict[str, Any]) -> bool:
    """Whether attention to distances or a convolution is asked for."""
    asked = stated.get("relative_attention") or stated.get("conv_kernel_size")
    return stated["model_type"] == "deberta-v2" and bool(asked)


def _sees_all(stated: dict[str, Any]) -> bool:
    asked = stated.get("use_bidirectional_attention") in (True, "all")
    return asked or stated["model_type"].startswith("embedding_gemma")


def _numbers(cache: Any) -> int:
    kept = ((layer.keys, layer.values) for layer in cache.layers if layer.keys is not None)
    return sum(keys.numel() + values.numel() for keys, values in kept)


def _experts(model: Any) -> list[Any]:
    return [module for module in model.modules() if type(module).__name__.endswith("Experts")]


def _active(model: Any) -> int:
    return int(model.config.top_k_experts)
