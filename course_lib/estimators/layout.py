"""How the devices of a training run share the work: the sizes of every kind of parallelism.

A device has one place in a grid of data x tensor x pipeline x context ranks. Experts live inside
data parallelism: the expert ranks are taken from the data ranks and need no devices of their own.

Design choices:
- Every size may be an array, so that a sweep over layouts is one call. `recompute` and
  `sequence_parallel` are single.
- A layout alone cannot know whether it suits a model. `check` asks that, and names the nearest size
  that would do.
- Tensor ranks share whole heads: each of them has as many query heads, or heads of a recurrent
  state, as the others. Heads of keys (and their groups in a recurrent layer) are shared out too, or
  copied where there are more ranks than heads. Every kind of layer has its own heads.
- A stage holds as many whole layers as fall to it. Where they do not divide evenly, the fullest
  stage sets memory and pace (`stage_layers`), as in the published layout of Llama 3 405B.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.flops import RECOMPUTE

SIZES = ("data", "tensor", "pipeline", "context", "expert", "micro_batch", "interleave")


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """The sizes of one way, or of an array of ways, to share a training step among devices.

    Raises:
        TypeError, ValueError: by the field's name.

    >>> Layout(data=128, tensor=8, pipeline=16).devices
    16384
    """

    data: Number = 1
    """Copies of the model that work on different sequences."""
    tensor: Number = 1
    """Devices that share every matrix."""
    pipeline: Number = 1
    """Stages: groups of layers, one behind the other."""
    context: Number = 1
    """Devices that share the tokens of a sequence."""
    expert: Number = 1
    """Devices that share the experts of a layer, taken from the data ranks."""
    zero: Number = 0
    """What the data ranks share: 0 nothing, 1 optimizer states, 2 gradients too, 3 weights too."""
    micro_batch: Number = 1
    """Sequences that a device works on at a time."""
    interleave: Number = 1
    """Groups of layers that a pipeline stage holds; 1 is plain 1F1B."""
    sequence_parallel: bool = False
    """Whether the tensor ranks share norms and dropouts by tokens, too."""
    recompute: str = "none"
    """What the backward pass makes again: "none", "selective" (the attention core) or "full" (the
    whole layer)."""

    def __post_init__(self) -> None:
        for name in SIZES:
            # The record is frozen; this is the way past its lock.
            object.__setattr__(self, name, checks.whole(name, getattr(self, name)))
        object.__setattr__(self, "zero", checks.whole("zero", self.zero, at_least=0))
        checks.flag("sequence_parallel", self.sequence_parallel)
        checks.one_of("recompute", self.recompute, RECOMPUTE)
        checks.broadcast(**self.numbers())
        if np.any(np.asarray(self.zero) > 3):
            raise ValueError(f"zero must be a stage from 0 to 3, got {self.zero}")
        checks.divides("expert", self.expert, "data", self.data)
        if np.any((np.asarray(self.interleave) > 1) & (np.asarray(self.pipeline) == 1)):
            raise ValueError(f"interleave must be 1 without pipeline stages, got {self.interleave}")

    def numbers(self) -> dict[str, Number]:
        """The fields that may be arrays, by name."""
        return {name: getattr(self, name) for name in (*SIZES, "zero")}

    @property
    def devices(self) -> Number:
        """Devices in all."""
        return self.data * self.tensor * self.pipeline * self.context

    def micro_batches(self, batch: Number) -> Number:
        """Micro-batches that each data rank works through in a step of `batch` sequences.

        Raises:
            ValueError: the batch does not divide into whole micro-batches.

        >>> Layout(data=8, micro_batch=2).micro_batches(64)
        4
        """
        batch = checks.whole("batch", batch)
        checks.broadcast(**self.numbers(), batch=batch)
        round_size = self.data * self.micro_batch
        if np.any(np.asarray(batch % round_size) != 0):
            raise ValueError(
                f"batch must be a multiple of data x micro_batch = {round_size}, got {batch}"
            )
        return batch // round_size


def stage_layers(model: Transformer, layout: Layout) -> Number:
    """Layers of the fullest pipeline stage: layers / stages, rounded up.

    >>> from course_lib.catalog import models
    >>> stage_layers(models["llama-3.1-405b"], Layout(pipeline=16))  # 126 layers: 14 x 8 and 2 x 7
    8
    """
    checks.instance("model", model, Transformer)
    checks.instance("layout", layout, Layout)
    checks.broadcast(**model.numbers(), **layout.numbers())
    return -(-model.layers // layout.pipeline)  # rounds up, exact for ints


def problems(model: Transformer, layout: Layout, seq: Number | None = None) -> list[str]:
    """Every reason why the model cannot be laid out so, with the nearest size that works; or [].

    >>> from course_lib.catalog import models
    >>> problems(models["llama-3-8b"], Layout(tensor=5))
    ['tensor must divide the 32 attention heads, got 5; the nearest that does is 4']
    >>> problems(models["llama-3-8b"], Layout(tensor=8, pipeline=4, zero=1))
    []
    """
    checks.instance("model", model, Transformer)
    checks.instance("layout", layout, Layout)
    checks.broadcast(**model.numbers(), **layout.numbers())
    reasons = [tensor_problem(model, layout.tensor)]
    reasons.append(
        _at_most(
            "pipeline x interleave", layout.pipeline * layout.interleave, model.layers, "layers"
        )
    )
    experts = model.any_experts
    if experts is None:
        reasons.append(_at_most("expert", layout.expert, 1, "expert of a dense model"))
    else:
        reasons.append(_divides("expert", layout.expert, experts.count, "experts"))
    if seq is not None:
        reasons.append(
            _divides("context", layout.context, checks.whole("seq", seq), "tokens of a sequence")
        )
    return [reason for reason in reasons if reason]


def shares_heads(model: Transformer, tensor: Number) -> checks.Flags:
    """Whether tensor ranks can share the heads of every layer; arrays broadcast.

    >>> from course_lib.catalog import models
    >>> shares_heads(models["llama-3-8b"], 16), shares_heads(models["llama-3-8b"], 7)
    (True, False)
    """
    tensor = checks.whole("tensor", tensor)
    unfit = sum((np.asarray(_unshared(tensor, *heads)) for heads in _heads(model)), np.array(0))
    return unfit == 0 if unfit.ndim else bool(unfit == 0)


def tensor_problem(model: Transformer, tensor: Number, name: str = "tensor") -> str:
    """Which heads of a model tensor ranks cannot share, with the nearest size that works; or "".

    Args:
        model: the architecture.
        tensor: devices that share every layer.
        name: what they are called in the answer.

    >>> from course_lib.catalog import models
    >>> tensor_problem(models["qwen2.5-7b"], 7)
    'tensor must divide the 4 key-value heads or be a multiple of them, got 7; the nearest that \
does is 4'
    """
    tensor = checks.whole(name, tensor)
    unfit = [heads for heads in _heads(model) if np.any(_unshared(tensor, *heads))]
    if not unfit:
        return ""
    count, what, copied = unfit[0]
    either = " or be a multiple of them" if copied else ""
    text = f"{name} must divide the {count} {what}{either}, got {tensor}"
    # In a sweep the nearest size differs from place to place, so none is named.
    if any(isinstance(each, np.ndarray) for each in (tensor, *(heads[0] for heads in unfit))):
        return text
    sizes = [size for size in range(1, int(count) + 1) if np.all(shares_heads(model, size))]
    nearest = min(sizes, key=lambda size: abs(size - float(tensor)))
    return f"{text}; the nearest that does is {nearest}"


def _heads(model: Transformer) -> list[tuple[Number, str, bool]]:
    """Heads that tensor ranks share, what they are, and whether they may be copied too."""
    found: list[tuple[Number, str, bool]] = []
    for kind in model.layer_kinds:
        layer, mixer = kind.layer, kind.layer.recurrent
        if layer.attention:
            found.append((layer.n_heads, "attention heads", False))
            # A latent vector is for all heads, and each rank makes its own heads' keys from it.
            if layer.latent is None:
                found.append((layer.n_kv_heads, "key-value heads", True))
        if mixer is not None:
            found.append((mixer.heads, "recurrent heads", False))
            found.append((mixer.groups, "groups of recurrent heads", True))
    return found


def _unshared(tensor: Number, count: Number, what: str, copied: bool) -> checks.Flags:
    """Whether so many heads leave a rest; of those that may be copied, both ways round."""
    rest = np.asarray(count % tensor != 0)
    return rest & np.asarray(tensor % count != 0) if copied else rest


def check(model: Transformer, layout: Layout, seq: Number | None = None) -> None:
    """Raise a ValueError that names every reason why the model cannot be laid out so.

    >>> from course_lib.catalog import models
    >>> check(models["llama-3-8b"], Layout(pipeline=64))
    Traceback (most recent call last):
    ValueError: pipeline x interleave must be at most the 32 layers, got 64
    """
    reasons = problems(model, layout, seq)
    if reasons:
        raise ValueError("; ".join(reasons))


def _divides(name: str, size: Number, whole: Number, what: str) -> str:
    if not np.any(np.asarray(whole % size) != 0):
        return ""
    text = f"{name} must divide the {whole} {what}, got {size}"
    # In a sweep the nearest size differs from place to place, so none is named.
    if isinstance(size, np.ndarray) or isinstance(whole, np.ndarray):
        return text
    divisors = [divisor for divisor in range(1, int(whole) + 1) if whole % divisor == 0]
    return (
        f"{text}; the nearest that does is {min(divisors, key=lambda divisor: abs(divisor - size))}"
    )


def _at_most(name: str, size: Number, limit: Number, what: str) -> str:
    if not np.any(np.asarray(size > limit)):
        return ""
    return f"{name} must be at most the {limit} {what}, got {size}"
