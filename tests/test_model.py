"""The nouns: what is given is kept, and the little that they compute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from lineage.errors import UsageError
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


class NaTType(datetime):
    """What pandas writes for no time: a datetime that does not equal itself."""

    __hash__ = datetime.__hash__

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True


class NAType:
    """What pandas writes for no value: it cannot even be compared."""

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    def __ne__(self, other: object) -> bool:
        return self  # type: ignore[return-value]


@pytest.mark.parametrize("nothing", [None, float("nan"), np.float64("nan"), NaTType(1, 1, 1), NAType()])
@pytest.mark.parametrize("field", ["outlet", "published", "title", "url", "author", "language"])
def test_what_tables_write_for_no_value_is_none(field: str, nothing: object) -> None:
    assert Article(id="a", text="text", **{field: nothing}) == Article("a", "text")  # type: ignore[arg-type]


def test_fields_are_plain_strings() -> None:
    article = Article(np.str_("a"), np.str_("text"), np.str_("Outlet"), np.str_("2024-12-19"))
    assert article == Article("a", "text", "Outlet", date(2024, 12, 19))
    assert {type(article.id), type(article.text), type(article.outlet)} == {str}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"id": None}, "article None: id is None; give a string"),
        ({"id": 7}, "article 7: id is int 7; give a string"),
        ({"text": None}, "article 'a': text is None; give a string"),
        ({"text": float("nan")}, "article 'a': text is float nan; give a string"),
        ({"text": b"bytes"}, "article 'a': text is bytes b'bytes'; decode it first"),
        ({"outlet": 7}, "article 'a': outlet is int 7; give a string"),
        ({"author": ["One", "Two"]}, "article 'a': author is list ['One', 'Two']; give a string"),
        ({"published": 1734602700}, "article 'a': published is int 1734602700; give ISO 8601 text, a date or a dat"),
        ({"text": list("x" * 999)}, "article 'a': text is list ['x', 'x', 'x', "),
    ],
)
def test_a_field_of_another_type_is_named(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        Article(**{"id": "a", "text": "text", **fields})
    assert str(caught.value).startswith(said)
    assert len(str(caught.value)) < 120


def test_swapping_twice_changes_nothing() -> None:
    passage = Passage(Span(0, 5), Span(7, 12), 1, 1.0, 0.0, "exact", ((Span(0, 5), Span(7, 12)),))
    overlap = Overlap("a", "b", (passage,), 0.5, 0.25, 1, 0)
    assert overlap.swapped() != overlap
    assert overlap.swapped().swapped() == overlap
    assert (overlap.swapped().a, overlap.swapped().a_in_b) == ("b", 0.25)


def test_a_skipped_record_says_where() -> None:
    assert str(Skipped("dump.jsonl", "broken JSON", 7)) == "dump.jsonl:7: broken JSON"
    assert str(Skipped("dump.jsonl", "truncated")) == "dump.jsonl: truncated"
