"""Words beside a name are the same by the pattern for narrow texts and by the one for all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.text.grammar import key_of, words_of
from lineage.text.outlets import Registry

# As one pattern, which takes Python 7 ms to make.
PLAIN = re.compile(
    r"['’]s(?![^\W_])|[\u2e80-\u9fff\u3040-\u30ff]"
    r"|[^\W_\u2e80-\u9fff\u3040-\u30ff][\w\u0300-\u036f\u0900-\u0dff]*"
    r"(?:[.'’][^\W_\u2e80-\u9fff][\w\u0300-\u036f\u0900-\u0dff]*)*['’]?|[^\w\s]"
)
TEXT = st.text(st.sampled_from("aÄé’'.s_ -2/路透ーहि्भाो\u0301한رو。「") | st.characters(), max_size=40)


@given(TEXT, st.integers(0, 5), st.integers(0, 40))
def test_words_are_those_of_one_pattern(text: str, start: int, size: int) -> None:
    found = [(word.start, word.end) for word in words_of(text, start, start + size)]
    assert found == [match.span() for match in PLAIN.finditer(text, start, start + size)]


@given(st.text(st.sampled_from("a's’_路透 ー：:(।\u0301한"), max_size=5))
def test_phrases_are_looked_up_by_their_words(phrase: str) -> None:
    assert key_of(" ".join(phrase.split())) == " ".join(word.text for word in words_of(phrase, 0, len(phrase)))


@pytest.mark.parametrize("name", ["路透社", "로이터", "رويترز", "ロイター"])
@pytest.mark.parametrize("before", ["", "a", "é", "据", "و"])
def test_names_begin_inside_words_in_scripts_where_they_may(name: str, before: str) -> None:
    there = before in ("", "و") or name != "رويترز"  # Arabic has blanks between words, and writes "and" with the next
    found = [mention.outlet.id for mention in Registry.load().mentions(f"{before}{name} x")]
    assert found == (["reuters"] if there else [])
