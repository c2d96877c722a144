"""What is said in the end: derivations, sources, relations, and the questions that stay open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from itertools import accumulate

from lineage.dataclass import dataclass
from lineage.descent.again import Given, apart
from lineage.descent.claims import Claim, Links, Pair, weigh
from lineage.descent.columns import LINES
from lineage.descent.evidence import SHARE_FLOOR, Link, copied, link, share_of
from lineage.descent.features import Story
from lineage.descent.groups import Groups
from lineage.descent.ledger import chance, kind_of, logit, settle
from lineage.descent.nearest import NEAREST
from lineage.descent.parents import ancestors, further
from lineage.descent.structure import Stretch, Weighed, solve
from lineage.descent.told import Tell
from lineage.descent.unseen import Proposal
from lineage.descent.witness import Witness
from lineage.descent.wording import wording
from lineage.model import Derivation, Overlap, Reason, Relation, RelationKind, Source, Unresolved

SAME_STORY = 0.25  # share of the shorter narration from which two articles may be from one text of a wire
WEAK = 0.3  # share of the shorter narration: of uncredited claims on less, one in four was right on training stories,
SURE = 0.8  # so that they must be as probable as this to be shown
SHOWN = 0.35  # probability from which a claim is shown, the direction being clear; below it the question is left open
FURTHER = 0.3  # probability by itself from which a claim may be of a further parent; .5 finds a third fewer of them
CLEAR = 0.7  # of the two directions' probability, the share of the better one where a further parent is less likely
FROM_SOURCE = 0.63  # of articles that share a passage with a child of a source, apart from all their parents, so many
THROUGH = 0.39  # had it from that source, and of those that share one with another article so many had it from that:
# 12 of 19 and 12 of 31 on 960 training stories, whatever else was known of the two
FORMULA = 20  # words: what two reports of one event may share in narration without having more in common

Member = tuple[float, tuple[Reason, ...]]


@dataclass(frozen=True, slots=True)
class Gates:
    """What a pair must show before anything is claimed.

    Words of narration, without and with a credit; and of the two directions' probability the share that the better
    one must have. Beside them `wires`, the nats by which a source that is not in the input is likelier behind an
    article that credits nobody than in the newsrooms that the trees know.
    """

    narrated: int
    narrated_credited: int
    undetermined: float
    wires: float = 0.0


@dataclass(slots=True)
class Descent:
    """What was inferred."""

    derivations: list[Derivation] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)

    def sort(self) -> None:
        """Bring what was found into one order, whatever that of the input was."""
        self.derivations.sort(key=lambda d: (d.child, -d.probability, d.parent))
        self.relations.sort(key=lambda r: (r.a, r.b))
        self.unresolved.sort(key=lambda u: (u.a, u.b))


def descend(inputs: Sequence[Given], gates: Gates, now: datetime, tell: Tell, *, brief: bool = False) -> list[Descent]:
    """Infer who took from whom, in each input by itself; to weigh many small ones at once is quicker than one by one.
    The order of the witnesses and overlaps does not matter. `tell` finds the sentences in which linked articles tell
    the same. In `brief`, questions come without passages and reasons, and sources without wording.
    """
    parts = [apart(given, now) for given in inputs]
    found = _inferred([given for rest, pairs in parts for given in (rest, *pairs)], gates, now, tell, brief)
    results = []
    first = 0
    for _, pairs in parts:
        result, *others = found[first : first + 1 + len(pairs)]
        for other in others:
            result.derivations += other.derivations
            result.unresolved += other.unresolved
        result.sort()
        results.append(result)
        first += 1 + len(pairs)
    return results


def _inferred(inputs: Sequence[Given], gates: Gates, now: datetime, tell: Tell, brief: bool) -> list[Descent]:
    """The same of inputs in which no text is there again."""
    results = [Descent() for _ in inputs]
    parts: list[Weighed] = []
    first = 0
    for given, result in zip(inputs, results, strict=True):
        links = _links(given.witnesses, given.overlaps, gates, result)
        numbered = {(one + first, other + first): found for (one, other), found in links.items()}
        parts.append(Weighed(dict(enumerate(given.witnesses, first)), numbered))
        first += len(given.witnesses)
    _weigh(parts, gates, now, tell)
    for part, found, result in zip(parts, solve(parts), results, strict=True):
        _decide(part, found, gates, brief, result)
    return results


def _weigh(parts: Sequence[Weighed], gates: Gates, now: datetime, tell: Tell) -> None:
    """Weigh all claims and proposals at once, and give each input its own."""
    witnesses = [witness for part in parts for witness in part.witnesses.values()]
    links = {pair: found for part in parts for pair, found in part.links.items()}
    ends = list(accumulate(len(part.witnesses) for part in parts))
    inputs = [range(end - len(part.witnesses), end) for part, end in zip(parts, ends, strict=True)]
    story = Story(witnesses, links, now, tell(witnesses, list(links)), inputs)
    made, proposals = weigh(story, same_story(links, range(len(witnesses))), gates.wires)
    part_of = [part for part in parts for _ in part.witnesses]
    for pair, claim in made.items():
        part_of[pair[0]].made[pair] = claim
    for proposal in proposals:
        part_of[next(iter(proposal.members))].proposals.append(proposal)


def _decide(part: Weighed, found: Mapping[int, Sequence[Stretch]], gates: Gates, brief: bool, result: Descent) -> None:
    """Say what is most probable of an input."""
    witnesses, links, made, proposals = part.witnesses, part.links, part.made, part.proposals
    parents: dict[int, list[int]] = {}
    _derive(witnesses, made, found, parents, gates, result)
    members = _members(made, found, proposals)
    _derive_further(witnesses, made, parents, members, gates, result)
    _name_sources(witnesses, links, proposals, members, brief, result)
    _leave_open(witnesses, links, made, found, parents, _siblings(members), brief, result)


def same_story(links: Links, numbers: Iterable[int]) -> dict[int, int]:
    """For each of some articles the least number of those that may be from one text of a wire with it."""
    near = [pair for pair, found in links.items() if found.share >= SAME_STORY]
    return {number: min(group) for group in Groups(near).of(numbers) for number in group}


def linked(witnesses: Sequence[Witness], overlaps: Sequence[Overlap], gates: Gates) -> dict[Pair, Link]:
    """The pairs that share enough narration to mean anything, the nearest of each article."""
    return _links(witnesses, overlaps, gates, Descent())


def _links(
    witnesses: Sequence[Witness], overlaps: Sequence[Overlap], gates: Gates, result: Descent
) -> dict[Pair, Link]:
    """The pairs that share enough narration, the nearest of each article; the others become relations."""
    numbers = {witness.article.id: number for number, witness in enumerate(witnesses)}
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
    nearest: dict[int, list[tuple[float, str, str, Pair]]] = {}
    for pair, found in links.items():
        for mine, other in (pair, pair[::-1]):
            article = witnesses[other].article
            rank = (-round(found.narrated, 3), str(article.published or "~"), article.id, pair)
            nearest.setdefault(mine, []).append(rank)
    kept = {entry[-1] for entries in nearest.values() for entry in sorted(entries)[:NEAREST]}
    return {pair: links[pair] for pair in sorted(kept)}


def _passes(found: Link, gates: Gates) -> bool:
    """Whether a link shares enough narration to mean anything. Only a line that says where the text is from lets a few
    words do: of mentions beside so few, one in twelve was of the source on training stories.
    """
    one, other = found.one, found.other
    credited = any(c.outlet is not None and c.outlet == other.outlet and c.kind in LINES for c in one.credits)
    credited |= any(c.outlet is not None and c.outlet == one.outlet and c.kind in LINES for c in other.credits)
    least = gates.narrated_credited if credited else gates.narrated
    return found.narrated >= least and (credited or (found.likeness >= SHARE_FLOOR and sum(copied(found)) > 0))


def _relation(overlap: Overlap, found: Link) -> Relation | None:
    """What a pair below the gates has in common, unless it is furniture only."""
    matched = found.one.mask(left for passage in overlap.passages for left, _ in passage.matches)
    shared = found.one.count(matched & found.one.body)
    if shared < 1:
        return None
    kind: RelationKind = "brief"
    if 2 * found.narrated < shared:
        kind = "quotations"
    elif found.narrated < FORMULA:
        kind = "formulas"
    view = overlap if overlap.a < overlap.b else overlap.swapped()
    return Relation(view.a, view.b, kind, round(shared), view.passages)


def _derive(
    witnesses: Mapping[int, Witness],
    made: Mapping[Pair, Claim],
    found: Mapping[int, Sequence[Stretch]],
    parents: dict[int, list[int]],
    gates: Gates,
    result: Descent,
) -> None:
    """A derivation for every stretch with a parent, if the direction is clear; articles' first stretches first."""
    ids = {number: witness.article.id for number, witness in witnesses.items()}
    chosen = [
        (rank, stretch) for own in found.values() for rank, stretch in enumerate(own) if stretch.parent is not None
    ]
    for rank, stretch in sorted(chosen, key=lambda entry: (entry[0] > 0, ids[entry[1].child])):
        child, parent = stretch.child, stretch.parent
        assert parent is not None
        own, back = stretch.parents[parent], _probability(found[parent], child)
        if own / max(own + back, 1e-12) < gates.undetermined:
            continue
        claim = made[parent, child]
        weak = claim.link.share < WEAK and not claim.credited
        if (weak and own < SURE) or (rank and (child in ancestors(parents, parent) or own < 0.5)):
            continue
        options = len(stretch.parents) + len(stretch.sources)
        kind = kind_of(claim.link.regime, claim.credited, claim.reasons)
        shown, reasons = settle(claim.reasons, own, options - 1, kind)
        if shown < SHOWN:
            continue
        parents.setdefault(child, []).append(parent)
        others = {ids[p]: probability for p, probability in stretch.parents.items() if p != parent}
        ranked = sorted(others.items(), key=lambda entry: (-entry[1], entry[0]))
        alternatives = {id: probability for id, probability in ranked if probability >= 0.01}
        result.derivations.append(_derivation(witnesses, claim, shown, reasons, alternatives))


