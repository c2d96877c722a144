"""Claims: for every link one claim in each direction, with its ledger, and what stands against both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from lineage.dataclass import dataclass
from lineage.descent import versions
from lineage.descent.beside import Beside
from lineage.descent.clocks import borne_out
from lineage.descent.evidence import Link
from lineage.descent.family import Family
from lineage.descent.features import Matrix, Story
from lineage.descent.ledger import Ledger, Reasons, total
from lineage.descent.notes import explained, relatives
from lineage.descent.trees import shipped
from lineage.descent.unseen import (
    BEHIND,
    Likeliest,
    Proposal,
    candidates,
    notes,
    open_to,
    propose,
    propose_further,
    row,
)
from lineage.model import Reason

WIRES = "sources that are not here are that much likelier than where the ledger learnt (setting descent.wires)"
ELSEWHERE = -4.0  # nats: who names a source means it; a mistake in the name is rarer than one claim in fifty

Pair = tuple[int, int]
Links = Mapping[Pair, Link]


@dataclass(frozen=True, slots=True)
class Claim:
    """That article `child` took from article `parent`.

    `weight` is its log odds, which the reasons add up to; `first` those before it was laid beside others; `lean` the
    probability of its direction if it is one of the two; `credited` whether the child credits the parent. In `link`,
    `one` is the parent.
    """

    parent: int
    child: int
    reasons: Reasons
    weight: float
    first: float
    lean: float
    credited: bool
    link: Link

    @property
    def by_itself(self) -> float:
        """The probability of the claim without regard to rivals, such as versions that may lie between the two."""
        return probability(self.first)


def probability(weight: float) -> float:
    """Of log odds."""
    return 1 / (1 + math.exp(-weight)) if weight > -700 else 0.0


def weigh(story: Story, groups: Mapping[int, int], wires: float = 0.0) -> tuple[dict[Pair, Claim], list[Proposal]]:
    """The claims of all links, by (parent, child), and the sources that may stand behind articles.

    In two rounds: the first weighs every pair by its texts, the second adds what the first says of all its relatives.
    `groups` has for each article the group of linked ones that it is of; `wires` are the nats by which a source behind
    an article that credits no outlet that is here is likelier than the trees have it.
    """
    base, added = shipped("edge").contributions(story.cases)
    copies = first_round(story, base + added.sum(1))
    updates = of_versions(story, copies)
    ledgers: dict[Pair, Reasons] = {**updates}
    first = {**copies, **{pair: total(rows) for pair, rows in updates.items()}}
    kin_base, kin_added = shipped("kin").contributions(story.cases)
    kin = kinship(story, kin_base + kin_added.sum(1))
    proposals = propose(story, groups, kin)
    standing = _standing(story, proposals, first, kin)
    family = Family(story, first, kin, standing.odds)
    more, further = shipped("again").contributions(family.cases)
    rows, weights = _merged(("edge", added), ("again", further))
    for (pair, found), own in zip(story.copies, weights.tolist(), strict=True):
        ledgers[pair] = _ledger(family, pair, found, rows, [base + more, *own])
    second = {pair: total(own) for pair, own in ledgers.items()}
    _stand_behind(story, proposals, standing, second, wires)
    if wires > 0:
        likelier = propose_further(proposals, kin, wires)
        _stand_behind(story, likelier, _standing(story, likelier, first, kin), second, wires)
        proposals += likelier
    result: dict[Pair, Claim] = {}
    for pair, found in story.pairs:
        mine, back = total(ledgers[pair]), total(ledgers[pair[::-1]])
        lean = probability(mine) / max(probability(mine) + probability(back), 1e-12)
        credited = any(c.outlet is not None and c.outlet == found.one.outlet for c in found.other.credits)
        between = math.fsum(row.weight for row in updates.get(pair, ()) if row.kind == "between")
        result[pair] = Claim(
            *pair, ledgers[pair], mine, first[pair] - between, lean, credited and found.regime == "copy", found
        )
    return result, proposals


def of_versions(story: Story, copies: Mapping[Pair, float]) -> dict[Pair, list[Reason]]:
    """The rows for each two linked versions of one outlet's text; `copies` are the log odds of the other claims."""
    own = {pair: found for pair, found in story.links.items() if found.regime == "update"}
    if not own:
        return {}
    return versions.ledgers(story.witnesses, own, story.now, borne_out(story, copies))


def first_round(story: Story, odds: Matrix) -> dict[Pair, float]:
    """The log odds of the claims of copies, from `odds` in the order of `story.copies`."""
    return dict(zip((pair for pair, _ in story.copies), odds.tolist(), strict=True))


def kinship(story: Story, odds: Matrix) -> dict[Pair, float]:
    """The log odds of a text behind both of two articles that is not in the input, the same in either order: the mean
    of what `odds` has for either, in the order of `story.copies`.
    """
    held = dict(zip((pair for pair, _ in story.copies), odds.tolist(), strict=True))
    return {pair: (value + held[pair[::-1]]) / 2 for pair, value in held.items()}


