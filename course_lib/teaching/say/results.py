"""Cards for what a lesson found: the answer in short, a comparison of times, the machine's quiet.

Design choices:
- The answer to an idea's question is one sentence with its number, set apart from all other text.
- A comparison of measured times has three outcomes, each with its own sentence. Where the times do
  not differ clearly, nobody is told that one is faster; the offer is to measure again.
"""

from __future__ import annotations

from typing import Protocol

from course_lib.display.cards import card, paragraph
from course_lib.display.fmt import fmt
from course_lib.display.show import marked, sentence, show, unmarked
from course_lib.teaching.say.forms import check_text

AGAIN = "Run the measuring cell again to see whether it becomes clear."
QUIET = "Times measured now can be trusted."
BUSY = (
    "Times measured now scatter. Close other programs and run this cell again, or go on: where two "
    "times do not differ clearly, the lesson says so."
)
UNTIMED = "No times are compared here, so this changes no result."

__all__ = ["compare", "in_short", "machine_card"]


class Found(Protocol):
    """How busy a machine was found."""

    @property
    def quiet(self) -> bool:
        """Whether a time measured now can be trusted."""
        ...

    @property
    def words(self) -> str:
        """The same as one sentence, with its numbers."""
        ...


class Sentence(str):
    """A text that was shown already: as the last line of a cell it adds nothing."""

    def _ipython_display_(self) -> None:
        """Display nothing more."""


def in_short(markdown: str) -> None:
    """Show the answer to an idea's question as a card.

    Args:
        markdown: one sentence with its number; **strong**, *emphasised*, `code` and
            [links](address) are kept.

    Raises:
        ValueError: it is blank or no text.

    >>> in_short("The MLPs hold **81 %** of the weights.")
    In short: The MLPs hold 81 % of the weights.
    """
    check_text("markdown", markdown)
    text = " ".join(markdown.split())  # a text over several lines of code is one line here
    body = paragraph(marked(text), "font-size: 1.1em")
    show(f"In short: {unmarked(text)}", html=card("in short", "In short", body))


def compare(word: str, *, faster: str, slower: str, unclear: str) -> str:
    """Show the sentence that fits a comparison of two measured times, and return it.

    Args:
        word: what `demos.measure.clearly(a, b)` returned: "faster", "slower" or "not clear".
        faster: what to say where `a` is clearly faster; one line of Markdown.
        slower: likewise.
        unclear: what to say where they do not differ clearly: the recorded machine's figure.

    Raises:
        ValueError: another word, or a blank sentence.

    >>> said = {"faster": "The cache saves time.", "slower": "It costs time."}
    >>> _ = compare("faster", **said, unclear="On the recorded machine it saves half.")
    The cache saves time.
    """
    sentences = {"faster": faster, "slower": slower, "not clear": unclear}
    for name, said in zip(("faster", "slower", "unclear"), sentences.values(), strict=True):
        check_text(name, said)
    if word not in sentences:
        raise ValueError(f"word={word!r}: must be one of {', '.join(sentences)}")
    text = " ".join(sentences[word].split())
    if word != "not clear":
        show(unmarked(text), html=f"<p>{marked(text)}</p>")
    else:
        body = paragraph(marked(text)) + paragraph(AGAIN)
        html = card("machine", "Not clear on this machine", body)
        show(f"Not clear on this machine: {unmarked(text)} {AGAIN}", html=html)
    return Sentence(text)


def machine_card(found: Found, seconds: float, times: bool = True) -> None:
    """Show how quiet this machine is, and how long the lesson's measuring cells take.

    Args:
        found: how busy the machine was found, as `demos.measure.prepare()` returns it.
        seconds: what the measuring cells of the lesson take together, on a quiet machine.
        times: whether the lesson compares times of this machine.

    Raises:
        ValueError: `seconds` is not above zero.

    >>> from types import SimpleNamespace
    >>> machine_card(SimpleNamespace(quiet=True, words="quiet: others take 2% of 2 cores"), 20)
    This machine is quiet now: others take 2% of 2 cores.
    Times measured now can be trusted.
    The measuring cells of this lesson take about 20 seconds together.
    """
    if not seconds > 0:
        raise ValueError(f"seconds={seconds!r}: must be above zero")
    state = "quiet" if found.quiet else "not quiet"
    title = f"This machine is {state} now"
    seen = found.words.removeprefix(f"{state}: ").rstrip(".") + "."
    trust = (QUIET if found.quiet else BUSY) if times else UNTIMED
    takes = f"The measuring cells of this lesson take about {_long(seconds)} together."
    body = paragraph(f"{marked(sentence(seen))} {trust}") + paragraph(takes)
    show(f"{title}: {seen}\n{trust}\n{takes}", html=card("machine", title, body))


def _long(seconds: float) -> str:
    """A length of time in words, to two digits.

    >>> _long(20), _long(7.83), _long(95)
    ('20 seconds', '7.8 seconds', '1.6 min')
    """
    return fmt(round(seconds, 1), "s", 2).replace(" s", " seconds")
