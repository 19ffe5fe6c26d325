"""How a name may be written: forms under which it is found, strictest first.

1. Case, spaces and punctuation do not count, but a gap between two digits does: OPT-1.3B is not
   OPT-13B.
2. A remark in parentheses does not count either: "A100-SXM-40GB (DGX A100)" is an A100 SXM 40GB.
3. Gaps between digits do not count: "llama38b" is Llama 3 8B, because nothing else it could be is
   in the catalog.
4. Whose it is and what it was tuned for do not count, because they change no shape:
   "Qwen/Qwen3-8B-Instruct" is Qwen3 8B.
"""

from __future__ import annotations

import re

MAKER = re.compile(r"^[\w.-]+/")
TUNED = re.compile(
    r"[-_ ](instruct|chat|thinking|it|base|hf|pt)([-_ ]\d{4})?(?=[-_ ]|$)", re.IGNORECASE
)


def normal_form(name: str) -> str:
    """`name` without case, spaces and punctuation; a gap between two digits stays, as a dot.

    >>> normal_form("Llama 3 8B"), normal_form("LLAMA_3.8b")
    ('llama3.8b', 'llama3.8b')
    >>> normal_form("OPT-1.3B"), normal_form("OPT-13B")
    ('opt1.3b', 'opt13b')
    """
    spaced = "".join(char if char.isalnum() else " " for char in name.casefold())
    # First a gap between two digits becomes a dot, then all other gaps go.
    return re.sub(r" +", "", re.sub(r"(?<=\d) +(?=\d)", ".", spaced))


def forms(name: str) -> list[str]:
    """The forms under which `name` is looked for, strictest first.

    Those of the first rule and the second come first, see `written`.

    >>> forms("A100 80GB (PCIe)")
    ['a100.80gbpcie', 'a100.80gb', 'a10080gbpcie', 'a10080gb']
    >>> forms("Qwen/Qwen3-8B-Instruct")
    ['qwenqwen3.8binstruct', 'qwenqwen38binstruct', 'qwen3.8b', 'qwen38b']
    """
    strict = written(name)
    bare = written(TUNED.sub("", MAKER.sub("", name)))
    lax = [form.replace(".", "") for form in strict]
    return list(dict.fromkeys([*strict, *lax, *bare, *(form.replace(".", "") for form in bare)]))


def written(name: str) -> list[str]:
    """The forms of `name` itself, with and without its remarks in parentheses.

    >>> written("A100 80GB (PCIe)")
    ['a100.80gbpcie', 'a100.80gb']
    """
    both = normal_form(name), normal_form(re.sub(r"\([^)]*\)", " ", name))
    return [form for form in dict.fromkeys(both) if form]