def _probability(stretches: Sequence[Stretch], parent: int) -> float:
    """The probability that an article took some stretch from `parent`, 0 where that was not considered."""
    return max((stretch.parents.get(parent, 0.0) for stretch in stretches), default=0.0)


def _members(
    made: Mapping[Pair, Claim], found: Mapping[int, Sequence[Stretch]], proposals: Sequence[Proposal]
) -> dict[int, dict[int, Member]]:
    """The children of every source that was used, with probability and reasons."""
    members: dict[int, dict[int, Member]] = {}
    for own in found.values():
        for stretch in own:
            if stretch.source is not None:
                rows = proposals[stretch.source].children[stretch.child]
                options = len(stretch.parents) + len(stretch.sources)
                kind = f"{proposals[stretch.source].kind} source"
                shown = settle(rows, stretch.sources[stretch.source], options - 1, kind)
                if shown[0] >= SHOWN:
                    members.setdefault(stretch.source, {})[stretch.child] = shown
    return {
        number: group
        for number, group in members.items()
        if not proposals[number].named or proposals[number].named.keys() & group
    }


def _derive_further(
    witnesses: Mapping[int, Witness],
    made: Mapping[Pair, Claim],
    parents: dict[int, list[int]],
    members: dict[int, dict[int, Member]],
    gates: Gates,
    result: Descent,
) -> None:
    """Further parents, by passages that the others do not hold. Where nothing else speaks for one, and it has a source
    that is not here, that source is taken for the further parent.
    """
    siblings = _siblings(members)
    links = {pair: claim.link for pair, claim in made.items()}
    likely = {p for p, claim in made.items() if claim.lean >= gates.undetermined and claim.by_itself >= FURTHER}
    clear = likely | {pair for pair, claim in made.items() if claim.lean >= max(CLEAR, gates.undetermined)}
    for extra in further(witnesses, links, clear, likely, parents, siblings):
        claim = made[extra.parent, extra.child]
        source = next((number for number, group in members.items() if extra.parent in group), None)
        if extra.apart and source is not None:
            fellow, own = (witnesses[number].called for number in (extra.parent, extra.child))
            note = f"{extra.words:.0f} words stand in {fellow}, which is from it, and in no parent of {own}"
            row = Reason("apart", logit(FROM_SOURCE), note)
            members[source][extra.child] = settle([row], FROM_SOURCE, 0, "apart")
            continue
        note = f"{extra.words:.0f} of these words stand in none of its other parents"
        rows = [*claim.reasons, Reason("apart" if extra.apart else "further parent", 0.0, note)]
        if not extra.apart:
            shown, reasons = settle(rows, claim.by_itself, 0, f"further {claim.link.regime}")
        else:
            shown, reasons = settle(rows, chance(logit(THROUGH) - gates.wires), 0, "apart")
        if shown >= SHOWN or not extra.apart:
            result.derivations.append(_derivation(witnesses, claim, shown, reasons, {}))


