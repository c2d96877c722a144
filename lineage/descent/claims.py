"""Claims: for every link one claim in each direction, with its ledger, and what stands against both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lineage.descent import versions
from lineage.descent.evidence import Link
from lineage.descent.features import Story
from lineage.descent.ledger import total
from lineage.descent.notes import explained
from lineage.descent.trees import shipped
from lineage.descent.unseen import cited
from lineage.model import Reason

ELSEWHERE = -4.0  # nats: who names a source means it; a mistake in the name is rarer than one claim in fifty

Pair = tuple[int, int]
Links = Mapping[Pair, Link]


@dataclass(frozen=True, slots=True)
class Claim:
    """That article `child` took from article `parent`.

    `weight` is its log odds by itself, which the reasons add up to; `lean` the probability of its direction if it is
    one of the two; `credited` whether the child credits the parent. In `link`, `one` is the parent.
    """

    parent: int
    child: int
    reasons: tuple[Reason, ...]
    weight: float
    lean: float
    credited: bool
    link: Link

    @property
    def by_itself(self) -> float:
        """The probability of the claim without regard to rivals, such as versions that may lie between the two."""
        return probability(self.weight - math.fsum(row.weight for row in self.reasons if row.kind == "between"))


def probability(weight: float) -> float:
    """Of log odds."""
    return 1 / (1 + math.exp(-weight)) if weight > -700 else 0.0


def both(links: Links) -> Iterator[tuple[Pair, Link]]:
    """Every link in both directions, as (parent, child) with the parent first in the link."""
    for (one, other), found in links.items():
        yield (one, other), found
        yield (other, one), found.swapped()


def claims(story: Story, links: Links) -> dict[Pair, Claim]:
    """The claims of all links, by (parent, child)."""
    pairs = list(both(links))
    copies = [(pair, found) for pair, found in pairs if found.regime == "copy"]
    ledgers = dict(zip((pair for pair, _ in copies), _ledgers(story, copies, "edge"), strict=True))
    own = {pair: found for pair, found in links.items() if found.regime == "update"}
    ledgers.update(versions.ledgers(story.witnesses, own, story.now))
    result: dict[Pair, Claim] = {}
    for pair, found in pairs:
        mine, back = total(ledgers[pair]), total(ledgers[pair[::-1]])
        lean = probability(mine) / max(probability(mine) + probability(back), 1e-12)
        credited = any(c.outlet is not None and c.outlet == found.one.outlet for c in found.other.credits)
        result[pair] = Claim(*pair, tuple(ledgers[pair]), mine, lean, credited and found.regime == "copy", found)
    return result


def kinship(story: Story, links: Links) -> dict[Pair, list[Reason]]:
    """For linked articles of different outlets, rows for a text behind both that is not in the input, by (one, other)
    in either order. The rows of both orders add up to the same.
    """
    copies = [(pair, found) for pair, found in both(links) if found.regime == "copy"]
    ledgers = dict(zip((pair for pair, _ in copies), _ledgers(story, copies, "kin"), strict=True))
    means: dict[Pair, list[Reason]] = {}
    for pair, rows in ledgers.items():
        back = {row.kind: row.weight for row in ledgers[pair[::-1]]}
        means[pair] = [replace(row, weight=(row.weight + back[row.kind]) / 2) for row in rows]
    return means


def _ledgers(story: Story, pairs: Sequence[tuple[Pair, Link]], name: str) -> Iterator[list[Reason]]:
    """The rows of each ordered pair: what each group of features adds to the log odds, with what it saw."""
    if not pairs:
        return
    trees = shipped(name)
    cases = np.array([story.row(*pair, found) for pair, found in pairs], float)
    base, added = trees.contributions(cases)
    for (pair, found), weights in zip(pairs, added.tolist(), strict=True):
        notes = explained(story, *pair, found)
        rows = [Reason("base", base, "before anything is known of the pair: most that share text took it elsewhere")]
        for group, weight in zip(trees.groups, weights, strict=True):
            note = notes[group]
            rows.append(replace(note, kind="others" if group == "rivals" else group, weight=weight))
        if name == "edge" and (row := _elsewhere(story, *pair, found)):
            rows.append(row)
        yield rows


def _elsewhere(story: Story, parent: int, child: int, found: Link) -> Reason | None:
    """A row against a parent that the child does not name, if it names an absent source in words of its own."""
    witness = story.witnesses[child]
    outlet = story.witnesses[parent].outlet
    if outlet is not None and any(c.outlet == outlet for c in witness.credits):
        return None
    named = [phrase for _, phrases in cited(witness, story.present, found).values() for phrase in phrases]
    if not named:
        return None
    note = f"it says itself that this is from {named[0].name}, which is not in the input"
    return Reason("elsewhere", ELSEWHERE, note, tuple(phrase.span for phrase in named))
