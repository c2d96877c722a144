"""Words for numbers, so that every report says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from lineage.model import Article, Origins, Source
from lineage.reports.terminal import clean

SPOKEN = ((0.95, "almost certainly"), (0.8, "very probably"), (0.6, "probably"), (0.0, "perhaps"))
KINDS = {"declared": "named in the text", "inferred": "inferred from what its children share"}


def percent(share: float) -> str:
    """A share in whole percent; 100 % only if it is all."""
    value = round(100 * share)
    if value == 100 and share < 1:
        value = 99
    return f"{value}\u00a0%"


def spoken(probability: float) -> str:
    """A probability in words and percent."""
    return f"{next(words for least, words in SPOKEN if probability >= least)} ({percent(probability)})"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def joined(names: Sequence[str], most: int = 4) -> str:
    """Names in a row: a, b and c, or a, b, c, d and 7 more."""
    if len(names) > most:
        return ", ".join(names[:most]) + f" and {len(names) - most} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def name(article: Article) -> str:
    """What to call an article: its outlet, marked if it was guessed, or its id."""
    if not article.outlet:
        return clean(article.id)
    return clean(article.outlet) + ("?" if "outlet" in article.guessed else "")


def label(article: Article) -> str:
    """Outlet and id."""
    return f"{name(article)} [{clean(article.id)}]" if article.outlet else clean(article.id)


def when(article: Article) -> str:
    """The time of publication as precisely as it is known."""
    moment = article.published
    if isinstance(moment, datetime):
        zone = moment.strftime("%z")
        return f"{moment.day} {moment:%b %Y %H:%M}" + (f" {zone[:3]}:{zone[3:]}" if zone and zone != "+0000" else "")
    if isinstance(moment, date):
        return f"{moment.day} {moment:%b %Y}"
    return clean(moment)[:30] if moment else ""


def source_name(source: Source) -> str:
    """What to call an unseen source."""
    if source.name:
        return f"{clean(source.name)} (not in the input)"
    return "unseen source, not named"


def origins(found: Origins) -> str:
    """How many independent origins, with the interval where it is one."""
    text = count(found.count, "independent origin")
    return text if found.low == found.high == found.count else f"{text} ({found.low}–{found.high})"
