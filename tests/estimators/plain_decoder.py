"""A plain PyTorch decoder, and a count of what autograd saves in it: the truth for `activations`.

Written out so that nothing is hidden: norms, attention with grouped keys, gated or plain MLP, or a
mixture of experts.
"""

import math
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from course_lib.catalog import Transformer


def saved_bytes(model: nn.Module, forward: Callable[[], torch.Tensor]) -> int:
    """Bytes of the distinct storages saved for backward; weights are left out."""
    weights = {weight.untyped_storage().data_ptr() for weight in model.parameters()}
    found: dict[int, int] = {}
    alive = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            found[storage.data_ptr()] = storage.nbytes()
            alive.append(tensor)  # so that no address is used twice
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        forward()
    return sum(found.values())


class Attention(nn.Module):
    def __init__(self, model: Transformer, fused: bool, dropout: float, selective: bool) -> None:
        super().__init__()
        self.model, self.fused, self.dropout, self.selective = model, fused, dropout, selective
        width, kv_width = model.n_heads * model.head_dim, model.n_kv_heads * model.head_dim
        self.query = nn.Linear(model.d_model, width, bias=model.qkv_bias)
        self.key, self.value = (
            nn.Linear(model.d_model, kv_width, bias=model.qkv_bias) for _ in range(2)
        )
        self.output = nn.Linear(width, model.d_model, bias=model.o_bias)

    def core(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        if self.fused:
            return functional.scaled_dot_product_attention(
                q, k, v, is_causal=True, enable_gqa=k.shape[1] < q.shape[1]
            )
        group = self.model.n_heads // self.model.n_kv_heads
        k, v = (part.repeat_interleave(group, 1) if group > 1 else part for part in (k, v))
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        future = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
        weights = scores.masked_fill(future, -math.inf).softmax(-1)
        return functional.dropout(weights, self.dropout) @ v if self.dropout else weights @ v

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q, k, v = (
            part(x).unflatten(-1, (-1, self.model.head_dim)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        mixed = (
            checkpoint(self.core, q, k, v, use_reentrant=True)
            if self.selective
            else self.core(q, k, v)
        )
        return self.output(mixed.transpose(1, 2).flatten(2))


class MLP(nn.Module):
    def __init__(self, model: Transformer, d_ff: int) -> None:
        super().__init__()
        self.gated = model.gated_mlp
        self.up = nn.Linear(model.d_model, d_ff, bias=model.mlp_bias)
        self.gate = nn.Linear(model.d_model, d_ff, bias=model.mlp_bias) if model.gated_mlp else None
        self.down = nn.Linear(d_ff, model.d_model, bias=model.mlp_bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.gate is None:
            return self.down(functional.gelu(self.up(x)))
        return self.down(functional.silu(self.gate(x)) * self.up(x))


class Mixture(nn.Module):
    """Each token goes to its best experts; their results are weighted by the router."""

    def __init__(self, model: Transformer) -> None:
        super().__init__()
        assert model.experts is not None
        self.active = model.experts.active
        self.router = nn.Linear(model.d_model, model.experts.count, bias=False)
        self.experts = nn.ModuleList(
            MLP(model, model.experts.d_ff) for _ in range(model.experts.count)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        flat = x.flatten(0, 1)
        best, chosen = self.router(flat).float().softmax(-1).topk(self.active)
        parts, places = [], []
        for index, expert in enumerate(self.experts):
            rows, slots = torch.where(chosen == index)
            parts.append(expert(flat[rows]) * best[rows, slots, None].to(x.dtype))
            places.append(rows)
        return torch.zeros_like(flat).index_add(0, torch.cat(places), torch.cat(parts)).view_as(x)


class Block(nn.Module):
    def __init__(self, model: Transformer, fused: bool, dropout: float, selective: bool) -> None:
        super().__init__()
        norm = nn.LayerNorm if model.norm == "layernorm" else nn.RMSNorm
        self.first, self.second = norm(model.d_model), norm(model.d_model)
        self.attention = Attention(model, fused, dropout, selective)
        self.mlp = MLP(model, model.d_ff) if model.experts is None else Mixture(model)
        self.drop = nn.Dropout(dropout) if dropout else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.drop(self.attention(self.first(x)))
        return x + self.drop(self.mlp(self.second(x)))


class Decoder(nn.Module):
    def __init__(
        self,
        model: Transformer,
        *,
        fused: bool = False,
        dropout: float = 0.0,
        recompute: str = "none",
    ) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.tokens, self.recompute = nn.Embedding(model.vocab_rows, model.d_model), recompute
        self.blocks = nn.ModuleList(
            Block(model, fused, dropout, recompute == "selective") for _ in range(model.layers)
        )
        self.norm = (nn.LayerNorm if model.norm == "layernorm" else nn.RMSNorm)(model.d_model)
        self.head = nn.Linear(model.d_model, model.vocab_rows, bias=False)
        self.drop = nn.Dropout(dropout) if dropout else nn.Identity()

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.drop(self.tokens(tokens))
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=True) if self.recompute == "full" else block(x)
        return self.head(self.norm(x))

    def loss(self, tokens: torch.Tensor) -> torch.Tensor:
        """Cross-entropy in fp32, as training code computes it; the targets are a tensor of their
        own."""
        return functional.cross_entropy(
            self(tokens).float().flatten(0, 1), tokens.clone().flatten()
        )
