"""Reads the settings of every library that stores weights in few bits into a `Stored`.

What cannot be read is refused, so that it is told and never guessed. Sizes that no setting states
are those of the published files, which the tests hold, or of the library's own code.

Sources: `utils/quantization_config.py` of transformers 5.24; the formats of AutoAWQ, GPTQModel,
bitsandbytes, compressed-tensors and NVIDIA's Model Optimizer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from course_lib.catalog.huggingface.storage import kept
from course_lib.catalog.huggingface.storage.kept import Unreadable
from course_lib.catalog.records.stored import FORMATS, Stored


def read(settings: Mapping[str, Any], layers: int) -> Stored:
    """How weights are stored under these settings.

    Args:
        settings: `quantization_config` of a configuration.
        layers: layers of the model, among whose names those of kept matrices are looked for.

    Raises:
        Unreadable: for a method that is not known, or for settings that tell layers apart.

    >>> found = read({"quant_method": "awq", "bits": 4, "group_size": 64}, layers=32)
    >>> found.group_inputs, found.zero_bits
    (64, 4)
    """
    method = _method(settings)
    if method not in METHODS:
        raise Unreadable(
            f"quant_method {method!r} is not read" if method else "no quant_method is stated"
        )
    stored = METHODS[method](settings)
    # What a method never quantises stays out, whatever the lists say.
    parts = kept.quantised(_lists(settings), _targets(settings), layers)
    both = tuple(part for part in parts if part in (*stored.parts, *_head(settings, method)))
    if not both:
        raise Unreadable("no matrices of the layers are left to quantise")
    return replace(stored, parts=both)


def _method(settings: Mapping[str, Any]) -> str:
    stated = settings.get("quant_method")
    if stated is None:
        four, eight = _four_bits(settings), settings.get("load_in_8bit")
        return "bitsandbytes" if four or eight else str(settings.get("quant_algo") or "")
    # An enumeration is written as "QuantizationMethod.AWQ" by some versions.
    return str(stated).rpartition(".")[2].lower().replace("_", "-")


def _lists(settings: Mapping[str, Any]) -> list[str]:
    """Every name on a list of exceptions."""
    names: list[str] = []
    for key in EXCEPTIONS:
        stated = settings.get(key) or []
        if not isinstance(stated, list | tuple) or not all(isinstance(n, str) for n in stated):
            raise Unreadable(f"{key} must be a list of names, got {stated!r}")
        names.extend(stated)
    return names


def _targets(settings: Mapping[str, Any]) -> list[str]:
    """The names of matrices to quantise; none where all are."""
    stated = _group_of(settings).get("targets") or []
    return [] if "Linear" in stated else [str(name) for name in stated]


def _head(settings: Mapping[str, Any], method: str) -> tuple[str, ...]:
    """The head is quantised where a list of exceptions would have to name it, or a flag says so."""
    by_list = method in ("compressed-tensors", "modelopt")
    return ("head",) if by_list or settings.get("lm_head") is True else ()


def _awq(settings: Mapping[str, Any]) -> Stored:
    bits = _whole(settings, ("bits", "w_bit"), 4)
    zero = settings.get("zero_point", True)
    return replace(
        FORMATS["int4"],
        bits=bits,
        format=_integers(bits),
        group_inputs=_group(settings, ("group_size", "q_group_size")),
        zero_bits=bits if zero else 0,
    )


def _gptq(settings: Mapping[str, Any]) -> Stored:
    if settings.get("dynamic") or settings.get("modules_in_block_to_quantize"):
        raise Unreadable("matrices of one layer are stored in different ways")
    bits = _whole(settings, ("bits", "w_bit"), 4)
    return Stored(
        method="gptq",
        format=_integers(bits),
        bits=bits,
        group_inputs=_group(settings, ("group_size",)),
        # Zero points are kept even where they are all the same ("sym").
        zero_bits=bits,
        # The group of each input, in 32 bits (g_idx), kept even where groups lie in order.
        input_bytes=4,
    )


def _bitsandbytes(settings: Mapping[str, Any]) -> Stored:
    if not _four_bits(settings):
        return FORMATS["int8"]
    # "fp4" is a table of 16 values as well, unpacked in the same way.
    if settings.get("bnb_4bit_use_double_quant"):
        return FORMATS["nf4"]
    return replace(FORMATS["nf4"], scale_bits=32, scales_a_scale=0)


def _four_bits(settings: Mapping[str, Any]) -> bool:
    return bool(settings.get("load_in_4bit") or settings.get("_load_in_4bit"))


def _fp8(settings: Mapping[str, Any]) -> Stored:
    block = settings.get("weight_block_size")
    if block is None:
        return _fp8_matrix(settings.get("activation_scheme") == "static", scale_bits=32)
    return _blocks(block)


def _fp8_matrix(static: bool, scale_bits: int) -> Stored:
    """One scale a matrix, and one more for the numbers it is multiplied by, where it is static."""
    return replace(
        FORMATS["fp8"],
        group_inputs=0,
        group_rows=0,
        scale_bits=scale_bits,
        matrix_bytes=4 if static else 0,
    )


def _blocks(block: Any) -> Stored:
    if not isinstance(block, list | tuple) or len(block) != 2:
        raise Unreadable(f"a block must have two sides, got {block!r}")
    return replace(FORMATS["fp8"], group_rows=int(block[0]), group_inputs=int(block[1]))


def _fp8_rows(settings: Mapping[str, Any]) -> Stored:
    return replace(FORMATS["fp8"], group_inputs=0, group_rows=1)


def _mxfp4(settings: Mapping[str, Any]) -> Stored:
    # Only the fused matrices of experts are stored so (gpt-oss).
    return replace(FORMATS["mxfp4"], parts=("experts",))


def _bitnet(settings: Mapping[str, Any]) -> Stored:
    # Four ternary numbers in a byte, and one scale of 16 bits a matrix.
    return Stored(method="bitnet", format="int4", bits=2, group_rows=0)


def _modelopt(settings: Mapping[str, Any]) -> Stored:
    algorithm = str(settings.get("quant_algo") or settings.get("quant_method")).upper()
    if algorithm == "NVFP4":
        group = settings.get("group_size") or _weights(settings).get("group_size") or 16
        return replace(FORMATS["fp4"], group_inputs=int(group))
    if algorithm == "FP8":
        return _fp8_matrix(static=True, scale_bits=32)
    raise Unreadable(f"quant_algo {algorithm!r} is not read")


def _compressed(settings: Mapping[str, Any]) -> Stored:
    weights = _weights(settings)
    packing = str(weights.get("format") or settings.get("format") or "")
    bits, kind = weights.get("num_bits"), weights.get("type")
    found = _by_numbers(settings, weights, bits, kind, packing)
    found = replace(found, method="compressed-tensors")
    strategy, group = weights.get("strategy"), weights.get("group_size")
    if strategy == "group" and group:
        return replace(found, group_inputs=int(group))
    if strategy == "channel":
        return replace(found, group_inputs=0, group_rows=1)
    whole = found.format == "fp8" and strategy in ("tensor", "block")
    if whole or packing.startswith("nvfp4"):
        return found
    raise Unreadable(f"strategy {strategy!r} of {bits!r} bits is not read")


def _by_numbers(
    settings: Mapping[str, Any], weights: Mapping[str, Any], bits: Any, kind: Any, packing: str
) -> Stored:
    """The numbers, and for fp8 the blocks of scales as well."""
    if (kind, bits) == ("float", 4):
        return FORMATS["fp4" if packing.startswith("nvfp4") else "mxfp4"]
    if (kind, bits) == ("float", 8):
        if weights.get("strategy") == "block":
            return _blocks(weights.get("block_structure"))
        if weights.get("strategy") == "channel":
            return replace(FORMATS["fp8"], scale_bits=16)
        inputs = _group_of(settings).get("input_activations") or {}
        return _fp8_matrix(inputs.get("dynamic") is False, scale_bits=16)
    if kind == "int" and isinstance(bits, int) and bits <= 8:
        return Stored(
            method="compressed-tensors",
            format=_integers(bits),
            bits=bits,
            zero_bits=0 if weights.get("symmetric", True) else bits,
            # Packed numbers do not tell the shape of their matrix: two numbers of 64 bits do.
            matrix_bytes=16 if packing == "pack-quantized" else 0,
        )
    raise Unreadable(f"numbers of type {kind!r} and {bits!r} bits are not read")


def _group_of(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one group of matrices that is stored alike, with the packing that it may state."""
    groups = settings.get("config_groups")
    if not isinstance(groups, Mapping) or not groups:
        return {}
    if len(groups) > 1:
        raise Unreadable("several groups of matrices are stored in different ways")
    (group,) = groups.values()
    return group if isinstance(group, Mapping) else {}


