"""The tokenizer loses nothing, merges what it has seen, and pays by the byte for what it has
not."""

import pytest

from course_lib.demos import tokenizer

SMALL = tokenizer.train("the cat sat on the mat and the rat sat on the hat\n" * 50, vocab_rows=300)


@pytest.mark.parametrize("language", tokenizer.SENTENCES)
def test_every_text_comes_back_unchanged(language: str) -> None:
    sentence = tokenizer.SENTENCES[language]
    assert SMALL.decode(SMALL.encode(sentence).ids) == sentence


def test_no_merges_means_one_token_a_byte() -> None:
    plain = tokenizer.train("abc", vocab_rows=256)
    for sentence in tokenizer.SENTENCES.values():
        assert tokenizer.token_count(plain, sentence) == len(sentence.encode("utf-8"))
        assert tokenizer.bytes_per_token(plain, sentence) == 1


def test_a_word_seen_often_becomes_one_token() -> None:
    assert tokenizer.token_count(SMALL, " the") == 1
    assert tokenizer.token_count(SMALL, " the the the") == 3


def test_letters_never_seen_cost_a_token_a_byte() -> None:
    assert tokenizer.token_count(SMALL, "αβγ") == 6
    assert tokenizer.token_count(SMALL, "机") == 3


def test_a_larger_vocabulary_cuts_longer_tokens() -> None:
    text = "the cat sat on the mat and the rat sat on the hat"
    counts = [
        tokenizer.token_count(tokenizer.train(text * 50, rows), text) for rows in (256, 270, 300)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[1] > counts[2]


def test_trained_on_english_it_serves_english_better_than_greek() -> None:
    trained = tokenizer.train()
    assert trained.get_vocab_size() == 4096
    assert tokenizer.bytes_per_token(trained, tokenizer.unseen()) > 3
    assert tokenizer.bytes_per_token(trained, tokenizer.SENTENCES["Greek"]) < 1.1


def test_seen_and_unseen_are_the_whole_prose() -> None:
    assert tokenizer.seen() + tokenizer.unseen() == tokenizer.corpus.text("prose")
    assert len(tokenizer.unseen()) * 9 == pytest.approx(len(tokenizer.seen()), rel=0.01)


def test_words_are_counted_with_their_blank() -> None:
    assert tokenizer.bytes_per_word("ab  cd\nef") == 8 / 3


def test_nothing_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="text must hold at least one character, got ''"):
        tokenizer.bytes_per_token(SMALL, "")
    with pytest.raises(ValueError, match="text must hold at least one word"):
        tokenizer.bytes_per_word("  \n")
    with pytest.raises(ValueError, match="vocab_rows must be at least 256, got 10"):
        tokenizer.train("abc", vocab_rows=10)
