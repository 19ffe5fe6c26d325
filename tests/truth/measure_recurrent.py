"""What PyTorch and transformers say about a model with recurrent layers or sparse attention.

The scan of a recurrent layer is code's own affair, so its products are no truth. Products with
weight matrices are: here they are told from all others by the storage of their operands. What a
sequence keeps is read off the cache that transformers returns.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import measure
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import AutoModelForCausalLM

PRODUCTS = (torch.ops.aten.mm, torch.ops.aten.bmm, torch.ops.aten.addmm, torch.ops.aten.baddbmm)


def model_of(stated: dict[str, Any]) -> torch.nn.Module:
    """The causal language model on the meta device, its first experts seeing every token."""
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(
            measure.configuration(stated),
            attn_implementation="eager",
            experts_implementation="eager",
            dtype=torch.bfloat16,
        )
    for module in _experts(model):
        module.forward = _first_experts(module, model.config.num_experts_per_tok)
    code = sys.modules[type(model).__module__]
    if hasattr(code, "create_recurrent_attention_mask"):
        # It looks into the mask, which has no data here; nothing is padded.
        code.create_recurrent_attention_mask = lambda *_, **__: None
    return model.eval()


def parameters(model: torch.nn.Module) -> dict[str, int]:
    """All parameters, and those without the experts that one token does not visit."""
    total, idle = sum(p.numel() for p in model.parameters()), 0
    for module in _experts(model):
        for weight in module.parameters():
            assert weight.shape[0] == module.num_experts
            idle += (module.num_experts - model.config.num_experts_per_tok) * weight[0].numel()
    return {"total": total, "active": total - idle}


def products(model: torch.nn.Module, seq: int) -> dict[str, int]:
    """FLOPs of one forward pass: products with weights, and other batched products."""
    counter = _Counter(model)
    with torch.no_grad(), counter, _rotary_apart(model, counter):
        model(**measure._tokens(model, 1, seq), use_cache=False)
    return {"weights": counter.weights, "pairs": counter.others}


def kept(model: torch.nn.Module, seq: int) -> dict[str, int]:
    """Numbers a sequence keeps: that one more token adds, and those of states; and their bytes."""
    short, long = (_tensors(_cache(model, n)) for n in (seq, seq + 1))
    grown = sum(b.numel() - a.numel() for a, b in zip(short, long, strict=True))
    same = [a for a, b in zip(short, long, strict=True) if a.shape == b.shape and a.numel()]
    return {
        "kv_numbers_per_token": grown,
        "state_numbers": sum(a.numel() for a in same),
        "state_bytes": sum(a.numel() * a.element_size() for a in same),
    }


def everything(stated: dict[str, Any], seq: int) -> dict[str, int]:
    """All counts of one configuration."""
    model = model_of(stated)
    return parameters(model) | products(model, seq) | kept(model, seq)


class _Counter(TorchDispatchMode):
    """Adds up products by whether an operand is a parameter, or a view of one."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.weights, self.others, self.counting = 0, 0, True
        self._parameters = {p.untyped_storage()._cdata for p in model.parameters()}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if self.counting and func.overloadpacket in PRODUCTS:
            left, right = args[-2:]
            flops = 2 * result.numel() * left.shape[-1]
            mine = {each.untyped_storage()._cdata for each in (left, right)} & self._parameters
            if mine:
                self.weights += flops
            else:
                self.others += flops
        return result


@contextlib.contextmanager
def _rotary_apart(model: torch.nn.Module, counter: _Counter) -> Iterator[None]:
    """Leaves out the batched products by which rotary angles are made."""
    hooks = []
    for module in model.modules():
        if "Rotary" in type(module).__name__:
            hooks.append(module.register_forward_pre_hook(lambda *_: _set(counter, False)))
            hooks.append(module.register_forward_hook(lambda *_: _set(counter, True)))
    yield
    for hook in hooks:
        hook.remove()


def _set(counter: _Counter, counting: bool) -> None:
    counter.counting = counting


def _cache(model: torch.nn.Module, seq: int) -> Any:
    with torch.no_grad():
        out = model(**measure._tokens(model, 1, seq), use_cache=True)
    return next(
        value
        for name in ("cache", "past_key_values", "cache_params")
        if (value := getattr(out, name, None)) is not None
    )


def _tensors(held: Any, seen: set[int] | None = None) -> list[torch.Tensor]:
    """All tensors that an object holds, in order, each once."""
    seen = set() if seen is None else seen
    if id(held) in seen:
        return []
    seen.add(id(held))
    if isinstance(held, torch.Tensor):
        return [held] if held.is_floating_point() else []
    if isinstance(held, dict):
        held = list(held.values())
    elif hasattr(held, "__dict__") and not isinstance(held, type):
        held = [v for k, v in vars(held).items() if k != "config"]
    if isinstance(held, list | tuple):
        return [tensor for item in held for tensor in _tensors(item, seen)]
    return []


def _experts(model: torch.nn.Module) -> list[Any]:
    return [module for module in model.modules() if type(module).__name__.endswith("Experts")]


def _first_experts(module: Any, active: int) -> Any:
    """A forward pass for `module` in which the first `active` experts see every token."""
    gated = hasattr(module, "gate_up_proj")

    def run(x: torch.Tensor, indices: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        assert indices.shape[-1] == active
        result = torch.zeros_like(x)
        for slot in range(active):
            up = x @ (module.gate_up_proj if gated else module.up_proj)[slot].T
            if gated:
                gate, up = up.chunk(2, dim=-1)
                up = gate * up
            result = result + up @ module.down_proj[slot].T
        return result

    return run
