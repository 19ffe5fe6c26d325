"""Reads the fields of a Hugging Face configuration: spelling, default and check in one place.

A field may be stated, null or absent. Absent takes the family's default; null means "none" where a
family knows such a thing (a window, a rank) and the default everywhere else. Every error names the
field as the configuration spells it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_lib import checks
from course_lib.catalog.huggingface.defaults.every import DEFAULTS, NEEDED, SPELLINGS

LAYER_TYPES = {"full_attention": False, "attention": False, "sliding_attention": True}
"""Kinds of layer in `layer_types`, an old spelling among them, and whether such a layer is
windowed."""


class Fields:
    """The fields of one configuration, seen through the table of its family.

    >>> fields = Fields("gpt2", {"n_embd": 1024, "n_inner": None})
    >>> fields.whole("hidden_size"), fields.whole("num_hidden_layers")
    (1024, 12)
    >>> print(fields.whole_or_none("intermediate_size"))
    None
    >>> fields.spelled("hidden_size")
    'n_embd'
    """

    def __init__(self, model_type: str, config: Mapping[str, Any]) -> None:
        self.model_type = model_type
        self._config = config
        self._defaults = DEFAULTS[model_type]
        # An alias of a family may spell fields its own way, and then goes first.
        self._spellings = SPELLINGS.get(config.get("model_type", ""), SPELLINGS.get(model_type, {}))

    def __contains__(self, field: str) -> bool:
        """Whether the family reads this field at all."""
        return field in self._defaults

    def spelled(self, field: str) -> str:
        """The name under which the configuration states `field`; else the family's own name."""
        names = self._spellings.get(field, (field,))
        stated = [name for name in names if self._config.get(name) is not None]
        present = [name for name in names if name in self._config]
        # Stated before null before absent, for an error under the name that the file uses.
        return (stated or present or [names[-1]])[0]

    def names(self) -> frozenset[str]:
        """Every name under which the family reads a field.

        >>> sorted(Fields("opt", {}).names() & {"ffn_dim", "intermediate_size", "hidden_size"})
        ['ffn_dim', 'hidden_size']
        """
        spelled = (self._spellings.get(field, (field,)) for field in self._defaults)
        return frozenset(name for names in spelled for name in names)

    def stated_or_default(self, field: str) -> Any:
        """What the configuration says, unchecked; the default where it is silent or null; None
        where the family has none."""
        value = self._config.get(self.spelled(field))
        value = self._defaults[field] if value is None else value
        return None if value is NEEDED else value

    def doubled(self) -> list[tuple[str, str]]:
        """Pairs of names of one field that are both stated: the one that is read, and the other.

        >>> Fields("gptj", {"num_hidden_layers": 3, "n_layer": 9}).doubled()
        [('num_hidden_layers', 'n_layer')]
        """
        return [
            (self.spelled(field), name)
            for field in self._defaults
            for name in self._spellings.get(field, (field,))
            if name != self.spelled(field) and self._config.get(name) is not None
        ]

    def value(self, field: str, null: Any = NEEDED) -> Any:
        """What the configuration says; the default where it is silent.

        For a null, `null`, or else the default.

        Raises:
            ValueError: where the family has no default for a field that is absent or null.
        """
        name = self.spelled(field)
        value = self._config.get(name, self._defaults[field])
        if value is None:
            value = self._defaults[field] if null is NEEDED else null
        if value is NEEDED:
            raise ValueError(f"{name} must be stated: {self.model_type} has no default for it")
        return value

    def whole(self, field: str, at_least: int = 1) -> int:
        """A whole number of at least `at_least`.

        >>> Fields("llama", {"num_hidden_layers": -2}).whole("num_hidden_layers")
        Traceback (most recent call last):
        ValueError: num_hidden_layers must be at least 1, got -2
        """
        return self._whole(field, self.value(field), at_least)

    def whole_or_none(self, field: str, at_least: int = 1) -> int | None:
        """A whole number, or None where the field is null, or absent and None by default.

        >>> Fields("mistral", {"sliding_window": None}).whole_or_none("sliding_window") is None
        True
        """
        value = self.value(field, null=None)
        return None if value is None else self._whole(field, value, at_least)

    def flag(self, field: str, null: Any = NEEDED) -> bool:
        """True or False.

        >>> Fields("gemma", {}).flag("tie_word_embeddings")
        True
        """
        return checks.flag(self.spelled(field), self.value(field, null))

    def items(self, field: str) -> list[Any] | None:
        """A list, or None where the field is null or absent."""
        value = self.value(field, null=None)
        if value is not None and not isinstance(value, list | tuple):
            raise TypeError(f"{self.spelled(field)} must be a list, got {value!r}")
        return None if value is None else list(value)

    def windowed_by_type(self) -> list[bool] | None:
        """Which layers `layer_types` calls windowed; None where it is not stated.

        >>> kinds = ["sliding_attention", "full_attention"]
        >>> Fields("gemma2", {"num_hidden_layers": 2, "layer_types": kinds}).windowed_by_type()
        [True, False]
        """
        kinds, layers = self.items("layer_types"), self.whole("num_hidden_layers")
        if kinds is None:
            return None
        if len(kinds) != layers:
            raise ValueError(
                "layer_types must have one entry a layer, "
                f"got {len(kinds)} entries and {layers} layers"
            )
        for kind in kinds:
            checks.one_of("layer_types entries", kind, tuple(LAYER_TYPES))
        return [LAYER_TYPES[kind] for kind in kinds]

    def divides(self, part: str, whole: str) -> None:
        """Raise unless the field `part` divides the field `whole`."""
        numbers = self._whole(part, self.value(part), 1), self._whole(whole, self.value(whole), 1)
        checks.divides(self.spelled(part), numbers[0], self.spelled(whole), numbers[1])

    def not_above(self, part: str, whole: str) -> None:
        """Raise if the field `part` is larger than the field `whole`."""
        if self.value(part) > self.value(whole):
            got = (
                f"{self.spelled(part)}={self.value(part)} and "
                f"{self.spelled(whole)}={self.value(whole)}"
            )
            raise ValueError(
                f"{self.spelled(part)} must not exceed {self.spelled(whole)}, got {got}"
            )

    def _whole(self, field: str, value: Any, at_least: int) -> int:
        name = self.spelled(field)
        number = checks.whole(name, value, at_least)
        if np.ndim(number) != 0:
            raise TypeError(f"{name} must be a single whole number, got {value!r}")
        return number
