"""Two texts side by side: what is changed is marked, in plain text and in colour."""

from __future__ import annotations

import re

import pytest

from lineage.model import Article, Lineage, Overlap, Passage, Span
from lineage.reports.side_by_side import side_by_side
from lineage.reports.terminal import Style, columns

PAGE = """\
Courier [courier-1]                    Post [post-1]

1. 10 words, edited, 91 % alike
The footbridge at Lower Amsley will  │ The footbridge at Lower Amsley will
stay [-shut-] until the autumn       │ stay {+closed+} until the autumn

What is marked has no equal on the other side.
67 % of Courier stands in Post, 71 % of Post in Courier; 10 shared words
outside quotation marks, 0 inside.
"""


def shown(family: Lineage, style: Style) -> str:
    claim = family.derivations[0]
    overlap = Overlap("courier-1", "post-1", claim.passages, 0.67, 0.71, 10, 0)
    a, b = family.articles["courier-1"], family.articles["post-1"]
    return side_by_side(overlap, a, b, style).replace("\u00a0", " ")


def test_the_page(family: Lineage) -> None:
    assert shown(family, Style(75)) == PAGE


def test_colour_instead_of_signs(family: Lineage) -> None:
    page = shown(family, Style(75, colour=True))
    assert "stay \x1b[1;31mshut\x1b[0m until" in page
    assert "stay \x1b[1;4;32mclosed\x1b[0m until" in page
    bare = re.sub(r"\x1b\[[0-9;]*m", "", page)
    assert bare.replace(" ", "") == PAGE.translate(str.maketrans("", "", "[]{}+-")).replace(" ", "").replace(
        "courier1", "[courier-1]").replace("post1", "[post-1]")  # fmt: skip


@pytest.mark.parametrize("colour", [False, True])
def test_a_change_over_many_lines_leaves_the_other_column_alone(colour: bool) -> None:
    a = Article("a", "one " + "gone " * 40 + "two")
    b = Article("b", "one two")
    passage = Passage(
        Span(0, len(a.text)), Span(0, 7), 2, 0.05, 0.0, "related",
        ((Span(0, 3), Span(0, 3)), (Span(len(a.text) - 3, len(a.text)), Span(4, 7))),
    )  # fmt: skip
    page = side_by_side(Overlap("a", "b", (passage,), 0.1, 1.0, 2, 0), a, b, Style(60, colour))
    for line in page.splitlines():
        assert columns(re.sub(r"\x1b\[[0-9;]*m", "", line)) <= 60
        left = line.split("│")[0]
        assert left.count("\x1b[1;31m") == len(re.findall(r"\x1b\[1;31m[^\x1b]*\x1b\[0m", left))


def test_only_words_are_changes() -> None:
    a, b = Article("a", "Yes, he said."), Article("b", "Yes – he said.")
    passage = Passage(
        Span(0, 13), Span(0, 14), 3, 1.0, 0.0, "exact",
        ((Span(0, 3), Span(0, 3)), (Span(5, 13), Span(6, 14))),
    )  # fmt: skip
    page = side_by_side(Overlap("a", "b", (passage,), 1.0, 1.0, 3, 0), a, b, Style())
    assert "[-" not in page
    assert "Yes, he said." in page
    assert "Yes – he said." in page


def test_chinese_is_broken_at_the_edge_and_hostile_text_is_inert() -> None:
    text = "新闻联播" * 400 + "\x1b]52;c;x\x07\r\u202e\ue000"
    article = Article("a", text, "日报")
    span = Span(0, len(text))
    page = side_by_side(
        Overlap("a", "a", (Passage(span, span, 960, 1.0, 0.5, "exact", ((span, span),)),), 1.0, 1.0, 480, 480),
        article, article, Style(80),
    )  # fmt: skip
    assert max(map(columns, page.splitlines())) <= 80
    assert not set(page) & set("\x1b\x07\r\u202e\ue000\ue001")
    assert "50\u00a0% of it in quotation marks" in page
    assert "of 日报 [a] stands in 日报 [a]" in page


def test_nothing_shared() -> None:
    page = side_by_side(Overlap("a", "b", (), 0, 0, 0, 0), Article("a", "x"), Article("b", "y"), Style())
    assert page.splitlines()[-1] == "They share no passage."
