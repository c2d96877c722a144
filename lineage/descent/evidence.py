"""Evidence for an ordered pair: what the shared narration, the credits, the clocks and the tails say.

These rows have no weight: the ledger's trees weigh them. Those that say whether anything was copied at all have
hand-set weights in natural-log odds; the accuracies behind them are in docs/how-it-works.md.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from lineage.dataclass import dataclass
from lineage.descent.witness import Mask, Witness, below, first, last
from lineage.model import Article, DerivationKind, Overlap, Passage, Reason, Span
from lineage.reports.wording import percent

AHEAD = timedelta(minutes=1)
ZONELESS = timedelta(hours=26)  # the widest two local clocks can differ
TAIL_WORDS = 30  # words: a paragraph
SHARE_FLOOR = 0.10  # of the shorter narration: below it 7 of 100 hard pairs remain, above it 100 of 100 true ones


@dataclass(frozen=True)
class Link:
    """Two witnesses that share narration, and the words shared in each, as masks.

    `found` are the passages, with a = `one` unless they are `turned`.
    """

    one: Witness
    other: Witness
    found: tuple[Passage, ...]
    in_one: Mask
    in_other: Mask
    turned: bool = False

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The passages with a = `one`; of a large story's pairs few are asked for theirs from the other side."""
        return tuple(passage.swapped() for passage in self.found) if self.turned else self.found

    @cached_property
    def narrated(self) -> float:
        """Words of narration shared, the fewer of the two sides."""
        return min(self.one.count(self.in_one), self.other.count(self.in_other))

    @property
    def share(self) -> float:
        """Share of the shorter narration that is shared, 0..1."""
        return self.narrated / max(1.0, self.shorter)

    @property
    def likeness(self) -> float:
        """The share by which a link is judged: of a copy's shorter narration; of versions half the longer's share,
        since versions have most of both in common."""
        return self.narrated / max(1.0, self.longer) / 2 if self.regime == "update" else self.share

    @property
    def shorter(self) -> float:
        """Words of the shorter narration."""
        return min(self.one.narration, self.other.narration)

    @property
    def longer(self) -> float:
        """Words of the longer narration."""
        return max(self.one.narration, self.other.narration)

    @property
    def regime(self) -> DerivationKind:
        """Two articles of one outlet are versions; of different ones, a copy."""
        return "update" if self.one.outlet is not None and self.one.outlet == self.other.outlet else "copy"

    def swapped(self) -> Link:
        """The same link from the other side."""
        return Link(self.other, self.one, self.found, self.in_other, self.in_one, not self.turned)


def link(overlap: Overlap, one: Witness, other: Witness) -> Link:
    """What two witnesses share outside quotations, furniture and credits, on both sides."""
    matches = [match for passage in overlap.passages for match in passage.matches]
    in_one = one.mask(left for left, _ in matches) & one.narrated
    in_other = other.mask(right for _, right in matches) & other.narrated
    return Link(one, other, overlap.passages, in_one, in_other)


def copied(found: Link) -> tuple[float, float]:
    """The nats of the rows of `copying`: by how many words of narration are shared, and by their share."""
    return 5.0 * (1 - math.exp(-found.narrated / 60)), _share_weight(found.likeness)


def copying(found: Link) -> list[Reason]:
    """Rows that say whether the shared narration is copying at all, whichever way: the same for both directions."""
    (text, share), words, update = copied(found), found.narrated, found.regime == "update"
    whole, of = (found.longer, "longer") if update else (found.shorter, "shorter")
    spans = tuple(passage.b for passage in found.passages), tuple(passage.a for passage in found.passages)
    return [
        Reason("text", text, f"they share {words:.0f} words of narration", *spans),
        Reason(
            "share",
            share,
            f"that is {percent(words / max(1.0, whole))} of the {of} one's narration",
        ),
    ]


def _share_weight(share: float) -> float:
    """Nats for a share of the shorter narration: little gain above the floor, a steep loss below it."""
    octaves = math.log2(max(share, 1e-3) / SHARE_FLOOR)
    return min(1.5, 1.5 * octaves) if octaves >= 0 else max(-8.0, 6.0 * octaves)


