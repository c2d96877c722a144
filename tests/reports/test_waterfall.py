"""Why: rows that add up, with their evidence, or the reason why there are none."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lineage.model import Lineage, Reason
from lineage.reports.terminal import Style, columns
from lineage.reports.waterfall import waterfall

LEDGER = """\
Post [post-1] ← Courier [courier-1]: very probably (92 %)
    +3.00             │████████████   +3.00  text          they share 10 words of narration
          Post 0–64: “The footbridge at Lower Amsley will stay closed until the autumn”
          Courier 0–62: “The footbridge at Lower Amsley will stay shut until the autumn”
    +1.50             │██████         +4.50  credit        Post credits Courier
          Post 66–86: “the Courier reported”
    -2.00     ████████│               +2.50  rivals        weighed against its reverse
                      =               +2.50  log odds, a probability of 92 %
  Other parents that were weighed: Herald [herald] 3 %
"""


def why(family: Lineage, child: str, parent: str | None = None, style: Style = Style()) -> str:  # noqa: B008
    return waterfall(family, child, parent, style).replace("\u00a0", " ")


def test_the_ledger_of_a_copy(family: Lineage) -> None:
    assert why(family, "post-1") == LEDGER
    assert why(family, "post-1", "courier-1") == LEDGER


def test_the_total_is_the_claim(family: Lineage) -> None:
    shown = why(family, "post-1")
    weights = [float(found) for found in re.findall(r"^ +([+-]\d+\.\d\d) ", shown, re.MULTILINE)]
    assert sum(weights) == pytest.approx(2.5)
    assert "92 %" in shown.splitlines()[0]
    assert "92 %" in shown.splitlines()[-2]


def test_a_source_gives_its_reasons_and_its_wording(family: Lineage) -> None:
    shown = why(family, "gazette")
    assert shown.startswith("Gazette? [gazette] ← unseen source, not named: very probably (90 %)\n")
    assert "declared      Gazette says so: “Words from a feed”" in shown
    assert "Gazette? 0–17: “Words from a feed about the ferry.”" in shown  # the note has the words already
    assert shown.endswith("  From its wording: “a feed about the ferry”\n")


def test_the_weightiest_rows_come_first_and_the_slight_ones_are_one(family: Lineage) -> None:
    claim = next(claim for claim in family.derivations if claim.child == "post-1")
    weights = {"base": -0.05, "size": 0.04, "text": 0.5, "clock": -0.02, "credit": -2.0, "tail": 0.09, "rivals": 0.01}
    rows = tuple(Reason(kind, weight, f"what {kind} says") for kind, weight in weights.items())
    shown = why(replace(family, derivations=(replace(claim, reasons=rows),)), "post-1")
    kinds = ["base", "text", "credit", "little weight", "rivals"]
    assert re.findall(rf" [+-]\d\.\d\d  ({'|'.join(kinds)}) ", shown) == kinds
    assert "+0.11" in shown
    assert "little weight tail +0.09, size +0.04, clock -0.02" in " ".join(shown.split())
    assert "what size says" not in shown


def test_relations_of_a_kind_are_one_sentence(family: Lineage) -> None:
    first = next(relation for relation in family.relations if "quoter" in (relation.a, relation.b))
    again = replace(first, **{"a" if first.a != "quoter" else "b": "herald"})
    shown = why(replace(family, relations=(first, again)), "quoter")
    assert "It shares only quotations with Courier [courier-1] (22 words) and Herald [herald] (22 words)" in shown
    assert shown.count("Quoter 0") == 1


def test_two_parents_are_two_ledgers_unless_one_is_asked_for(family: Lineage) -> None:
    assert why(family, "post-2").count("←") == 2
    assert why(family, "post-2", "herald").startswith("Post [post-2] ← Herald [herald]: probably (60 %)")


def test_an_open_question_says_both_ways(family: Lineage) -> None:
    shown = why(family, "twin-b")
    assert shown.startswith("Twin [twin-a] and Twin [twin-b]: one took from the other, or both from one source;")
    assert "Twin [twin-a] from Twin [twin-b] 40 %, the reverse 35 %, both from elsewhere 25 %" in " ".join(
        shown.split()
    )
    assert "log odds" not in shown  # the rows do not sum to either


@pytest.mark.parametrize(
    ("child", "parent", "expected"),
    [
        ("quoter", None, "  It shares only quotations with Courier [courier-1] (22 words)"),
        ("quoter", "hermit", "  It shares no passage with hermit."),
        ("hermit", None, "  It shares no passage with any other article."),
        ("courier-1", "post-1", "  Post [post-1] took from it: very probably (92 %)"),
    ],
)
def test_why_not(family: Lineage, child: str, parent: str | None, expected: str) -> None:
    shown = why(family, child, parent)
    assert "not found to have taken" in shown.splitlines()[0]
    assert expected in shown.splitlines()


@pytest.mark.parametrize("width", [40, 60, 100, 140])
def test_it_fits(family: Lineage, width: int) -> None:
    for child in family.articles:
        for line in why(family, child, style=Style(width)).splitlines():
            assert columns(line) <= width, line


def test_colour_changes_no_word(family: Lineage) -> None:
    coloured = why(family, "post-1", style=Style(colour=True))
    assert "\x1b[31m    ████████\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == LEDGER
