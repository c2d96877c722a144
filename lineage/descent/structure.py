"""From links to a lineage: claims for both directions, sources, the best forest, further parents, what is open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lineage.descent.arborescence import Edge, best_forest
from lineage.descent.confidence import marginals
from lineage.descent.evidence import Link, copying, direction, link, share_of
from lineage.descent.ledger import settle, total
from lineage.descent.parents import further
from lineage.descent.unseen import (
    Proposal,
    declared,
    propose_declared,
    propose_inferred,
    triangle_rows,
    triangles,
)
from lineage.descent.witness import Witness
from lineage.model import Derivation, Overlap, Reason, Relation, RelationKind, Source, Unresolved

ROOT = -1.0  # nats for standing alone: log odds that an article with a doubtful parent has none
SOURCE = -2.0  # nats for a source that no text declares
SAME_WIRE = -4.0  # both articles name one agency: it explains what they share
OTHER_WIRE = -1.5  # one of them names an agency
AGAINST = 0.25  # an edge whose direction is less probable than this is not considered
NEAREST = 20  # links kept per article: those that share the most (of 1,000 reprints each needs a few only)

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Claim:
    """That article `child` took from article `parent`, or (`source` set) from a proposed source."""

    parent: int
    child: int
    reasons: list[Reason]
    weight: float
    link: Link | None = None
    source: int | None = None


@dataclass(slots=True)
class Descent:
    """What was inferred."""

    derivations: list[Derivation] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gates:
    """What a pair must share before anything is claimed: words of narration, without and with a credit; and the
    share of the better direction below which the direction is left open."""

    narrated: int
    narrated_credited: int
    undetermined: float


def descend(witnesses: Sequence[Witness], overlaps: Sequence[Overlap], gates: Gates, now: datetime) -> Descent:
    """Infer who took from whom. The result depends on neither the order of the witnesses nor that of the overlaps."""
    numbers = {witness.article.id: number for number, witness in enumerate(witnesses)}
    result = Descent()
    links: dict[Pair, Link] = {}
    for overlap in overlaps:
        pair = (numbers[overlap.a], numbers[overlap.b])
        if pair[0] > pair[1]:
            pair, overlap = (pair[1], pair[0]), overlap.swapped()
        found = link(overlap, witnesses[pair[0]], witnesses[pair[1]])
        if _passes(found, gates):
            links[pair] = found
        elif relation := _relation(overlap, found):
            result.relations.append(relation)
    links = _nearest(links, witnesses)
    _infer(witnesses, links, gates, now, result)
    result.derivations.sort(key=lambda d: (d.child, -d.probability, d.parent))
    result.relations.sort(key=lambda r: (r.a, r.b))
    result.unresolved.sort(key=lambda u: (u.a, u.b))
    return result


def _passes(found: Link, gates: Gates) -> bool:
    """Whether a link shares enough narration to mean anything."""
    one, other = found.one, found.other
    credited = {c.outlet for c in one.credits} & {other.outlet} or {c.outlet for c in other.credits} & {one.outlet}
    least = gates.narrated_credited if credited - {None} else gates.narrated
    return found.narrated >= least and total(copying(found)) > 0


def _relation(overlap: Overlap, found: Link) -> Relation | None:
    """What a pair below the gates has in common, unless it is furniture only."""
    matched = found.one.mask(left for passage in overlap.passages for left, _ in passage.matches)
    shared = found.one.count(matched & found.one.body)
    if shared < 1:
        return None
    kind: RelationKind = "quotations" if 2 * found.narrated < shared else "brief"
    if kind == "brief" and found.narrated < 20:
        kind = "formulas"
    one, other = overlap.a, overlap.b
    passages = overlap.passages
    if one > other:
        one, other, passages = other, one, tuple(passage.swapped() for passage in passages)
    return Relation(one, other, kind, round(shared), passages)


def _nearest(links: dict[Pair, Link], witnesses: Sequence[Witness]) -> dict[Pair, Link]:
    """The links that are among the strongest of either side."""
    by_article: dict[int, list[tuple[float, str, str, Pair]]] = {}
    for pair, found in links.items():
        strength = -round(found.narrated, 3)
        for mine, other in (pair, pair[::-1]):
            article = witnesses[other].article
            by_article.setdefault(mine, []).append((strength, str(article.published or "~"), article.id, pair))
    kept = {entry[-1] for entries in by_article.values() for entry in sorted(entries)[:NEAREST]}
    return {pair: links[pair] for pair in sorted(kept)}


def _infer(
    witnesses: Sequence[Witness], links: Mapping[Pair, Link], gates: Gates, now: datetime, result: Descent
) -> None:
    trios = triangles(witnesses, links)
    against = triangle_rows(trios)
    present = {witness.outlet for witness in witnesses if witness.outlet is not None}
    proposals = propose_declared(witnesses, links, _groups(len(witnesses), links), present)
    proposals += propose_inferred(trios, links)
    claims: list[Claim] = []
    oriented: dict[Pair, Link] = {}
    for (one, other), found in links.items():
        shared = _common(found, present)
        if (one, other) in against:
            shared.append(against[one, other])
        for parent, child, seen in ((one, other, found), (other, one, found.swapped())):
            claim, probability = _claim(parent, child, seen, shared, now)
            if probability > AGAINST:
                claims.append(claim)
            if probability >= gates.undetermined:
                oriented[parent, child] = seen
    for number, proposal in enumerate(proposals):
        for child, reasons in sorted(proposal.children.items()):
            claims.append(Claim(-1, child, list(reasons), total(reasons), None, number))
    chosen = _solve(witnesses, claims, proposals)
    _report(witnesses, links, proposals, claims, chosen, oriented, gates, now, result)


def _groups(count: int, links: Mapping[Pair, Link]) -> list[int]:
    """For each article the least number of an article that it is linked to, directly or not."""
    leader = list(range(count))

    def find(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    for one, other in links:
        low, high = sorted((find(one), find(other)))
        leader[high] = low
    return [find(number) for number in range(count)]


def _common(found: Link, present: set[str]) -> list[Reason]:
    """Rows against either direction: an agency that both or one of them name explains the shared text."""
    if found.regime == "update":
        return []
    ours, theirs = declared(found.one, present), declared(found.other, present)
    if both := sorted(set(ours) & set(theirs)):
        feed = ours[both[0]][0] or "an unnamed feed"
        return [Reason("common source", SAME_WIRE, f"both say that their text is from {feed}")]
    if ours or theirs:
        _key, (given, _) = sorted((ours or theirs).items())[0]
        return [Reason("common source", OTHER_WIRE, f"one of them says that its text is from {given or 'a feed'}")]
    return []


def _claim(parent: int, child: int, found: Link, shared: list[Reason], now: datetime) -> tuple[Claim, float]:
    """The claim for one direction, and the probability of that direction if it is one of the two."""
    ways = direction(found.one, found.other, found, now)
    against = [row for row in shared if row.kind != "common source" or not _says_so(ways)]
    lean = total(ways)
    probability = 1 / (1 + math.exp(-lean))
    reasons = [*copying(found), *ways, *against]
    weight = total(copying(found)) + total(against) + math.log(probability)
    return Claim(parent, child, reasons, weight, found), probability


def _says_so(ways: Sequence[Reason]) -> bool:
    """Whether the child credits the parent."""
    return any(row.kind == "credit" and row.weight > 0 for row in ways)


def _solve(
    witnesses: Sequence[Witness], claims: Sequence[Claim], proposals: Sequence[Proposal]
) -> dict[int, tuple[Claim | None, dict[int, float]]]:
    """For each article its claim in the best forest (None for none), and the marginals of all claims on it.

    Nodes: 0 the root, then the articles by id (so that ties do not depend on the input's order), then the sources.
    """
    order = sorted(range(len(witnesses)), key=lambda n: witnesses[n].article.id)
    node = {number: place + 1 for place, number in enumerate(order)}
    first_source = len(witnesses) + 1
    edges = [Edge(0, node[number], ROOT) for number in order]
    edges += [
        Edge(0, first_source + number, 0.0 if proposal.kind == "declared" else SOURCE)
        for number, proposal in enumerate(proposals)
    ]
    extra = len(edges)
    ranked = sorted(range(len(claims)), key=lambda i: (_node(claims[i], node, first_source), node[claims[i].child]))
    edges += [Edge(_node(claims[i], node, first_source), node[claims[i].child], claims[i].weight) for i in ranked]
    nodes = first_source + len(proposals)
    picked = {(edge.parent, edge.child) for edge in best_forest(nodes, edges)}
    probabilities = dict(zip(ranked, marginals(nodes, edges)[extra:], strict=True))
    result: dict[int, tuple[Claim | None, dict[int, float]]] = {n: (None, {}) for n in range(len(witnesses))}
    for i, claim in enumerate(claims):
        best, rivals = result[claim.child]
        rivals[i] = probabilities[i]
        if (_node(claim, node, first_source), node[claim.child]) in picked:
            best = claim
        result[claim.child] = (best, rivals)
    return result


def _node(claim: Claim, node: Mapping[int, int], first_source: int) -> int:
    return node[claim.parent] if claim.source is None else first_source + claim.source


def _report(
    witnesses: Sequence[Witness],
    links: Mapping[Pair, Link],
    proposals: Sequence[Proposal],
    claims: Sequence[Claim],
    chosen: Mapping[int, tuple[Claim | None, dict[int, float]]],
    oriented: Mapping[Pair, Link],
    gates: Gates,
    now: datetime,
    result: Descent,
) -> None:
    """Turn the best forest into derivations, sources and open questions."""
    parents: dict[int, list[int]] = {}
    members: dict[int, dict[int, tuple[float, tuple[Reason, ...]]]] = {}
    for child, (claim, rivals) in chosen.items():
        if claim is None:
            continue
        own = next(p for i, p in rivals.items() if claims[i] is claim)
        if claim.source is not None:
            members.setdefault(claim.source, {})[child] = settle(claim.reasons, own, len(rivals) - 1)
            continue
        assert claim.link is not None
        back = _reverse(claim, chosen, claims)
        if own / max(own + back, 1e-12) < gates.undetermined:
            result.unresolved.append(_open(witnesses, claim, own, back))
            continue
        parents[child] = [claim.parent]
        shown, reasons = settle(claim.reasons, own, len(rivals) - 1)
        others = {
            witnesses[claims[i].parent].article.id: probability
            for i, probability in sorted(rivals.items(), key=lambda entry: -entry[1])
            if claims[i] is not claim and claims[i].source is None and probability >= 0.01
        }
        result.derivations.append(_derivation(witnesses, claim, shown, reasons, others))
    siblings = {child: frozenset(group) - {child} for group in members.values() for child in group}
    for extra in further(witnesses, oriented, parents, siblings):
        seen = oriented[extra.parent, extra.child]
        claim, probability = _claim(extra.parent, extra.child, seen, [], now)
        marginal = probability / (1 + math.exp(-total(copying(seen))))
        note = f"{extra.words:.0f} of these words stand in none of its other parents"
        shown, reasons = settle([*claim.reasons, Reason("further parent", 0.0, note)], marginal, 0)
        result.derivations.append(_derivation(witnesses, claim, shown, reasons, {}))
    _name_sources(witnesses, proposals, members, result)


def _reverse(
    claim: Claim, chosen: Mapping[int, tuple[Claim | None, dict[int, float]]], claims: Sequence[Claim]
) -> float:
    """The marginal of the same link the other way round."""
    _, rivals = chosen[claim.parent]
    return sum(p for i, p in rivals.items() if claims[i].source is None and claims[i].parent == claim.child)


def _open(witnesses: Sequence[Witness], claim: Claim, own: float, back: float) -> Unresolved:
    """An open question: a pair whose direction the evidence does not settle."""
    assert claim.link is not None
    one, other = witnesses[claim.parent].article.id, witnesses[claim.child].article.id
    passages, reasons = claim.link.passages, tuple(claim.reasons)
    if one < other:
        return Unresolved(one, other, back, own, passages, reasons)
    return Unresolved(other, one, own, back, tuple(passage.swapped() for passage in passages), reasons)


def _derivation(
    witnesses: Sequence[Witness],
    claim: Claim,
    probability: float,
    reasons: tuple[Reason, ...],
    alternatives: Mapping[str, float],
) -> Derivation:
    assert claim.link is not None
    child, parent = witnesses[claim.child], witnesses[claim.parent]
    matched = child.mask(right for passage in claim.link.passages for _, right in passage.matches)
    return Derivation(
        child.article.id,
        parent.article.id,
        claim.link.regime,
        probability,
        share_of(child, matched),
        _says_so(reasons),
        claim.link.passages,
        reasons,
        alternatives,
    )


def _name_sources(
    witnesses: Sequence[Witness],
    proposals: Sequence[Proposal],
    members: Mapping[int, Mapping[int, tuple[float, tuple[Reason, ...]]]],
    result: Descent,
) -> None:
    """The sources that have children in the best forest, numbered by their first child."""
    groups = sorted((sorted(witnesses[c].article.id for c in group), number) for number, group in members.items())
    taken = {witness.article.id for witness in witnesses}
    counter = 0
    for children, number in groups:
        counter += 1
        while f"source-{counter}" in taken:
            counter += 1
        by_id = {witnesses[c].article.id: entry for c, entry in members[number].items()}
        proposal = proposals[number]
        result.sources.append(
            Source(
                f"source-{counter}",
                proposal.name,
                proposal.kind,
                tuple(children),
                {child: by_id[child][0] for child in children},
                {child: by_id[child][1] for child in children},
            )
        )