def credit(credited: Witness, crediting: Witness, *, by_child: bool) -> Reason | None:
    """Where one article credits the other's outlet, if it does."""
    if credited.outlet is None:
        return None
    found = [credit for credit in crediting.credits if credit.outlet == credited.outlet]
    if not found:
        return None
    times = "once" if len(found) == 1 else f"{len(found)} times"
    guessed = " (whose outlet is a guess)" if "outlet" in credited.article.guessed else ""
    note = f"{crediting.called} credits {credited.article.outlet}{guessed} {times}: {crediting.said(found[0])}"
    spans = tuple(credit.span for credit in found if credit.place == "text")
    return Reason("credit", 0.0, note, spans, ()) if by_child else Reason("credit", 0.0, note, (), spans)


def _moment(article: Article, now: datetime) -> datetime | date | None:
    """When an article says it was published, if that can be: not before 1990, not two days ahead of now."""
    moment = article.published
    if not isinstance(moment, date):
        return None
    day = moment.date() if isinstance(moment, datetime) else moment
    return moment if day.year >= 1990 and day <= now.date() + timedelta(days=2) else None


def since_1970(article: Article, now: datetime) -> float:
    """Seconds at which an article says it was published, infinite where it does not; of a day, its end; without a zone,
    as if of UTC."""
    moment = _moment(article, now)
    if moment is None:
        return math.inf
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day) + timedelta(days=1)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def lag(parent: Witness, child: Witness, now: datetime) -> tuple[timedelta, bool] | None:
    """By how much the child is later, and whether that is known to the minute; None where it is not known."""
    first, second = _moment(parent.article, now), _moment(child.article, now)
    if first is None or second is None:
        return None
    if isinstance(first, datetime) and isinstance(second, datetime):
        if (first.tzinfo is None) == (second.tzinfo is None):
            return second - first, True
        lag = second.replace(tzinfo=None) - first.replace(tzinfo=None)
        return (lag, False) if abs(lag) > ZONELESS else None
    days = _day(second) - _day(first)
    return (days, False) if days else None


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def clock(parent: Witness, child: Witness, now: datetime) -> Reason | None:
    """What their clocks say, if they say anything."""
    known = lag(parent, child, now)
    if known is None:
        return None
    late, exact = known
    if exact and abs(late) <= AHEAD:
        return None
    order = "later" if late > timedelta(0) else "earlier"
    return Reason("clock", 0.0, f"by its clock {child.called} is {spoken(abs(late))} {order}")


def spoken(late: timedelta) -> str:
    """A time in words, in the unit that suits it."""
    minutes = round(late.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")
    return f"{round(minutes / 1440)} days"


def tail(found: Link) -> Reason | None:
    """Which of them goes on after what they share, if one does by a paragraph."""
    parent, child = found.one, found.other
    rest = [after_last(parent, found.in_one), after_last(child, found.in_other)]
    difference = rest[0][0] - rest[1][0]
    if abs(difference) < TAIL_WORDS:
        return None
    if difference > 0:
        note = f"{parent.called} goes on for {rest[0][0]:.0f} words where {child.called} ends"
        return Reason("tail", 0.0, note, (), (rest[0][1],))
    note = f"{child.called} goes on for {rest[1][0]:.0f} words where {parent.called} ends"
    return Reason("tail", 0.0, note, (rest[1][1],), ())


def after_last(witness: Witness, shared: Mask) -> tuple[float, Span]:
    """Words of the body after the last shared one, and where they stand."""
    rest = witness.body & ~below(last(shared) + 1)
    if not rest:
        return 0.0, Span(0, 0)
    return witness.count(rest), Span(int(witness.tokens.starts[first(rest)]), int(witness.tokens.ends[last(rest)]))


def share_of(witness: Witness, mask: Mask) -> float:
    """The share of a witness's body that a mask covers, 0..1."""
    return witness.count(mask & witness.body) / max(1.0, witness.words)
