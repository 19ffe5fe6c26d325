"""Read-only catalogs: mappings from a key to a record that load themselves and forgive how a name
is written.

How a name is matched stands in `names`. Its first rule must never be ambiguous, which is checked
while loading; under the others an ambiguous name is refused. Names of everyday use ("A100") that
may mean several entries are taken for the usual one where an entry claims them, which `resolved`
says.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from course_lib.catalog.names import forms, normal_form, written

Record = TypeVar("Record")

FACTS = Path(__file__).with_name("facts")
WHOLE = "*"
_TOUCHED: dict[tuple[str, str], None] = {}  # a dict, because it keeps the order of first touch


def touched() -> list[tuple[str, str]]:
    """Pairs of catalog and key that were looked up so far, in order of first touch.

    The key is "*" where a catalog was gone through as a whole, by `values()` or `items()`. Asking
    for names alone (`in`, `len`, `keys`) does not count.
    """
    return list(_TOUCHED)


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """What a name was taken for."""

    asked: str
    """The name as it was asked for."""
    key: str
    """The entry it was taken for."""
    others: tuple[str, ...] = ()
    """Further entries that it may mean; empty where the name is one entry's own."""
    usual: bool = False
    """Whether the name is no entry's own, and this one is usually meant by it."""

    @property
    def note(self) -> str:
        """A sentence for whoever asked; blank where the name is the entry's own.

        >>> from course_lib.catalog import devices
        >>> devices.resolved("A100 SXM 80GB").note
        ''
        """
        if not self.usual:
            return ""
        also = f"; it may also mean {', '.join(self.others)}" if self.others else ""
        return f"{self.asked!r} is taken as {self.key}, the usual one{also}."


class Catalog(Mapping[str, Record], Generic[Record]):
    """A read-only mapping from keys to records, filled from its TOML files at first use.

    >>> from course_lib.catalog import devices
    >>> devices["rtx4090"].name, "abacus" in devices
    ('RTX 4090', False)
    >>> devices["Gaudi 4"]
    Traceback (most recent call last):
    KeyError: "devices has no entry 'Gaudi 4'; nearest: gaudi3, gaudi2"
    """

    __slots__ = ("_entries", "_exact", "_fallback", "_kind", "_usual", "name", "path")

    def __init__(self, name: str, kind: Any, path: Path | None = None) -> None:
        """Name the catalog and say what its records are; nothing is read yet.

        Args:
            name: the catalog's name; its facts stand in the folder facts/NAME, or in
                facts/NAME.toml.
            kind: the class of its records, or a dict of classes by the entries' field `kind`.
            path: another file or folder.
        """
        self.name = name
        self.path = path or _facts(name)
        self._kind = kind
        self._entries: Mapping[str, Record] | None = None
        self._exact: dict[str, str] = {}
        self._fallback: dict[str, set[str]] = {}
        self._usual: dict[str, str] = {}

    def key(self, name: str) -> str:
        """The key that `name` stands for.

        >>> from course_lib.catalog import models
        >>> models.key("meta-llama/Meta-Llama-3-8B")
        'llama-3-8b'

        Raises:
            KeyError: for a name that fits no entry, or several; it names the nearest ones.
        """
        keys = self._find(name)
        if len(keys) == 1:
            return keys[0]
        if keys:
            raise KeyError(f"{self.name} has several entries for {name!r}: {', '.join(keys)}")
        nearest = ", ".join(self._nearest(name)) or f"none; list({self.name}) shows all keys"
        raise KeyError(f"{self.name} has no entry {name!r}; nearest: {nearest}")

    def resolved(self, name: str) -> Resolved:
        """What `name` is taken for, and a note where it might mean other entries too.

        >>> from course_lib.catalog import devices
        >>> devices.resolved("V100").note
        "'V100' is taken as v100-sxm2-16gb, the usual one; it may also mean v100-sxm2-32gb, \
v100-pcie-32gb."

        Raises:
            KeyError: as `key`.
        """
        key = self.key(name)
        form = self._usual_form(name)
        if form is None:
            return Resolved(asked=name, key=key)
        others = tuple(each for each in self if each != key and _begins(normal_form(each), form))
        return Resolved(asked=name, key=key, others=others, usual=True)

    def __getitem__(self, name: str) -> Record:
        key = self.key(name)
        _TOUCHED.setdefault((self.name, key))
        return self._loaded()[key]

    def peek(self, key: str) -> Record:
        """The record of an exact key, without counting it as touched."""
        record = self._loaded().get(key)
        # The slow way finds the words for a key that does not exist.
        return self._loaded()[self.key(key)] if record is None else record

    def __contains__(self, name: object) -> bool:
        return len(self._find(name)) == 1

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded())

    def __len__(self) -> int:
        return len(self._loaded())

    def values(self) -> ValuesView[Record]:
        """All records, in catalog order. Counts as touching the whole catalog."""
        _TOUCHED.setdefault((self.name, WHOLE))
        return self._loaded().values()

    def items(self) -> ItemsView[str, Record]:
        """All keys with their records, in catalog order. Counts as touching the whole catalog."""
        _TOUCHED.setdefault((self.name, WHOLE))
        return self._loaded().items()

    # A catalog is itself and nothing else; comparing contents would touch every entry.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"{self.name}: {len(self)} entries, e.g. {', '.join(list(self)[:3])}"

    def _loaded(self) -> Mapping[str, Record]:
        if self._entries is None:
            # The first look-up pays for parsing, not the import.
            from course_lib.catalog.load import load

            facts = load(self.path, self._kind)
            self._exact, self._fallback = facts.exact, facts.fallback
            self._usual = facts.usual
            self._entries = MappingProxyType(facts.entries)
        return self._entries

    def _find(self, name: object) -> list[str]:
        """Keys that `name` may stand for under the strictest rule that fits any."""
        self._loaded()
        if not isinstance(name, str):
            return []
        usual = self._usual_form(name)
        if usual is not None:
            return [self._usual[usual]]
        for form in forms(name):
            if form in self._exact:
                return [self._exact[form]]
            if form in self._fallback:
                return sorted(self._fallback[form])
        return []

    def _usual_form(self, name: str) -> str | None:
        """The form under which `name` is taken for the usual entry; None where it is one's own."""
        self._loaded()
        for form in written(name):
            if form in self._exact:
                return None
            if form in self._usual:
                return form
        return None

    def _nearest(self, name: object, limit: int = 5) -> list[str]:
        """Keys whose names contain `name`, then those spelled most like it."""
        # Needed for errors only.
        from difflib import get_close_matches

        wanted = normal_form(str(name))
        # A blank lies in every name, and shows none.
        inside = sorted((form for form in self._exact if wanted and wanted in form), key=len)
        # Four times too many, because several names may be of one key.
        close = get_close_matches(wanted, list(self._exact), n=4 * limit, cutoff=0.5)
        # Each key once, in order: a dict keeps the first of equals.
        return list(dict.fromkeys(self._exact[form] for form in inside + close))[:limit]


def _begins(whole: str, form: str) -> bool:
    """Whether a form begins with another; inside of a number it does not ("llama33b": Llama 3)."""
    rest = whole.removeprefix(form)
    return rest != whole and not (form[-1].isdigit() and rest[:1].isdigit())


def _facts(name: str) -> Path:
    """Where the facts of a catalog stand."""
    folder = FACTS / name
    return folder if folder.is_dir() else folder.with_suffix(".toml")
