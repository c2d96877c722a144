"""Clocks are heard as far as the texts bear them out, also those of an outlet's own versions."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.newsroom import generate
from lineage.descent import versions
from lineage.descent.clocks import RIGHT, borne_out
from lineage.descent.evidence import lag
from lineage.tracing import Measured, measured

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
NOW = datetime(2026, 4, 1, tzinfo=UTC)


def story() -> Measured:
    """A story with a version of an article; every article an hour after the one before."""
    articles = generate(2, "easy", size=(8, 8)).articles
    again = replace(articles[0], id="again", text=articles[0].text + "\n\nThe bridge was closed to lorries at noon.")
    dated = [
        replace(article, published=(START + timedelta(hours=hour)).isoformat())
        for hour, article in enumerate([*articles, again])
    ]
    return measured(dated, now=NOW)


def test_what_a_pair_says_of_the_clocks() -> None:
    """Texts that are sure of the order, and a clock that agrees, or does not: log odds worked out by hand."""
    found = story().story
    for sign, share in ((1, RIGHT), (-1, 1 - RIGHT)):
        odds = dict.fromkeys((pair for pair, _ in found.copies), -30.0)
        (one, other), link = found.copies[0]
        known = lag(link.one, link.other, NOW)
        assert known is not None
        odds[(one, other) if known[0].total_seconds() * sign > 0 else (other, one)] = 30.0
        assert borne_out(found, odds)[one] == pytest.approx(math.log(2 * share), abs=1e-3)


def test_versions_hear_their_clock_less_if_the_story_refutes_it() -> None:
    found = story().story
    own = {pair: link for pair, link in found.links.items() if link.regime == "update"}
    assert own
    weights = []
    for trust in (math.inf, 3.0, 0.0, -4.0, -20.0):
        rows = versions.ledgers(found.witnesses, own, NOW, [trust] * len(found.witnesses))
        told = [row.weight for row in rows[min(own)] if row.kind == "version"]
        weights.append(abs(told[0]))
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == pytest.approx(math.log((1 - versions.STAMPED) / versions.STAMPED))
    assert weights[2] == pytest.approx(2.65, abs=0.05)
    assert weights[-1] < 0.01


def test_where_no_other_outlet_is_there_nobody_doubts_the_clock() -> None:
    found = story().story
    article = found.witnesses[0].article
    again = [replace(article, id=str(hour), published=(START + timedelta(hours=hour)).isoformat()) for hour in (1, 2)]
    alone = measured(again, now=NOW).story
    assert alone.links
    assert borne_out(alone, {}) == [math.inf, math.inf]
