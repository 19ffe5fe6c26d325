"""What PyTorch and transformers say about one configuration: parameters, and FLOPs by
FlopCounterMode.

Models are built on the meta device, where tensors have shapes and no data, so that size costs
nothing. Two things are put right: rotary angles are made by a batched outer product that is counted
as a matrix product (left out here), and the choice of experts depends on data (here the first k
experts see every token, which is the same work).
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
logging.getLogger("transformers").setLevel(logging.ERROR)

import torch  # noqa: E402
from torch.utils.checkpoint import set_checkpoint_early_stop  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402
from transformers import AutoConfig, AutoModelForCausalLM, DynamicCache  # noqa: E402

BUILT: dict[str, Callable[..., torch.nn.Module]] = {}
"""How a model is built, by its `model_type`, where `AutoModelForCausalLM` does not do it."""
RUNNING: dict[str, Callable[[Any, int], Any]] = {}
"""A forward pass in which the first experts work, by the class of the experts, where it is not that
of most; takes the module and how many are at work."""
IDLE: set[str] = set()
"""Names of modules in a path whose experts never work on text."""


def configuration(stated: dict[str, Any]) -> Any:
    """The configuration object that transformers makes of a `config.json`."""
    return AutoConfig.for_model(**stated)


def model_of(stated: dict[str, Any], device: str = "meta") -> torch.nn.Module:
    """The causal language model, with attention in plain matrix products."""
    build = BUILT.get(stated["model_type"], AutoModelForCausalLM.from_config)
    with torch.device(device):
        model = build(
            configuration(stated),
            attn_implementation="eager",
            experts_implementation="eager",
            dtype=torch.float32,
        )
    if device == "meta":
        for module in _experts(model):
            running = RUNNING.get(type(module).__name__, _first_experts)
            module.forward = running(module, _active(model))
    return model.eval()


def parameters(model: torch.nn.Module) -> tuple[int, int]:
    """All parameters, and those without the experts that one token does not visit."""
    total = sum(p.numel() for p in model.parameters())
    idle = sum(
        weight.numel() // module.num_experts * (module.num_experts - _active(model))
        for module in _experts(model)
        for weight in module.parameters()
    )
    never = [module for name, module in model.named_modules() if IDLE & {name.split(".")[-1]}]
    idle += sum(weight.numel() for module in never for weight in module.parameters())
    return total, total - idle


def forward(model: torch.nn.Module, batch: int, seq: int) -> int:
    """FLOPs of one forward pass."""
    with _counting() as count, torch.no_grad():
        model(**_tokens(model, batch, seq), use_cache=False)
    return count()


def training(model: torch.nn.Module, batch: int, seq: int, recompute: bool = False) -> int:
    """FLOPs of forward and backward pass; with `recompute` every layer is run again, to its end."""
    model.train()
    if recompute:
        model.activation_checkpointing_enable({"use_reentrant": False})
    with set_checkpoint_early_stop(False), _counting() as count:
        model(**_tokens(model, batch, seq), use_cache=False).logits.sum().backward()
    if recompute:
        model.activation_checkpointing_disable()
    model.zero_grad(set_to_none=True)
    model.eval()
    return count()


def decode(model: torch.nn.Module, batch: int, context: int) -> int:
    """FLOPs of one more token for each sequence, with `context` tokens in a cache that keeps all of
    them."""
    cache = DynamicCache()
    with torch.no_grad():
        model(**_tokens(model, batch, context), past_key_values=cache, use_cache=True)
        with _counting() as count:
            model(**_tokens(model, batch, 1, before=context), past_key_values=cache, use_cache=True)
    return count()


def everything(stated: dict[str, Any], batch: int, seq: int) -> dict[str, int]:
    """All counts of one configuration."""
    model = model_of(stated)
    total, active = parameters(model)
    return {
        "total": total,
        "active": active,
        "forward": forward(model, batch, seq),
        "training": training(model, batch, seq),
        "training_full_recompute": training(model, batch, seq, recompute=True),
        "decode": decode(model, batch, seq),
    }


def mask_pairs(stated: dict[str, Any], seq: int) -> int:
    """Pairs of positions that the masks let through in all layers: attention weights above zero,
    counted on the CPU."""
    model = model_of(stated, device="cpu")
    with torch.no_grad():
        weights = model(
            **_tokens(model, 1, seq), use_cache=False, output_attentions=True
        ).attentions
    # Layers that read an image are skipped.
    assert len(weights) <= model.config.num_hidden_layers
    return sum(int((layer[0, 0] > 0).sum()) for layer in weights)


def _tokens(
    model: torch.nn.Module, batch: int, seq: int, before: int = 0
) -> dict[str, torch.Tensor]:
    """Arguments for `seq` new tokens a sequence; a stated mask keeps the model from looking into
    data for one."""
    device = next(model.parameters()).device
    mask = torch.ones((batch, before + seq), dtype=torch.long, device=device)
    return {
        "input_ids": torch.zeros((batch, seq), dtype=torch.long, device=device),
        "attention_mask": mask,
    }


def _active(model: torch.nn.Module) -> int:
    config = model.config
    if config.model_type == "dbrx":
        return config.ffn_config.moe_top_k
    return config.num_experts_per_tok


def _experts(model: torch.nn.Module) -> list[Any]:
    return [
        module
        for name, module in model.named_modules()
        if type(module).__name__.endswith("Experts") and not IDLE & set(name.split("."))
    ]


def _first_experts(module: Any, active: int) -> Any:
    """A forward pass for `module` in which the first `active` experts see every token."""
    transposed = type(module).__name__ == "GptOssExperts"  # stored as input x output

    def multiply(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return x @ (weight if transposed else weight.T)

    def run(x: torch.Tensor, indices: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        assert indices.shape == (x.shape[0], active)
        result = torch.zeros_like(x)
        for slot in range(active):
            gate, up = multiply(x, module.gate_up_proj[slot]).chunk(2, dim=-1)
            result = (
                result
                + multiply(gate.sigmoid() * up, module.down_proj[slot]) * weights[:, slot, None]
            )
        return result

    return run


@contextlib.contextmanager
def _counting() -> Iterator[Any]:
    """Counts FLOPs without the rotary angles."""
    with FlopCounterMode(display=False) as counter:
        yield lambda: _without_rotary(counter)


def _without_rotary(counter: FlopCounterMode) -> int:
    by_module = counter.get_flop_counts()
    angles = sum(
        sum(ops.values()) for name, ops in by_module.items() if name.endswith(".rotary_emb")
    )
    return counter.get_total_flops() - angles
