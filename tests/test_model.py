"""The nouns: what is given is kept, and the little that they compute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from lineage.model import Article, Overlap, Passage, Skipped, Span


@pytest.mark.parametrize(
    ("given", "kept", "precision"),
    [
        ("2024-12-19", date(2024, 12, 19), "day"),
        ("20241219", date(2024, 12, 19), "day"),
        ("2024-12-19T10:05:00Z", datetime(2024, 12, 19, 10, 5, tzinfo=UTC), "instant"),
        ("2024-12-19 10:05", datetime(2024, 12, 19, 10, 5), "instant"),
        (
            "2024-12-19T10:05+05:30",
            datetime(2024, 12, 19, 10, 5, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "instant",
        ),
        ("20241219100500", datetime(2024, 12, 19, 10, 5), "instant"),
        ("yesterday", "yesterday", "unknown"),
        ("", None, "unknown"),
        (None, None, "unknown"),
        (date(2024, 1, 1), date(2024, 1, 1), "day"),
    ],
)
def test_published_keeps_its_precision(given: str | date | None, kept: object, precision: str) -> None:
    article = Article("a", "text", published=given)
    assert article.published == kept
    assert type(article.published) is type(kept)
    assert article.precision == precision


def test_swapping_twice_changes_nothing() -> None:
    passage = Passage(Span(0, 5), Span(7, 12), 1, 1.0, 0.0, "exact", ((Span(0, 5), Span(7, 12)),))
    overlap = Overlap("a", "b", (passage,), 0.5, 0.25, 1, 0)
    assert overlap.swapped() != overlap
    assert overlap.swapped().swapped() == overlap
    assert (overlap.swapped().a, overlap.swapped().a_in_b) == ("b", 0.25)


def test_a_skipped_record_says_where() -> None:
    assert str(Skipped("dump.jsonl", "broken JSON", 7)) == "dump.jsonl:7: broken JSON"
    assert str(Skipped("dump.jsonl", "truncated")) == "dump.jsonl: truncated"