def behind(
    story: Story, proposals: Sequence[Proposal], first: Mapping[Pair, float], kin: Mapping[Pair, float]
) -> tuple[list[tuple[int, int]], Matrix]:
    """Pairs of a proposal's number and an article that it may stand above, with their features."""
    pairs = [(number, child) for number, own in enumerate(proposals) for child in candidates(story, own)]
    likeliest = Likeliest(story, first)
    rows = [row(story, proposals[number], child, likeliest, kin) for number, child in pairs]
    return pairs, np.array(rows, float).reshape(len(rows), len(BEHIND))


@dataclass(frozen=True, slots=True)
class _Standing:
    """The first round of what may stand behind articles: pairs of a proposal's number and an article, their features
    and the rows of their ledgers but for the base; and of each proposal the log odds by article."""

    places: list[tuple[int, int]]
    cases: Matrix
    base: float
    added: Matrix
    odds: list[dict[int, float]]


def _standing(
    story: Story, proposals: Sequence[Proposal], first: Mapping[Pair, float], kin: Mapping[Pair, float]
) -> _Standing:
    """The first round of what may stand behind articles."""
    places, cases = behind(story, proposals, first, kin)
    base, added = shipped("source").contributions(cases)
    odds: list[dict[int, float]] = [{} for _ in proposals]
    for (number, child), weights in zip(places, added.tolist(), strict=True):
        odds[number][child] = math.fsum([base, *weights])
    return _Standing(places, cases, base, added, odds)


def _stand_behind(
    story: Story, proposals: Sequence[Proposal], found: _Standing, second: Mapping[Pair, float], wires: float
) -> None:
    """Give every proposal the ledgers of the articles that it may stand above, by both rounds."""
    cases = Beside(story, proposals, found.odds, second).rows(found.places, found.cases)
    more, further = shipped("beside").contributions(cases)
    groups, added = _merged(("source", found.added), ("beside", further))
    bare = [replace(proposal, children={}) for proposal in proposals]  # a ledger that held what holds it would stay
    for (number, child), weights in zip(found.places, added.tolist(), strict=True):
        proposal = bare[number]
        own = [found.base + more, *weights]
        last = Reason("base rate", wires, WIRES) if wires and open_to(story, proposal, child) else None
        if last is not None:
            own.append(last.weight)
        tell = partial(_told_behind, story, proposal, child, groups, own, last)
        proposals[number].children[child] = Ledger(own, tell)


def _merged(*rounds: tuple[str, Matrix]) -> tuple[tuple[str, ...], Matrix]:
    """The groups of the trees of several rounds, and what these add together, by group."""
    groups = tuple(dict.fromkeys(group for name, _ in rounds for group in shipped(name).groups))
    added = np.zeros((len(rounds[0][1]), len(groups)))
    for name, own in rounds:
        added[:, [groups.index(group) for group in shipped(name).groups]] += own
    return groups, added


def _told_behind(
    story: Story,
    proposal: Proposal,
    child: int,
    groups: Sequence[str],
    weights: Sequence[float],
    last: Reason | None,
) -> Iterator[Reason]:
    told = dict(notes(story, proposal, child))
    yield Reason("base", weights[0], "before anything is known of the article")
    for group, weight in zip(groups, weights[1 : len(groups) + 1], strict=True):
        yield replace(told[group], weight=weight)
    if last is not None:
        yield last


def _ledger(family: Family, pair: Pair, found: Link, groups: Sequence[str], weights: list[float]) -> Ledger:
    """The rows of an ordered pair: what each group of features adds to the log odds, with what it saw."""
    last = _elsewhere(family.story, *pair)
    if last is not None:
        weights.append(last.weight)
    return Ledger(weights, partial(_told, family, pair, found, groups, weights, last))


def _told(
    family: Family, pair: Pair, found: Link, groups: Sequence[str], weights: Sequence[float], last: Reason | None
) -> Iterator[Reason]:
    told = explained(family.story, *pair, found) | relatives(family, *pair)
    yield Reason("base", weights[0], "before anything is known of the pair: most that share text took it elsewhere")
    for group, weight in zip(groups, weights[1 : len(groups) + 1], strict=True):
        row = told[group]
        yield Reason("others" if group == "rivals" else group, weight, row.note, row.child_spans, row.parent_spans)
    if last is not None:
        yield last


def _elsewhere(story: Story, parent: int, child: int) -> Reason | None:
    """A row against a parent that the child does not name, if it names an absent source in words of its own."""
    witness = story.witnesses[child]
    outlet = story.witnesses[parent].outlet
    if outlet is not None and any(c.outlet == outlet for c in witness.credits):
        return None
    named = [phrase for _, phrases in story.cited[parent, child].values() for phrase in phrases]
    if not named:
        return None
    note = f"it says itself that this is from {named[0].name}, which is not in the input"
    return Reason("elsewhere", ELSEWHERE, note, tuple(phrase.span for phrase in named))
