"""Words as the bits of a number, against sets of words; and rows that are put into words only when they are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.newsroom import generate
from lineage.descent.ledger import Ledger, total
from lineage.descent.witness import Witness, below, covered, first, last
from lineage.model import Article, Reason, Span
from lineage.text.tokens import WORDS_A_CHARACTER, tokenize
from lineage.tracing import trace

SPANS = st.lists(st.tuples(st.integers(0, 130), st.integers(0, 130)).map(lambda pair: Span(*pair)), max_size=40)


def words(mask: int) -> set[int]:
    return {word for word in range(mask.bit_length()) if mask >> word & 1}


@given(st.text("ab 中 ", max_size=120), SPANS)
def test_words_in_spans(text: str, spans: list[Span]) -> None:
    tokens = tokenize(text)
    starts = tokens.starts.tolist()
    expected = {word for word, at in enumerate(starts) if any(span.start <= at < span.end for span in spans)}
    assert words(covered(tokens, spans)) == expected


@given(st.text("ab 中 ", max_size=120), SPANS, SPANS)
def test_what_words_count(text: str, quotes: list[Span], furniture: list[Span]) -> None:
    tokens = tokenize(text)
    article = Article("a", text)
    witness = Witness.of(article, tokens, quotes=quotes, furniture=furniture, credits=(), outlet=None, called="a")
    every = set(range(len(tokens)))
    assert words(witness.body) == every - words(covered(tokens, furniture))
    assert words(witness.narrated) == words(witness.body) - words(covered(tokens, quotes))
    weights = [WORDS_A_CHARACTER if alone else 1.0 for alone in tokens.alone.tolist()]
    assert witness.narration == pytest.approx(sum(weights[word] for word in words(witness.narrated)))


@given(st.integers(1, 1 << 100), st.integers(0, 110))
def test_first_last_below(mask: int, word: int) -> None:
    assert (first(mask), last(mask)) == (min(words(mask)), max(words(mask)))
    assert words(below(word)) == set(range(word))


def test_rows_are_told_when_they_are_read() -> None:
    told: list[int] = []

    def tell() -> list[Reason]:
        told.append(1)
        return [Reason("base", 1.5, "one"), Reason("text", -0.25, "other")]

    ledger = Ledger([1.5, -0.25], tell)
    assert total(ledger) == 1.25
    assert not told
    assert total(list(ledger)) == total(ledger)
    assert list(ledger) == tell()
    assert len(told) == 2


@pytest.mark.parametrize("seed", range(3))
def test_claims_sum_to_their_probability(seed: int) -> None:
    for claim in trace(generate(seed, "hard").articles).derivations:
        assert 1 / claim.probability - 1 == pytest.approx(2.718281828459045 ** -total(claim.reasons))
