"""Rereading: both losses are looked at when asked, and looking changes nothing."""

from collections.abc import Iterator

import pytest

from course_lib.demos import corpus
from course_lib.demos.datasets import rereading


@pytest.fixture(autouse=True)
def little_text(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A part of the prose in place of ten megabytes of code."""
    prose = corpus.tokens("prose", limit=60_000)
    monkeypatch.setattr(rereading, "_parts", lambda: corpus.split(prose))
    monkeypatch.setattr(rereading, "CHECK_BATCHES", 2)
    yield


def test_rereading_looks_at_both_losses_when_asked() -> None:
    looks = rereading.reread(unique_tokens=512, readings=(1, 5, 20), width=16)
    assert [look.readings for look in looks] == [1, 5, 20]
    assert looks[-1].train_loss < looks[0].train_loss
    assert all(look.loss > 0 for look in looks)


def test_looking_at_unseen_text_changes_nothing() -> None:
    last = [rereading.reread(512, readings, 16)[-1].train_loss for readings in ((10,), (2, 5, 10))]
    assert last[0] == last[1]


def test_too_little_text_is_refused() -> None:
    with pytest.raises(ValueError, match="unique_tokens must be"):
        rereading.reread(unique_tokens=64)
