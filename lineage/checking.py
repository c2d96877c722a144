"""`check`: where the text of an article comes from, as far as an archive knows; and who uses a text."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date, datetime
from itertools import repeat
from os import PathLike
from pathlib import Path

from lineage import pipeline
from lineage.answers import Check, Use
from lineage.archive.archive import Archive
from lineage.archive.results import minutes_between
from lineage.archive.searching import Found, search
from lineage.article import one
from lineage.errors import UsageError
from lineage.model import Article, Skipped, parse_published
from lineage.reports.wording import count, too_many_holders
from lineage.settings import Settings
from lineage.telling import as_archived
from lineage.tracing import trace

MOST = 50  # articles that a text is compared with: those with the most fingerprints in common
NEAREST = 8  # of these that the lineage is told of: more change the best sources' probabilities little, and cost time
MOST_USERS = 10_000  # articles that are looked at for uses of a text


def check(
    article: Article,
    archive: Archive | str | PathLike[str],
    *,
    infer: bool = True,
    settings: Settings = Settings(),
) -> Check:
    """Where an article's text comes from, passage by passage, and with `infer` who probably took it from whom.

    The article is not added to the archive. It is compared with the `MOST` articles that have the most in common with
    it; the lineage is that of it and the `NEAREST` of these. Raises `UsageError` for what is no article.
    """
    article = one(article)
    with _opened(archive) as held:
        found = search(held.held, article, MOST)
        others = {other.id: other for other in found.others}
        if article.id in others:  # another version of it
            article = replace(article, id=f"{article.id}#checked")
        lineage = None
        if infer and held.held.keeps_text:
            near = found.others[:NEAREST]
            spans = held.held.aside_spans([other.text for other in near])
            known = {article.id: found.aside, **{o.id: own for o, own in zip(near, spans, strict=True)}}
            lineage = trace([article, *near], settings=as_archived(held.held, settings), aside=known)
    overlaps = tuple(replace(overlap, a=article.id) for overlap in found.overlaps)
    return Check(article, overlaps, others, lineage, found.aside, tuple(_left_out(found, article.id)))


@contextmanager
def _opened(archive: Archive | str | PathLike[str]) -> Iterator[Archive]:
    with nullcontext(archive) if isinstance(archive, Archive) else Archive.open(archive) as held:
        yield held


def _left_out(found: Found, id: str) -> Iterator[Skipped]:
    if found.left_out:
        more = count(found.left_out, "more article was", "more articles were")
        reason = f"{more} not compared: with fewer fingerprints in common with it"
        yield Skipped("", reason, record=id, kind="capped")
    if found.crowded:
        yield Skipped("", too_many_holders(found.crowded), record=id, kind="capped")


def uses(
    article: Article,
    archive: Archive | str | PathLike[str],
    *,
    licences: Mapping[str, str] | None = None,
    settings: Settings = Settings(),
) -> list[Use]:
    """Who has kept text of an article, those with the most first: the share, whether it is credited, and when.

    `licences` tells by outlet until when it may use the text (ISO 8601); see `read_licences`. Outlets are compared
    without regard to capitals. Raises `UsageError` for what is no article.
    """
    article = one(article)
    with _opened(archive) as held:
        found = search(held.held, article, MOST_USERS)
        others = found.others
        kept = held.held.keeps_text
    registry = pipeline.registry([article, *others], settings)
    mine = registry.resolve(article.outlet) if article.outlet else None
    witnesses = pipeline.witnesses(others, repeat(registry), pipeline.called(others))
    until = {outlet.casefold(): day for outlet, day in (licences or {}).items()}
    result: list[Use] = []
    for overlap, other, witness in zip(found.overlaps, others, witnesses, strict=True):
        if article.outlet and other.outlet and other.outlet.casefold() == article.outlet.casefold():
            continue
        named = mine is not None and any(credit.outlet == mine.id for credit in witness.credits)
        published = other.published.isoformat() if isinstance(other.published, date) else other.published
        own = article.published.isoformat() if isinstance(article.published, date) else article.published
        end = until.get((other.outlet or "").casefold())
        result.append(
            Use(
                other.id,
                other.outlet,
                published,
                overlap.a_in_b,
                overlap.narrated + overlap.quoted,
                named if kept else None,
                minutes_between(own, published),
                end,
                None if licences is None else _licensed(other, end),
            )
        )
    return result


def _licensed(article: Article, until: str | None) -> bool | None:
    """Whether an article was published while its outlet had a licence; a day's licence holds until its end."""
    if until is None:
        return False
    end, published = parse_published(until), article.published
    if not isinstance(published, date) or not isinstance(end, date):
        return None
    if (
        isinstance(end, datetime)
        and isinstance(published, datetime)
        and (end.tzinfo is None) == (published.tzinfo is None)
    ):
        return published <= end
    days = [moment.date() if isinstance(moment, datetime) else moment for moment in (published, end)]
    return days[0] <= days[1]


def read_licences(path: str | PathLike[str]) -> dict[str, str]:
    """A list of licences: CSV with the columns `outlet` and `licensed_until` (ISO 8601)."""
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"outlet", "licensed_until"} <= set(rows.fieldnames or ()):
                raise UsageError(f"{path}: a list of licences has the columns outlet and licensed_until")
            found: dict[str, str] = {}
            for number, row in enumerate(rows, 2):
                until = (row["licensed_until"] or "").strip()
                if not isinstance(parse_published(until), date):
                    raise UsageError(f"{path}:{number}: licensed_until is {until!r}; write a day, as in 2026-12-31")
                found[(row["outlet"] or "").strip()] = until
            return found
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as a list of licences: {error}") from None
