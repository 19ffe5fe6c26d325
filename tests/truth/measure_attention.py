"""Models of the families that attend in every layer which `measure` cannot build or run as it
stands: parts of models with several modalities, and experts that are stored in their own way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import measure
import torch
from transformers import AutoModelForCausalLM, DynamicCache
from transformers.models.ernie4_5_vl_moe import modeling_ernie4_5_vl_moe as ernie
from transformers.models.mistral4.modeling_mistral4 import Mistral4ForCausalLM
from transformers.models.mllama.modeling_mllama import MllamaForCausalLM


class ErnieText(ernie.Ernie4_5_VLMoePreTrainedModel):
    """The language model of ERNIE 4.5 VL with its head."""

    _tied_weights_keys = {"lm_head.weight": "model.embed_tokens.weight"}  # noqa: RUF012

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.model = ernie.Ernie4_5_VLMoeTextModel(config)
        self.lm_head = torch.nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()

    def get_input_embeddings(self) -> torch.nn.Module:
        return self.model.embed_tokens

    def get_output_embeddings(self) -> torch.nn.Module:
        return self.lm_head

    def forward(self, past_key_values: Any = None, **given: Any) -> Any:
        made = self.model(**given, cache=past_key_values)
        return SimpleNamespace(
            logits=self.lm_head(made.last_hidden_state),
            attentions=getattr(made, "attentions", None),
        )


def without_images_and_sound(config: Any, **how: Any) -> torch.nn.Module:
    """Phi-4 multimodal without what it reads images and sound with."""
    model = AutoModelForCausalLM.from_config(config, **how)
    model.model.embed_tokens_extend = _Unread()
    return model


class _Unread(torch.nn.Module):
    """Hands the embeddings of the text on."""

    def forward(self, input_ids: Any, inputs_embeds: torch.Tensor, **rest: Any) -> torch.Tensor:
        return inputs_embeds


def llama4_experts(module: Any, active: int) -> Any:
    """Llama 4's code sends every token through every expert: here through the first alone."""

    def run(x: torch.Tensor) -> torch.Tensor:
        tokens = x.shape[0] // module.num_experts
        result = torch.zeros_like(x)
        for slot in range(active):
            mine = x[slot * tokens : (slot + 1) * tokens]
            gate, up = (mine @ module.gate_up_proj[slot]).chunk(2, dim=-1)
            made = (up * gate.sigmoid()) @ module.down_proj[slot]
            result = result + torch.nn.functional.pad(made, (0, 0, 0, x.shape[0] - tokens))
        return result

    return run


def dbrx_experts(module: Any, active: int) -> Any:
    """DBRX stores the matrices of all experts as one."""

    def run(x: torch.Tensor, indices: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        shape = (module.num_experts, module.ffn_hidden_size, module.hidden_size)
        w1, v1, w2 = (w.view(shape) for w in (module.mlp.w1, module.mlp.v1, module.mlp.w2))
        flat = x.reshape(-1, module.hidden_size)
        result = torch.zeros_like(flat)
        for slot in range(active):
            inner = (flat @ w1[slot].T).sigmoid() * (flat @ v1[slot].T)
            result = result + inner @ w2[slot] * weights[:, slot, None]
        return result.view(x.shape)

    return run


def cached_numbers(stated: dict[str, Any], tokens: int) -> int:
    """Numbers in the cache that transformers keeps of so many tokens."""
    model = measure.model_of(stated)
    cache = DynamicCache(config=model.config)
    with torch.no_grad():
        model(**measure._tokens(model, 1, tokens), past_key_values=cache, use_cache=True)
    kept = [(layer.keys, layer.values) for layer in cache.layers if layer.is_initialized]
    return sum(part.numel() for pair in kept for part in pair if part is not None)


measure.BUILT |= {
    "mistral4": Mistral4ForCausalLM._from_config,
    "mllama_text_model": MllamaForCausalLM._from_config,
    "ernie4_5_vl_moe_text": ErnieText._from_config,
    "phi4_multimodal": without_images_and_sound,
}
measure.RUNNING |= {"Llama4TextExperts": llama4_experts, "DbrxExperts": dbrx_experts}
measure.IDLE |= {"vision_moe"}
