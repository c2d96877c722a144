"""How things are said: shares, probabilities, names, times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from lineage.model import Article, Origins, Source, Unresolved
from lineage.reports.terminal import clean, columns, trim

SPOKEN = ((0.95, "almost certainly"), (0.8, "very probably"), (0.6, "probably"), (0.0, "perhaps"))
SHARED = {"quotations": "only quotations", "formulas": "only formulas", "brief": "a brief stretch"}
GUESSED = "? behind a name: the outlet is a guess; give outlets to be sure"
LONGEST = 48  # columns of an outlet or an id: half a line, so that the rest of the line can be read


def percent(share: float) -> str:
    """A share in whole percent; 100 % only if it is all, 0 % only if it is nothing."""
    value = round(100 * share)
    if value == 100 and share < 1:
        value = 99
    if value == 0 and share > 0:
        return "under 1\u00a0%"
    return f"{value}\u00a0%"


def spoken(probability: float) -> str:
    """A probability in words and percent."""
    return f"{next(words for least, words in SPOKEN if probability >= least)} ({percent(probability)})"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def too_many_holders(fingerprints: int) -> str:
    """What is said where some fingerprints were not paired with all that hold them."""
    many = count(fingerprints, "fingerprint has", "fingerprints have")
    return f"{many} too many holders; each of these was compared with one of them only"


def joined(names: Sequence[str], most: int = 4) -> str:
    """Names in a row: a, b and c, or a, b, c, d and 7 more."""
    if len(names) > most:
        return ", ".join(names[:most]) + f" and {len(names) - most} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def short_id(id: str) -> str:
    """An id as it is printed: cleaned, and without its middle where it is too long. So it can be given again.

    Of addresses, which begin alike, the end tells which.
    """
    bare = clean(id)
    if columns(bare) <= LONGEST:
        return bare
    end = trim(bare[::-1], LONGEST // 2)[-2::-1]
    return trim(bare, LONGEST - columns(end)) + end


def name(article: Article) -> str:
    """What to call an article: its outlet, with a question mark if that was guessed, or its id."""
    outlet = clean(article.outlet or "")
    if not outlet:
        return short_id(article.id)
    return trim(outlet, LONGEST) + ("?" if "outlet" in article.guessed else "")


def label(article: Article) -> str:
    """Outlet and id."""
    return f"{name(article)} [{short_id(article.id)}]" if clean(article.outlet or "") else short_id(article.id)


def apart(one: Article, other: Article) -> tuple[str, str]:
    """Two articles' names, with their ids if the names are the same."""
    names = name(one), name(other)
    return names if names[0] != names[1] else (label(one), label(other))


def when(article: Article) -> str:
    """The time of publication as precisely as it is known, with its zone if that is not UTC."""
    moment = article.published
    if isinstance(moment, datetime):
        zone = moment.strftime("%z")
        return f"{moment.day} {moment:%b} {moment.year} {moment:%H:%M}" + (
            f" {zone[:3]}:{zone[3:5]}" if zone and zone != "+0000" else ""
        )
    if isinstance(moment, date):
        return day(moment)
    return trim(clean(moment), 30) if moment else ""


def day(moment: date) -> str:
    """A day, as in 1 Apr 2025."""
    return f"{moment.day} {moment:%b} {moment.year}"


def age(article: Article) -> tuple[str, str]:
    """Sorts articles by time of publication, those without one last, then by id."""
    moment = article.published
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:  # the year 1 or 9999
            pass
    return (moment.isoformat() if isinstance(moment, date) else "~", article.id)


def undecided(question: Unresolved, one: Article, other: Article) -> str:
    """What can be said of a link whose direction is open: that the two are one, that neither took from the other, if
    that is likelier, or what there is to choose from.
    """
    if one.outlet and one.outlet == other.outlet and one.text == other.text:
        return "one article twice; nothing tells which was first"
    left, right = apart(one, other)
    elsewhere = max(0.0, 1 - question.a_from_b - question.b_from_a)
    ways = f"{left} from {right} {percent(question.a_from_b)}, the reverse {percent(question.b_from_a)}"
    if elsewhere >= 0.5:
        return f"{spoken(elsewhere)} neither took from the other, and both have it from elsewhere ({ways})"
    return (
        "one took from the other, or both from one source; direction undetermined "
        f"({ways}, both from elsewhere {percent(elsewhere)})"
    )


def source_name(source: Source) -> str:
    """What to call an unseen source."""
    if source.name:
        perhaps = "perhaps " if source.doubtful else ""
        return f"{perhaps}{trim(clean(source.name), LONGEST)} (not in the input)"
    return "unseen source, not named"


def origins(found: Origins) -> str:
    """How many independent origins, with the interval where it is one."""
    text = count(found.count, "independent origin")
    return text if found.low == found.high == found.count else f"{text} ({found.low:,}–{found.high:,})"
