"""A tokenizer trained while you watch, and what its tokens weigh in several languages.

Design choices:
- Byte-pair encoding on bytes, by Hugging Face `tokenizers`: it starts from 256 single bytes and
  merges, again and again, the pair that stands together most often. So it can write every text, and
  has long tokens only for what it saw.
- It is trained on the English help of Python, and asked about text it never saw: the held-out rest
  of that help, Python's source code, and one sentence in five languages, written for this course.
  No download.
- Bytes a token depend on the text it was trained on, which differs a little between versions of
  Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_lib import checks
from course_lib.demos import corpus

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SENTENCES = {
    "English": "Whoever wants a machine to write must first give it a great deal to read, "
    "and all of it costs.",
    "German": "Wer will, dass eine Maschine schreibt, muss ihr erst sehr viel zu lesen geben, "
    "und alles kostet.",
    "Greek": "Όποιος θέλει μια μηχανή να γράφει πρέπει πρώτα να της δώσει πολλά να διαβάσει, "
    "και όλα κοστίζουν.",
    "Hindi": "जो चाहता है कि मशीन लिखे उसे पहले बहुत कुछ पढ़ने को देना होगा, और सब की कीमत है।",
    "Chinese": "谁想让机器写作，就得先给它大量的文字去读，而这一切都要花钱。",
}
"""The same sentence in several languages, in our own words."""


def train(text: str | None = None, vocab_rows: int = 4096) -> Tokenizer:
    """Train a tokenizer of at most `vocab_rows` tokens.

    Without `text`, on nine tenths of the English prose.

    >>> cut = train("the cat and the hat, the bat and the rat", vocab_rows=260)
    >>> cut.encode(" the").tokens[-1].endswith("the")  # four merges: "the" came up most often
    True
    """
    # imported here: slow to load, and the type alone does not need it
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    vocab_rows = checks.whole("vocab_rows", vocab_rows, at_least=256)
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    # all 256 bytes, seen or not: without them a byte that the text lacks could not be written
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_rows, initial_alphabet=alphabet, show_progress=False
    )
    # ends of lines are kept: they are bytes of the text like any other
    made.train_from_iterator((seen() if text is None else text).splitlines(keepends=True), trainer)
    return made


def seen(held_out: float = 0.1) -> str:
    """The prose to train on: all but the last `held_out` of it."""
    prose = corpus.text("prose")
    return prose[: round(len(prose) * (1 - held_out))]


def unseen(held_out: float = 0.1) -> str:
    """The last part of the prose, which a tokenizer trained here has never met."""
    return corpus.text("prose")[len(seen(held_out)) :]


def token_count(tokenizer: Tokenizer, text: str) -> int:
    """Tokens that the tokenizer makes of a text.

    >>> token_count(train("aaaa", vocab_rows=256), "ab")  # nothing to merge: one token a byte
    2
    """
    return len(tokenizer.encode(text).ids)


def bytes_per_token(tokenizer: Tokenizer, text: str) -> float:
    """Bytes of UTF-8 text in one token, on average.

    >>> bytes_per_token(train("aaaa", vocab_rows=256), "αβ")  # two letters of two bytes, no merge
    1.0

    Raises:
        ValueError: the text is empty.
    """
    if not text:
        raise ValueError("text must hold at least one character, got ''")
    return len(text.encode("utf-8")) / token_count(tokenizer, text)


def bytes_per_word(text: str) -> float:
    """Bytes of text for each word between blanks, the blank counted.

    >>> bytes_per_word("a bee sees")
    3.3333333333333335
    """
    words = text.split()
    if not words:
        raise ValueError(f"text must hold at least one word, got {text[:40]!r}")
    return len(" ".join(words).encode("utf-8")) / len(words)
