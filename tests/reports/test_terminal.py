"""What reaches a terminal is clean, fits, and is measured in columns."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.reports.terminal import Style, clean, columns, isolated, pad, trim, wrap
from tests.timing import seconds

HOSTILE = st.text(
    st.one_of(st.characters(categories=None), st.sampled_from("\x1b[]\x07;m\x9b\x9c\u202e\r\n\x85\ud800"))
)


@given(HOSTILE)
def test_no_control_character_survives(text: str) -> None:
    cleaned = clean(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x1b[31mb\x1b[0m", "ab"),
        ("a\x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\", "ab"),
        ("a\x1b]52;c;ZXZpbA==\x07b", "ab"),
        ("a\x9b2Jb", "ab"),
        ("one\n two\t three", "one two three"),
        ("one\x85two\u2028three\x0bfour\r\nfive", "one two three four five"),
        ("so\xadft zero\u200bwidth \U000e0041tag", "soft zerowidth tag"),
        ("half \ud83d of one", "half \ufffd of one"),
        ("می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष"),  # scripts need their joiners
        ("97\u00a0% of it", "97\u00a0% of it"),
        ("“Zürich” 新闻", "“Zürich” 新闻"),
    ],
)
def test_escape_sequences_go_as_a_whole(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_columns_count_wide_and_combining_characters() -> None:
    assert columns("abc") == 3
    assert columns("新闻") == 4
    assert columns("e\u0301") == 1
    assert columns("\u1112\u1161\u11ab") == 2
    assert trim("新闻联播", 5) == "新闻…"
    assert trim("abc", 3) == "abc"
    assert trim("abcd", 3) == "ab…"
    assert pad("新", 4) == "新  "


@given(st.text(st.sampled_from("ab 新é "), max_size=80), st.integers(4, 30))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = list(wrap(text, width))
    assert all(columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("unit", ["\x1b[0", "\x1b]8;", "\x9b1;", "x", "新", "a ", "\x1b", "\u202e ", " \n"])
def test_time_grows_with_the_text_only(unit: str) -> None:
    def taken(times: int) -> float:
        text = unit * times
        return seconds(lambda: (list(wrap(clean(text), 40)), trim(clean(text), 40)), 15)

    # four times the text: time(2n)/time(n) < 2.5, twice; a machine at work may disturb a measurement, not all three
    assert any(taken(80_000) / max(taken(20_000), 1e-4) < 2.5**2 for _ in range(3))


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("أخبار الميناء ← صحيفة الساحل", "<أخبار الميناء> ← <صحيفة الساحل>"),
        ("└── أخبار الميناء  [a1]  1 Mar 2024 · 97 %", "└── <أخبار الميناء>  [a1]  1 Mar 2024 · 97 %"),
        (
            "7 % of صحيفة stands in أخبار, 5 % of أخبار in صحيفة",
            "7 % of <صحيفة> stands in <أخبار>, 5 % of <أخبار> in <صحيفة>",
        ),
        ("كلمة أولى   │ كلمة ثانية", "<كلمة أولى>   │ <كلمة ثانية>"),
        ("“حكاية وردة، في 12 ماي”", "“<حكاية وردة، في 12 ماي>”"),
        ("עיתון הנמל…  1 Mar", "<עיתון הנמל…>  1 Mar"),
        ("\x1b[1mأَخبَارُ\x1b[0m", "\x1b[1m<أَخبَارُ>\x1b[0m"),
        ("no such words ← here", "no such words ← here"),
    ],
)
def test_words_from_right_to_left_turn_nothing_else_round(line: str, kept: str) -> None:
    """A terminal that turns them round would show "A ← B" as "B ← A", which says the opposite."""
    assert isolated(line).replace("\u2067", "<").replace("\u2069", ">") == kept
    assert Style().page(f"{line}\n{line}\n") == f"{isolated(line)}\n{isolated(line)}\n"
    assert columns(isolated(line)) == columns(line)
    assert "\u2067" not in Style(unicode=False).page(line)


@given(st.text(alphabet="אبa1 ،.…←│[]\u064b\x1b"))
def test_every_run_is_closed_and_nothing_is_lost(line: str) -> None:
    shown = isolated(line)
    assert shown.replace("\u2067", "").replace("\u2069", "") == line
    runs = re.findall("\u2067([^\u2067\u2069]*)\u2069", shown)
    assert "".join(re.split("\u2067[^\u2067\u2069]*\u2069", shown)).translate({0x5D0: None, 0x628: None}) == (
        "".join(re.split("\u2067[^\u2067\u2069]*\u2069", shown))
    )
    for run in runs:
        assert run[0] in "אب"
        assert not set(run) & set("a←│[]\x1b")
        assert "  " not in run


def test_ascii_where_more_cannot_be_shown() -> None:
    assert Style(unicode=False).plain("├── ◌ “a” – b… 9\u00a0%").isascii()
    assert Style(colour=True).paint("x", "bold") == "\x1b[1mx\x1b[0m"
    assert Style(colour=False).paint("x", "bold") == "x"
