"""Reads a choice back as people read it: "4.79 ms" is 0.00479 in the base unit."""

import re

PREFIX = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
WORD = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
TIME = {
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86_400,
    "years": 365.25 * 86_400,
}
PLAIN = {"%": 0.01, "x": 1, "kg": 1, "t": 1000, "": 1}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def value(text: str) -> float:
    """The number of a choice in the base unit."""
    text = text.replace("\u202f", "").replace("USD ", "")
    match = re.match(r"([\d.]+)(?: × 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?", text)
    assert match, text
    number = float(match[1]) * 10.0 ** int((match[2] or "0").translate(RAISED))
    rest = text[match.end() :].strip()
    for word in rest.split():
        if word in WORD:
            number *= WORD[word]
            rest = rest.replace(word, "").strip()
    if rest in TIME:
        return number * TIME[rest]
    if rest in PLAIN:
        return number * PLAIN[rest]
    si = re.fullmatch(r"([kMGTPE]?)(B|FLOP|FLOP/s|Wh|J)", rest)
    return number * (PREFIX[si[1]] if si else 1)