def _siblings(members: Mapping[int, Mapping[int, Member]]) -> dict[int, frozenset[int]]:
    """For each child of an unseen source all its children."""
    return {child: group for group in map(frozenset, members.values()) for child in group}


def _derivation(
    witnesses: Mapping[int, Witness],
    claim: Claim,
    probability: float,
    reasons: tuple[Reason, ...],
    alternatives: Mapping[str, float],
) -> Derivation:
    child, parent = witnesses[claim.child], witnesses[claim.parent]
    matched = child.mask(right for passage in claim.link.passages for _, right in passage.matches)
    return Derivation(
        child.article.id,
        parent.article.id,
        claim.link.regime,
        probability,
        share_of(child, matched),
        claim.credited,
        claim.link.passages,
        reasons,
        alternatives,
    )


def _name_sources(
    witnesses: Mapping[int, Witness],
    links: Links,
    proposals: Sequence[Proposal],
    members: Mapping[int, Mapping[int, Member]],
    brief: bool,
    result: Descent,
) -> None:
    """The sources that were used, numbered in the order of their first child."""
    groups = sorted(
        (sorted(witnesses[child].article.id for child in group), number) for number, group in members.items()
    )
    taken = {witness.article.id for witness in witnesses.values()}
    names = (name for number in range(1, 10**9) if (name := f"source-{number}") not in taken)
    for children, number in groups:
        proposal = proposals[number]
        by_id = {witnesses[child].article.id: member for child, member in members[number].items()}
        result.sources.append(
            Source(
                next(names),
                proposal.name,
                proposal.kind,
                tuple(children),
                {child: by_id[child][0] for child in children},
                {child: by_id[child][1] for child in children},
                () if brief else wording(witnesses, links, sorted(members[number])),
                proposal.doubtful(members[number]),
            )
        )


def _leave_open(
    witnesses: Mapping[int, Witness],
    links: Links,
    made: Mapping[Pair, Claim],
    found: Mapping[int, Sequence[Stretch]],
    parents: Mapping[int, Sequence[int]],
    siblings: Mapping[int, frozenset[int]],
    brief: bool,
    result: Descent,
) -> None:
    """An open question for every link between parts that nothing else joins, those that share most first."""
    ids = {number: witness.article.id for number, witness in witnesses.items()}
    groups = Groups((child, parent) for child, above in parents.items() for parent in above)
    for group in set(siblings.values()):
        one = min(group)
        for other in group:
            groups.join(one, other)
    ranked = sorted(links, key=lambda pair: (-links[pair].narrated, sorted((ids[pair[0]], ids[pair[1]]))))
    for pair in ranked:
        if not groups.join(*pair):
            continue
        a, b = sorted(pair, key=ids.__getitem__)
        claim = made[b, a]
        from_b, from_a = _probability(found[a], b), _probability(found[b], a)
        passages = () if brief else tuple(passage.swapped() for passage in claim.link.passages)
        reasons = () if brief else tuple(claim.reasons)
        result.unresolved.append(Unresolved(ids[a], ids[b], from_b, from_a, passages, reasons))
