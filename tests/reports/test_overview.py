"""An archive at a glance: lines that stay within the width, in any script."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.answers import Flow, Story
from lineage.model import Origins, Skipped
from lineage.reports.overview import duration, flows_list, stories_list, summary
from lineage.reports.progress import Progress, line
from lineage.reports.terminal import Style, columns

STORIES = [
    Story("first", "A title", 12, 3, "2026-03-01T06:00:00+00:00", "2026-03-02", Origins(2, 1, 3)),
    Story("second", "حريق في المطحنة", 2, 2, None, None, Origins(1, 1, 1), inferred=False),
]
FLOWS = [
    Flow("Wire", "Post", True, 5, 0, 1.0, None, None, {0.5: 5, 0.9: 4}),
    Flow("Post", "Ledger", False, 1, 1234, 0.5, 95.0, -3.0, {0.5: 1, 0.9: 0}),
]


def test_a_summary_in_full() -> None:
    skipped = [Skipped("a/x.json", "of another kind; not read", kind="noted")] * 3 + [Skipped("b", "bad", 3)]
    shown = summary(14, "14 new", STORIES, FLOWS, skipped, Style(80, False, True)).replace("\u00a0", " ")
    assert shown == (
        "14 articles: 14 new\n"
        "\n"
        "2 stories, the largest\n"
        "  articles  outlets   origins  days                     story   title\n"
        "        12        3   2 (1–3)  2026-03-01 – 2026-03-02  first   A title\n"
        "         2        2  not told                           second  \u2067حريق في المطحنة\u2069\n"
        "\n"
        "2 routes from outlet to outlet, the busiest\n"
        "  articles  90% sure  words  credited     lag  route\n"
        "         5         4            100 %          Post ← Wire (not in the input)\n"
        "         1         0  1,234      50 %  95 min  Ledger ← Post\n"
        "\n"
        "noted: a/x.json and 2 more: of another kind; not read\n"
    )


def test_nothing_is_said_plainly() -> None:
    style = Style(80, False, True)
    assert "No articles share text that matters." in summary(3, "3 new", [], [], [], style)
    assert stories_list([], 0, style) == "no stories\n"
    assert flows_list([], 0, style) == "no outlet took from another\n"


@given(st.text(max_size=300), st.integers(40, 140), st.booleans())
def test_lines_stay_within_the_width(name: str, width: int, unicode: bool) -> None:
    style = Style(width, False, unicode)
    stories = [Story(name, name, 10**6, 10**4, "2026-01-01", "2026-12-31", Origins(5, 1, 9))]
    flows = [Flow(name, name, True, 10**6, 10**9, 0.3, -(10**6), None, {0.9: 3})]
    for shown in (stories_list(stories, 3, style), flows_list(flows, 3, style)):
        assert all(columns(row) <= width + (0 if unicode else 2) for row in shown.splitlines())
        assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("minutes", "said"), [(5, "5 min"), (-5, "-5 min"), (119, "119 min"), (180, "3 h"), (4320, "3 days")]
)
def test_lags_in_the_unit_that_suits_them(minutes: float, said: str) -> None:
    assert duration(minutes).replace("\u00a0", " ") == said


def test_progress_tells_the_rate_and_the_time_left() -> None:
    assert line("articles", 0, None, 0.0) == "articles"
    assert line("articles", 5000, None, 10.0) == "5,000 articles, 500 a second"
    assert line("articles", 5000, 0.25, 10.0) == "5,000 articles, 25%, 500 a second, 0:00:30 left"


def test_progress_is_shown_on_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Progress().say("articles", 1, None)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    shown = Progress()
    shown.say("articles", 1, 0.5)
    shown.say("articles", 2, 0.5)  # too soon
    shown.end()
    assert capsys.readouterr().err == "\r\x1b[K1 articles, 50%\r\x1b[K"
