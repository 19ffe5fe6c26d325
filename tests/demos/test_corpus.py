"""The corpus: real text, cut into pieces without an off-by-one."""

from itertools import islice

import pytest
import torch

from course_lib.demos import corpus


def test_prose_is_english_and_code_is_python() -> None:
    assert corpus.text("prose").count(" the ") > 1000
    assert corpus.text("code").count("\ndef ") > 1000


@pytest.mark.parametrize("kind", corpus.KINDS)
def test_tokens_are_the_bytes_of_the_text(kind: str) -> None:
    assert bytes(corpus.tokens(kind, limit=500).tolist()) == corpus.text(kind).encode("utf-8")[:500]


def test_split_keeps_every_token_once() -> None:
    data = torch.arange(1000)
    train, unseen = corpus.split(data, held_out=0.1)
    assert torch.equal(torch.cat([train, unseen]), data) and len(unseen) == 100


def test_batches_are_pieces_of_the_text_shifted_by_one() -> None:
    data = torch.arange(50)
    for inputs, targets in islice(corpus.batches(data, batch=4, seq=7), 200):
        assert inputs.shape == targets.shape == (4, 7) and inputs.dtype == torch.int64
        assert torch.equal(targets, inputs + 1) and int(targets.max()) < 50


def test_batches_reach_both_ends_and_repeat_with_the_seed() -> None:
    data = torch.arange(10)
    pieces = [inputs for inputs, _ in islice(corpus.batches(data, 8, 4), 50)]
    assert {int(piece.min()) for piece in pieces} >= {0} and max(
        int(piece.max()) for piece in pieces
    ) == 8
    again = next(corpus.batches(data, 8, 4))[0]
    assert torch.equal(pieces[0], again)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: corpus.text("poems"), "kind must be one of prose, code"),
        (lambda: corpus.tokens(limit=0), "limit must be at least 1"),
        (lambda: corpus.split(torch.arange(9), held_out=1.0), "held_out must lie between 0 and 1"),
        (
            lambda: next(corpus.batches(torch.arange(5), 2, 5)),
            "seq must be below the number of tokens",
        ),
        (lambda: next(corpus.batches(torch.arange(5), -1, 2)), "batch must be at least 1"),
    ],
)
def test_bad_input_names_the_argument(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
