"""Claims: for every link one claim in each direction, with its ledger, and what stands against both."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lineage.descent.evidence import Link, closer, copying, direction, merged, unseen
from lineage.descent.ledger import total
from lineage.descent.unseen import declared
from lineage.descent.witness import Mask, Witness
from lineage.model import Reason

SAME_WIRE = -4.0  # both articles name one agency: it explains what they share
OTHER_WIRE = -1.5  # one of them names an agency

Pair = tuple[int, int]
Links = Mapping[Pair, Link]


@dataclass(frozen=True, slots=True)
class Claim:
    """That article `child` took from article `parent`.

    `weight` is its log odds against being of no known origin; `lean` the probability of its direction if it is one of
    the two; `behind` that of an unseen text behind both. In `link`, `one` is the parent.
    """

    parent: int
    child: int
    reasons: tuple[Reason, ...]
    weight: float
    lean: float
    behind: float
    link: Link

    @property
    def credited(self) -> bool:
        """Whether the child credits the parent."""
        return says_so(self.reasons)

    @property
    def copied(self) -> float:
        """Log odds that the shared narration is no chance, whoever took it from whom."""
        return total(copying(self.link))

    @property
    def by_itself(self) -> float:
        """The probability of the claim with no rival but its reverse, an unseen text, and chance."""
        rows = [row for row in self.reasons if row.kind in ("text", "share", "common source", "triangle")]
        return self.lean * (1 - self.behind) / (1 + math.exp(-total(rows)))


def both(links: Links) -> Iterator[tuple[Pair, Link]]:
    """Every link in both directions, as (parent, child) with the parent first in the link."""
    for (one, other), found in links.items():
        yield (one, other), found
        yield (other, one), found.swapped()


def says_so(rows: Sequence[Reason]) -> bool:
    """Whether a ledger has the child credit the parent."""
    return any(row.kind == "credit" and row.weight > 0 for row in rows)


def sure(rows: Sequence[Reason]) -> float:
    """The probability of a direction, if it is one of the two."""
    return 1 / (1 + math.exp(-total(rows)))


def claims(
    witnesses: Sequence[Witness],
    links: Links,
    against: Mapping[Pair, Reason],
    present: Collection[str],
    undetermined: float,
    now: datetime,
) -> dict[Pair, Claim]:
    """The claims of all links, by (parent, child). `against` has rows against either direction of some links."""
    ways = {pair: direction(found.one, found.other, found, now) for pair, found in both(links)}
    _add_merges(witnesses, links, ways, undetermined)
    nearer = _nearer(links, ways)
    result: dict[Pair, Claim] = {}
    for (parent, child), found in both(links):
        mine = ways[parent, child]
        rows: list[Reason] = []
        if not says_so(mine):
            rows = _common(found, present)
            rows += [against[pair] for pair in ((parent, child), (child, parent)) if pair in against]
        if (parent, child) in nearer:
            rows.append(nearer[parent, child])
        lean = sure(mine)
        behind = unseen(found, says_so(mine) or says_so(ways[child, parent]))
        weight = total(copying(found)) + total(rows) + math.log(lean) + math.log(1 - behind)
        reasons = (*copying(found), *mine, *rows)
        result[parent, child] = Claim(parent, child, reasons, weight, lean, behind, found)
    return result


def _add_merges(
    witnesses: Sequence[Witness], links: Links, ways: Mapping[Pair, list[Reason]], undetermined: float
) -> None:
    """Rows for pairs of which one is known to have taken other words elsewhere."""
    elsewhere: dict[int, list[tuple[int, Mask]]] = {}
    for (parent, child), found in both(links):
        if sure(ways[parent, child]) >= undetermined:
            elsewhere.setdefault(child, []).append((parent, found.in_other))
    rows: list[tuple[Pair, Reason]] = []
    for (parent, child), found in both(links):
        for other, mask in elsewhere.get(child, ()):
            related = (parent, other) in links or (other, parent) in links
            if other != parent and not related and (row := merged(witnesses[parent], witnesses[child], mask, found)):
                rows.append(((parent, child), row))
                break
    for (parent, child), row in rows:
        ways[parent, child].append(row)
        ways[child, parent].append(replace(row, weight=-row.weight))


def _nearer(links: Links, ways: Mapping[Pair, Sequence[Reason]]) -> dict[Pair, Reason]:
    """For each claim the row about the related article that holds most more of the child's words, if one does."""
    parents: dict[int, dict[int, Link]] = {}
    for (parent, child), found in both(links):
        parents.setdefault(child, {})[parent] = found
    rows: dict[Pair, Reason] = {}
    for child, held in parents.items():
        for parent, found in held.items():
            rivals = [
                closer(found, other, sure(ways[rival, child]))
                for rival, other in held.items()
                if (rival, parent) in links or (parent, rival) in links
            ]
            if against := [row for row in rivals if row is not None]:
                rows[parent, child] = min(against, key=lambda row: (row.weight, row.note))
    return rows


def _common(found: Link, present: Collection[str]) -> list[Reason]:
    """Rows against either direction: an agency that both or one of them name explains the shared text."""
    if found.regime == "update":
        return []
    ours, theirs = declared(found.one, present), declared(found.other, present)
    if shared := sorted(set(ours) & set(theirs)):
        feed = ours[shared[0]][0] or "an unnamed feed"
        return [Reason("common source", SAME_WIRE, f"both say that their text is from {feed}")]
    if ours or theirs:
        _, (given, _) = min((ours or theirs).items())
        return [Reason("common source", OTHER_WIRE, f"one of them says that its text is from {given or 'a feed'}")]
    return []