def _weights(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    group = _group_of(settings)
    weights = group.get("weights")
    if not isinstance(weights, Mapping):
        return {}
    return {**weights, "format": group.get("format")}


def _integers(bits: int) -> str:
    return "int8" if bits == 8 else "int4"


def _whole(settings: Mapping[str, Any], names: tuple[str, ...], default: int) -> int:
    value = next((settings[name] for name in names if settings.get(name) is not None), default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 8:
        raise Unreadable(f"{names[0]} must be a whole number from 1 to 8, got {value!r}")
    return value


def _group(settings: Mapping[str, Any], names: tuple[str, ...]) -> int:
    """Inputs that share a scale; -1 stands for all of a row, which is 0 here."""
    value = next((settings[name] for name in names if settings.get(name) is not None), 128)
    if isinstance(value, bool) or not isinstance(value, int) or value == 0 or value < -1:
        raise Unreadable(f"{names[0]} must be above zero or -1, got {value!r}")
    return max(value, 0)


EXCEPTIONS = (
    "modules_to_not_convert",
    "llm_int8_skip_modules",
    "ignore",
    "ignored_layers",
    "exclude_modules",
)
"""Keys of lists of what stays in 16 bits."""
METHODS: Mapping[str, Callable[[Mapping[str, Any]], Stored]] = {
    "awq": _awq,
    "gptq": _gptq,
    "bitsandbytes": _bitsandbytes,
    "fp8": _fp8,
    "fbgemm-fp8": _fp8_rows,
    "mxfp4": _mxfp4,
    "bitnet": _bitnet,
    "modelopt": _modelopt,
    "nvfp4": _modelopt,
    "compressed-tensors": _compressed,
}
"""What reads the settings, by `quant_method`."""
