"""What is asked before a pattern is tried, and instead of one, against the pattern itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lineage import kernel
from lineage.descent.revisions import _DATE, _LINK, _SAID, _SECURE, _YEAR, Version, _day
from lineage.model import Span
from lineage.text import furniture
from lineage.text.furniture import HEAD, LONGEST_LINE, _head, _key, _lines, _of_line, _repeats, _sentences, _trim
from lineage.text.phrases import Wordings, Words

KEYWORDS = re.compile(
    r"photo|foto|bild|image|pic|crédit|фото|صورة|फोटो|图|grafik|illustration|/ ?(?:ap|afp|getty|reuters|dpa|ep|efe)"
    r"|reuters/|afp/",
    re.IGNORECASE,
)
PIECES = st.sampled_from(
    [
        *("Photo", "photos", "FOTO", "Bildung ", "Symbolbild", "image credit", "Pİcture", "写真", "图", "crédits"),
        *(" credits ", ": ", "：", " © ", " via ", " by ", " courtesy of ", "(", ")", "[", "]", "/"),
        *("dpa", "AFP", "Reuters", "Getty Images", "Anna Berg ", "von "),
        *("\n", "\r", "\u2028", "\x85", ". ", "! ", "。", " ", "\u00a0", "ſ", "İ", "K", "_", "é", "१"),
        *("The mill burned down on Thursday and nobody was hurt there", "the mill burned down", "and so on"),
        *("一座水坝在清晨决堤许多房屋被冲毁了", "the Mill, burned down on Thursday; and nobody was hurt there"),
        *("12 May 2031", "May 3rd, 1999", "2024-02-30", "1999", "no longer", "CORRECTED ", "Updates ", "früheren"),
        *("https://x.org", "HTTP://", "www.", "](", "in einer FRÜHEREN ", "fe de errores", "更新"),
    ]
)
TEXT = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60)


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_words(text: str) -> None:
    found = Words(text)
    assert found.different == frozenset(re.findall(r"\w+", found.text))


@settings(max_examples=500, deadline=None)
@given(TEXT)
def test_sentences_and_their_first_words(text: str) -> None:
    for line in (_trim(text, *line) for line in _lines(text)):
        found = furniture._SENTENCE.finditer(text, *line)
        assert list(_sentences(text, line)) == [_trim(text, *sentence.span()) for sentence in found]
        content = text[slice(*line)]
        assert list(_head(content)) == furniture._WORDS.findall(content.casefold())[:HEAD]


@settings(max_examples=300, deadline=None)
@given(TEXT, st.lists(st.sampled_from(["no longer", "(image credit)", "Updates", "更", "व", "डाटा", "1999", "***"])))
@example("", ["abc"])
@example("ab", ["abc"])
@example("xabc", ["bcd", "abc"])
def test_wordings(text: str, wordings: list[str]) -> None:
    assert Wordings(wordings).stand_in(text) == any(wording in text for wording in wordings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "library", lambda: None)
        assert Wordings(wordings).stand_in(text) == any(wording in text for wording in wordings)


def test_wordings_are_not_too_short() -> None:
    with pytest.raises(ValueError, match="fewer than 3 bytes"):
        Wordings(["ab"])


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_lines(text: str) -> None:
    assert list(_lines(text)) == [found.span() for found in re.finditer(r"[^\n\r\u2028\u2029\x85]+", text)]


@settings(max_examples=300, deadline=None)
@given(TEXT)
@example("The mill burned down on Thursday and nobody was hurt there. " * 3)
def test_repeats(text: str) -> None:
    lines = [_trim(text, *found) for found in _lines(text)]
    cut = [(line, list(_sentences(text, line))) for line in lines]
    copies: dict[str, list[tuple[Span, int]]] = {}
    for line, sentences in cut:
        length = line.end - line.start
        whole = _key(text[slice(*line)]) if length <= LONGEST_LINE else None
        keys = [(_key(text[slice(*sentence)]), sentence) for sentence in sentences]
        for key, span in [(whole, line), *((key, span) for key, span in keys if key != whole)]:
            if key is not None:
                copies.setdefault(key, []).append((span, length))
    expected = [
        span
        for places in copies.values()
        for number, (span, _) in enumerate(places)
        if number != max(range(len(places)), key=lambda k: (places[k][1], k))
    ]
    assert sorted(_repeats(text, cut)) == sorted(expected)


@settings(max_examples=600, deadline=None)
@given(TEXT)
@example("Ein Symbolbild: dpa")
@example("Photo by Anna Berg/Reuters")
@example("写真: AFP 图")
def test_credits_of_pictures(text: str) -> None:
    for line in [_trim(text, *found) for found in _lines(text)]:
        if furniture._is_form(text[slice(*line)]):
            continue
        expected = [
            Span(*found.span())
            for pattern in (furniture._PHOTO_BRACKET, furniture._PHOTO_BARE)
            for found in pattern.finditer(text, line.start, line.end)
            if KEYWORDS.search(text, line.start, line.end)
        ]
        assert list(_of_line(text, line, [])) == expected
        whole = furniture.find_furniture(text)
        assert all(any(own.start <= span.start and span.end <= own.end for own in whole) for span in expected)


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_versions(text: str) -> None:
    version = Version(text)
    assert version.dates == {day for found in _DATE.finditer(text) if (day := _day(found))}
    assert version.years == {int(found.group()) for found in _YEAR.finditer(text)}
    counted = [version.tallies[name] for name in ("said", "links", "secure")]
    assert counted == [len(pattern.findall(text)) for pattern in (_SAID, _LINK, _SECURE)]
