"""Claims: for every link one claim in each direction, with its ledger, and what stands against both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from lineage.descent import versions
from lineage.descent.evidence import Link
from lineage.descent.features import Story
from lineage.descent.ledger import Ledger, Reasons, total
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
    reasons: Reasons
    weight: float
    lean: float
    credited: bool
    link: Link

    @property
    def by_itself(self) -> float:
        """The probability of the claim without regard to rivals, such as versions that may lie between the two."""
        rows = self.reasons if self.link.regime == "update" else ()
        return probability(self.weight - math.fsum(row.weight for row in rows if row.kind == "between"))


def probability(weight: float) -> float:
    """Of log odds."""
    return 1 / (1 + math.exp(-weight)) if weight > -700 else 0.0


def claims(story: Story) -> dict[Pair, Claim]:
    """The claims of all links, by (parent, child)."""
    own = {pair: found for pair, found in story.links.items() if found.regime == "update"}
    ledgers: dict[Pair, Reasons] = {**_ledgers(story, "edge"), **versions.ledgers(story.witnesses, own, story.now)}
    result: dict[Pair, Claim] = {}
    for pair, found in story.pairs:
        mine, back = total(ledgers[pair]), total(ledgers[pair[::-1]])
        lean = probability(mine) / max(probability(mine) + probability(back), 1e-12)
        credited = any(c.outlet is not None and c.outlet == found.one.outlet for c in found.other.credits)
        result[pair] = Claim(*pair, ledgers[pair], mine, lean, credited and found.regime == "copy", found)
    return result


def kinship(story: Story) -> dict[Pair, Ledger]:
    """For linked articles of different outlets, rows for a text behind both that is not in the input, by (one, other)
    in either order. The rows of both orders add up to the same.
    """
    ledgers = _ledgers(story, "kin")
    means: dict[Pair, Ledger] = {}
    for pair, ledger in ledgers.items():
        back = ledgers[pair[::-1]]
        weights = [(mine + theirs) / 2 for mine, theirs in zip(ledger.weights, back.weights, strict=True)]
        means[pair] = Ledger(weights, partial(_weighed, ledger, weights))
    return means


def _ledgers(story: Story, name: str) -> dict[Pair, Ledger]:
    """The rows of each ordered pair of outlets: what each group of features adds to the log odds, with what it saw."""
    if not story.copies:
        return {}
    trees = shipped(name)
    base, added = trees.contributions(story.cases)
    result: dict[Pair, Ledger] = {}
    for (pair, found), groups in zip(story.copies, added.tolist(), strict=True):
        weights = [base, *groups]
        row = _elsewhere(story, *pair, found) if name == "edge" else None
        if row is not None:
            weights.append(row.weight)
        result[pair] = Ledger(weights, partial(_told, story, pair, found, trees.groups, weights, row))
    return result


def _told(
    story: Story, pair: Pair, found: Link, groups: Sequence[str], weights: Sequence[float], last: Reason | None
) -> Iterator[Reason]:
    notes = explained(story, *pair, found)
    yield Reason("base", weights[0], "before anything is known of the pair: most that share text took it elsewhere")
    for group, weight in zip(groups, weights[1:], strict=False):
        yield replace(notes[group], kind="others" if group == "rivals" else group, weight=weight)
    if last is not None:
        yield last


def _weighed(rows: Ledger, weights: Sequence[float]) -> list[Reason]:
    return [replace(row, weight=weight) for row, weight in zip(rows, weights, strict=True)]


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
