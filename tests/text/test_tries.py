"""Forms that are compiled when they are needed find what all forms find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.text.furniture import _forms
from lineage.text.outlets import Registry
from lineage.text.strangers import _triggers
from lineage.text.tries import FEW, Forms, trie_pattern

KINDS = {
    "labelled": _forms()._labelled,
    "begins": _forms()._begins,
    "inline": _forms()._inline,
    "triggers": _triggers()[0],
}
AROUND = [
    "",
    " ",
    "\n",
    ". ",
    ", ",
    ": ",
    "“",
    "„",
    "(",
    "_",
    "-",
    "x",
    "S",
    "ß",
    "ı",
    "İ",
    "图",
    "ا",
    "\u00a0",
    "’s",
    " | ",
]
WORDS = ["Deichbruch", "the", "The", "read", "Read more", "photo", "FOTO", "本报", "İstanbul", "ſtand", "KELVIN", "é"]


def found(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_part_of_the_forms_finds_what_all_find(kind: str, data: st.DataObject) -> None:
    forms = KINDS[kind]
    whole = forms._build(forms._forms)
    lazy = Forms(forms._forms, forms._build)
    for _ in range(3):
        piece = st.sampled_from([*forms._forms, *WORDS, *AROUND])
        turned = st.tuples(piece, st.sampled_from([str, str.upper, str.lower, str.title])).map(lambda p: p[1](p[0]))
        text = "".join(data.draw(st.lists(st.one_of(turned, st.sampled_from(AROUND)), max_size=30)))
        part = lazy.pattern(text)
        if kind in ("inline", "triggers"):
            assert found(part, text) == found(whole, text)
        for line in text.split("\n"):
            one, other = part.match(line), whole.match(line)
            assert (one and one.span()) == (other and other.span())


def test_names_of_outlets_are_found_whichever_text_came_first() -> None:
    known = Registry.load()
    texts = [f"A text that {outlet.name} and others printed, said “{outlet.id}”." for outlet in known.outlets[:60]]
    one = [[mention for text in texts for mention in known.mentions(text)]]
    fresh = Registry(known.outlets)
    one.append([mention for text in reversed(texts) for mention in reversed(list(fresh.mentions(text)))][::-1])
    assert one[0] == one[1]
    assert len(one[0]) >= 60


def test_all_forms_are_compiled_after_a_few_texts() -> None:
    made: list[int] = []

    def build(some: list[str]) -> re.Pattern[str]:
        made.append(len(some))
        return re.compile(trie_pattern(some))

    forms = Forms((f"word{n} more" for n in range(100)), build)
    for turn in range(100):
        assert forms.pattern(f"nothing, then word{turn} more").search(f"word{turn} more")
    assert made == [*range(1, FEW + 1), 100]
