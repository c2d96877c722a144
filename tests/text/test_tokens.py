"""Tokens against a slow plain twin that shares no code, and offsets that slice the original in any script."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lineage.text.tokens import Tokens, batches, tokenize, tokenize_batch

UNSPACED = (
    "THAI",
    "LAO",
    "MYANMAR",
    "KHMER",
    "HIRAGANA",
    "KATAKANA",
    "CJK UNIFIED",
    "CJK COMPATIBILITY IDEOGRAPH",
)
ARABIC_OPTIONAL = {*range(0x64B, 0x653), 0x670, 0x640}
PLAIN = {"ª": "a", "º": "o", "²": "2", "³": "3", "¹": "1", "’": "'", "ʼ": "'", "＇": "'"}


@dataclass
class Letter:
    text: str  # folded; "" for a separator
    start: int
    end: int
    alone: bool


def slow_letters(text: str) -> list[Letter]:
    letters: list[Letter] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.category(text[end])[0] == "M":
            end += 1
        cluster = unicodedata.normalize("NFC", text[at:end])
        whole = len(cluster) != end - at
        for place, char in enumerate(cluster):
            start, stop = (at, end) if whole else (at + place, at + place + 1)
            category = unicodedata.category(char)
            if category == "Cf" or ord(char) in ARABIC_OPTIONAL or 0xFE00 <= ord(char) < 0xFE10:
                continue
            if char in PLAIN:
                letters.append(Letter(PLAIN[char], start, stop, False))
            elif char == "'":
                letters.append(Letter("'", start, stop, False))
            elif category[0] in "LMN" and char not in "¼½¾":
                alone = category[0] != "M" and unicodedata.name(char, "").startswith(UNSPACED)
                letters.append(Letter(char.casefold(), start, stop, alone))
            else:
                letters.append(Letter("", start, stop, False))
        at = end
    return letters


def slow_words(text: str) -> list[tuple[str, int, int]]:
    letters = slow_letters(text)
    for place, letter in enumerate(letters):
        before = letters[place - 1].text if place else ""
        after = letters[place + 1].text if place + 1 < len(letters) else ""
        if letter.text == "'" and (before in ("", "'") or after in ("", "'")):
            letter.alone = True  # marked: an outer apostrophe
    words: list[tuple[str, int, int]] = []
    joined = False
    for letter in letters:
        if letter.text == "" or (letter.text == "'" and letter.alone):
            joined = False
        elif joined:
            text_so_far, start, _ = words[-1]
            words[-1] = (text_so_far + letter.text, start, letter.end)
        else:
            words.append((letter.text, letter.start, letter.end))
            joined = True
    return words


SPACED = st.text(
    st.one_of(
        st.characters(codec="utf-8", max_codepoint=0x2FF),
        st.sampled_from(" .,'’\n\u00adßﬁİıÅéÄ×÷€…–“”«²µªº½\u200b\u200e\u202a\u0301\u0308٠"),
        st.sampled_from("абвЁعَربـيहिन्दी한글Ωςσ►★→⊂₂①"),
    ),
    max_size=60,
)


@settings(max_examples=400)
@given(SPACED)
@example("Straße STRASSE don’t DON'T 'tis dogs'")
@example("x\u0301\u00ady e\u0301te\u0301")
@example("µ Μ μ ² x² ﬁn")
def test_equals_the_slow_twin_where_scripts_have_spaces(text: str) -> None:
    found = tokenize(text)
    expected = slow_words(text)
    assert list(zip(found.starts.tolist(), found.ends.tolist(), strict=True)) == [(s, e) for _, s, e in expected]
    by_word: dict[str, int] = {}
    for (word, _, _), value in zip(expected, found.hashes.tolist(), strict=True):
        assert by_word.setdefault(word, value) == value
    assert len(set(by_word.values())) == len(by_word)


@settings(max_examples=300)
@given(st.text(st.one_of(st.characters(), st.sampled_from("中文新闻かなไทยा\U00020000\ud800 a1'"))))
def test_any_text_gives_ordered_spans_inside_it(text: str) -> None:
    found = tokenize(text)
    bounds = [edge for pair in zip(found.starts.tolist(), found.ends.tolist(), strict=True) for edge in pair]
    assert all(0 <= edge <= len(text) for edge in bounds)
    assert bounds == sorted(bounds)
    assert all(start < end for start, end in zip(bounds[::2], bounds[1::2], strict=True))


@settings(max_examples=100)
@given(st.lists(SPACED, max_size=6))
def test_a_batch_is_its_articles(texts: list[str]) -> None:
    batch = tokenize_batch(texts)
    for index, text in enumerate(texts):
        together, single = batch.article(index), tokenize(text)
        for mine, own in zip(columns(together), columns(single), strict=True):
            assert mine == own


def columns(tokens: Tokens) -> list[list[int]]:
    return [tokens.hashes.tolist(), tokens.starts.tolist(), tokens.ends.tolist(), tokens.alone.tolist()]


def words_of(text: str) -> list[str]:
    found = tokenize(text)
    return [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("don’t", "DON'T"),
        ("Ärger", "ÄRGER"),
        ("re\u0301sume\u0301", "résumé"),
        ("ﬁnal", "FINAL"),
        ("Reu\u00adters", "Reuters"),
        ("Reu\u200bters", "reuters"),
        ("محمّد", "محمد"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("２０２４", "2024"),
        ("각", "\u1100\u1161\u11a8"),
    ],
)
def test_the_same_word_in_other_clothes(one: str, other: str) -> None:
    assert tokenize(one).hashes.tolist() == tokenize(other).hashes.tolist()


def test_scripts_without_spaces_give_characters() -> None:
    assert words_of("新华社北京3月5日电 Reuters") == [*list("新华社北京3月5日电"), "Reuters"]
    assert words_of("ข่าวไทย") == ["ข่", "า", "ว", "ไ", "ท", "ย"]
    assert words_of("हिन्दी समाचार") == ["हिन्दी", "समाचार"]
    assert tokenize("新华社 abc").alone.tolist() == [True, True, True, False]


def test_words_of_any_length_differ_in_any_place() -> None:
    words = ["a" * n for n in range(1, 60)] + ["a" * 30 + "b" + "a" * n for n in range(29)]
    hashes = [int(tokenize(word).hashes[0]) for word in words]
    assert len(set(hashes)) == len(words)


def test_the_seed_changes_every_hash() -> None:
    plain, seeded = tokenize("one two"), tokenize("one two", seed=7)
    assert not set(plain.hashes.tolist()) & set(seeded.hashes.tolist())


def test_batches_keep_every_text_in_order() -> None:
    texts = [str(n) * 5000 for n in range(200)]
    groups = list(batches(texts))
    assert [text for group in groups for text in group] == texts
    assert len(groups) > 1
