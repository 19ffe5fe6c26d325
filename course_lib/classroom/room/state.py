"""What a room holds: guesses by question, which question is asked, which answers were shown.

Design choices:
- No names. A guesser is a random token of their own, kept as a salted fingerprint, so that what is
  saved cannot be used to change a guess.
- One guess a token and question. It may be changed until the answer is shown; after that nothing
  changes.
- A guess at a question that is not asked yet counts: a learner may be ahead of the room.
- Nothing of the network is known here.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from course_lib.catalog.machines import Record
from course_lib.classroom.room.question import Guess, Question

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What a room's code is made of: nothing that is taken for something else (I, O, 0, 1)."""
CODE_LENGTH = 5
TOKEN = re.compile(r"[0-9a-f]{32}")
MOST_GUESSERS = 1000
"""Tokens in one room: more is no class."""
MOST_RECORDS = 60

__all__ = ["CODE_LENGTH", "LETTERS", "TOKEN", "Refused", "Room", "new_code"]


class Refused(Exception):
    """What was sent is not taken; its message is a sentence for who sent it."""

    def __init__(self, status: int, message: str) -> None:
        """With the status of HTTP that fits."""
        super().__init__(message)
        self.status = status


def new_code() -> str:
    """A fresh code of letters and digits that are not mistaken for each other."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


@dataclass
class Room:
    """A room with the predictions of one lesson."""

    lesson: str
    """Name of the lesson."""
    title: str
    """Its heading."""
    questions: Sequence[Question]
    """Its predictions, in order; at least one."""
    code: str = field(default_factory=new_code)
    """What guessers type."""
    salt: str = field(default_factory=lambda: secrets.token_hex(16))
    """What fingerprints of tokens are made with."""
    at: int = 0
    """Place of the question that is asked."""
    shown: set[str] = field(default_factory=set)
    """Ids of the questions whose answer was shown."""
    guesses: dict[str, dict[str, Guess]] = field(default_factory=dict)
    """Guesses by question and by fingerprint."""
    records: dict[str, tuple[str, Record]] = field(default_factory=dict)
    """Machines as text and as record, by fingerprint."""
    version: int = 0
    """Grows with each change."""

    def __post_init__(self) -> None:
        """Give each question its place for guesses."""
        if not self.questions:
            raise ValueError(f"questions: lesson {self.lesson} must hold at least one prediction")
        self.by_id = {each.id: each for each in self.questions}
        self.guesses = {id: dict(self.guesses.get(id, {})) for id in self.by_id}
        self.known = {who for each in self.guesses.values() for who in each} | self.records.keys()
        self.at = min(max(0, self.at), len(self.questions) - 1)
        self.shown &= self.by_id.keys()

    @property
    def now(self) -> Question:
        """The question that is asked."""
        return self.questions[self.at]

    def fingerprint(self, token: Any) -> str:
        """Under which a token's guesses are kept.

        Raises:
            Refused: it is no token.
        """
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            raise Refused(400, "The guess came without a token of its own.")
        return hashlib.sha256(f"{self.salt}{token}".encode()).hexdigest()[:24]

    def guess(self, id: Any, token: Any, given: Any) -> Guess:
        """Take a guess, in place of an earlier one of the same token.

        Args:
            id: the question's id.
            token: the guesser's token.
            given: the guess as it came.

        Raises:
            Refused: it is not taken, with the reason.
        """
        asked = self.by_id.get(id) if isinstance(id, str) else None
        if asked is None:
            raise Refused(404, "This room asks no such question.")
        who = self._fingerprint_if_room(token)
        if asked.id in self.shown:
            raise Refused(409, "Too late: the answer was shown already. Earlier guesses stay.")
        try:
            guess = asked.read(given)
        except ValueError as problem:
            raise Refused(422, str(problem)) from problem
        self.put(asked.id, who, guess)
        return guess

    def put(self, id: str, who: str, guess: Guess) -> None:
        """Keep a guess that was read already, under a fingerprint."""
        self.guesses[id][who] = guess
        self.known.add(who)
        self.version += 1

    def add_record(self, token: Any, text: str, record: Record) -> None:
        """Take a machine's record, in place of an earlier one of the same token.

        Raises:
            Refused: the room holds as many as it can.
        """
        who = self._fingerprint_if_room(token)
        if who not in self.records and len(self.records) >= MOST_RECORDS:
            raise Refused(503, f"The room has {MOST_RECORDS} records, and takes no more.")
        self.put_record(who, text, record)

    def put_record(self, who: str, text: str, record: Record) -> None:
        """Keep a record that was read already, under a fingerprint."""
        self.records[who] = (text, record)
        self.known.add(who)
        self.version += 1

    def is_known(self, token: Any) -> bool:
        """Whether a token guessed here, or sent a record."""
        try:
            return self.fingerprint(token) in self.known
        except Refused:
            return False

    def _fingerprint_if_room(self, token: Any) -> str:
        """The fingerprint of a token, unless it would be one too many."""
        who = self.fingerprint(token)
        if who not in self.known and len(self.known) >= MOST_GUESSERS:
            raise Refused(503, f"The room is full: it takes {MOST_GUESSERS} guessers.")
        return who

    def own(self, id: str, token: Any) -> Guess | None:
        """What a token guessed; None where it did not, or is no token."""
        try:
            return self.guesses[id].get(self.fingerprint(token))
        except Refused:
            return None

    def reveal(self) -> None:
        """Show the answer to the question that is asked: no guess at it is taken from now on."""
        self.shown.add(self.now.id)
        self.version += 1

    def go(self, place: Any) -> None:
        """Ask the question at a place.

        Raises:
            Refused: there is none.
        """
        if type(place) is not int or not 0 <= place < len(self.questions):
            raise Refused(422, "There is no such question.")
        self.at = place
        self.version += 1

    def counts(self, id: str) -> dict[str, int]:
        """How often each answer was guessed, most often first; for orders each order."""
        asked = self.by_id[id]
        count = Counter(asked.shown(guess) for guess in self.guesses[id].values())
        return dict(count.most_common())
