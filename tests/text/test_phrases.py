"""Phrases looked up by their longest words against one pattern of all of them."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage import kernel
from lineage.text import phrases
from lineage.text.outlets import Registry
from lineage.text.phrases import Phrases, Words, find_phrases
from lineage.text.tries import trie_pattern

PIECES = st.sampled_from(["a", "ab", "b", "aba", "die", "é", "_", "-", ".", " ", "\u00a0", "\n", "'", "中", "/", "A1"])
TEXT = st.lists(PIECES, max_size=30).map("".join)
NAME = st.lists(PIECES.filter(lambda piece: piece not in "\n\u00a0"), min_size=1, max_size=5).map("".join)


@settings(max_examples=1000, deadline=None)
@given(TEXT, st.sets(NAME.filter(re.compile(r"\w").search), max_size=6))
def test_the_same_as_one_pattern(text: str, names: set[str]) -> None:
    pattern = re.compile(rf"\b{trie_pattern(sorted(names))}(?!\w)")
    expected = [match.span() for match in pattern.finditer(text)]
    parts = [Phrases(sorted(names)[::2]), Phrases(sorted(names)[1::2])]
    for several in ([Phrases(names)], parts):
        assert [tuple(span) for span in find_phrases(Words(text), several)] == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phrases, "FEW", 0)
        assert [tuple(span) for span in find_phrases(Words(text), parts)] == expected
        patch.setattr(kernel, "library", lambda: None)
        assert [tuple(span) for span in find_phrases(Words(text), [Phrases(names)])] == expected


@pytest.mark.skipif(kernel.library() is None, reason="the kernel was not compiled here")
def test_words_of_a_vocabulary_are_found_however_they_begin() -> None:
    names = [f"{begin}{number}" for begin in ("a", "é", "中", "_", "Zürich") for number in range(2000)]
    text = "«a17», 中1999é5 (é1)\u3000Zürich3 _4"
    found = Phrases(names)
    assert {text[slice(*span)] for span in found.found(Words(text))} == {"a17", "é1", "Zürich3", "_4"}


def test_many_names_and_a_long_text_of_their_words() -> None:
    registry = Registry.load()
    once = " ".join(outlet.name for outlet in registry.outlets)
    seconds = []
    for times in (4, 16):
        begin = time.process_time()
        count = sum(1 for _ in registry.mentions(once * times))
        seconds.append(time.process_time() - begin)
        assert count > 100 * times
    assert seconds[1] < 12 * seconds[0] + 0.5
