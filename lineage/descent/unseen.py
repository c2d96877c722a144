"""Sources that are not in the input: those that texts declare, and those without which the overlaps make no sense.

A source is named only if a text names it. A declared wire is a source even with one child; an inferred one needs
three articles of which none holds what the other two share.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lineage.descent.evidence import Link, name
from lineage.descent.groups import Groups
from lineage.descent.ledger import Reasons, logit, total
from lineage.descent.witness import Witness
from lineage.model import Credit, Reason, SourceKind

# How probable it is that the text, or most of it, came from where a phrase of each kind says.
DECLARES: Mapping[str, float] = {
    "syndication": 0.97,
    "credit-line": 0.95,
    "dateline": 0.95,
    "inputs": 0.85,
    "attribution": 0.40,  # one sentence "X reported" is a citation; several make a source
}
LEAST_DECLARED = 0.5  # probability from which a declared source becomes a node
CITED = 4.0  # nats for a source that an article names in words of its own, if it shares text with an article of another
KIN = 0.0  # log odds of a text behind two articles from which an undeclared one is proposed
LEAST_KIN = 3  # articles below a source that nobody declares: two are more simply parent and child


Kin = Mapping[tuple[int, int], Reasons]


@dataclass(slots=True)
class Proposal:
    """A source that may stand above some articles: rows of evidence per child (its number)."""

    kind: SourceKind
    children: dict[int, Reasons] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str | None:
        """As the texts most often write it, in capitals only if none writes it otherwise; None if none names it."""
        return min(self.names, key=lambda name: (name.isupper(), -self.names[name], name), default=None)


def declared(witness: Witness, present: Collection[str]) -> dict[str, tuple[str | None, list[Credit]]]:
    """Sources that an article names and that are not among the outlets `present`: key to (name, phrases)."""
    found: dict[str, tuple[str | None, list[Credit]]] = {}
    for credit in witness.credits:
        if credit.outlet is not None and credit.outlet in present:
            continue
        key = credit.outlet or (credit.name.casefold() if credit.name else "")
        found.setdefault(key, (credit.name, []))[1].append(credit)
    if "" in found and len(found) > 1:
        del found[""]  # "with agency inputs" beside a named agency is that agency
    sure = {key: probability(phrases) for key, (_, phrases) in found.items()}
    return {key: found[key] for key in found if sure[key] >= LEAST_DECLARED}


def cited(witness: Witness, present: Collection[str], found: Link) -> dict[str, tuple[str | None, list[Credit]]]:
    """Absent outlets that an article (`found.other`) cites in its own words, not in those that it shares."""
    shared = [right for passage in found.passages for _, right in passage.matches]
    result: dict[str, tuple[str | None, list[Credit]]] = {}
    for credit in witness.credits:
        inside = any(span.start < credit.span.end and credit.span.start < span.end for span in shared)
        if credit.name and credit.kind == "attribution" and not inside and credit.outlet not in present:
            key = credit.outlet or credit.name.casefold()
            result.setdefault(key, (credit.name, []))[1].append(credit)
    return result


def probability(phrases: Sequence[Credit]) -> float:
    """That the phrases together tell where the text came from: noisy-or."""
    return 1 - math.prod(1 - DECLARES.get(phrase.kind, 0.0) for phrase in phrases)


def declaration(witness: Witness, phrases: Sequence[Credit]) -> Reason:
    """The row for an article that says itself where its text came from."""
    quoted = "”, “".join(" ".join(witness.text(phrase.span).split()) for phrase in phrases[:3])
    spans = tuple(phrase.span for phrase in phrases)
    return Reason("declared", logit(probability(phrases)), f"{name(witness)} says so: “{quoted}”", spans)


def propose_declared(
    witnesses: Sequence[Witness],
    links: Mapping[tuple[int, int], Link],
    groups: Mapping[int, int],
    present: Collection[str],
    kin: Kin,
) -> list[Proposal]:
    """A proposal for every source that a text declares: one for each group of linked articles that names it.

    `kin` has, for pairs of linked articles, the rows for an unseen text behind both.
    """
    proposals: dict[tuple[int, str], Proposal] = {}
    naming: dict[int, tuple[int, str]] = {}
    named = [declared(witness, present) for witness in witnesses]
    votes = Counter((groups[number], key) for number, keys in enumerate(named) for key in keys)
    for number, keys in enumerate(named):
        if keys:  # of "AFP/dpa" that which more of its group name
            place = min(((groups[number], key) for key in keys), key=lambda place: (-votes[place], place[1]))
            phrases = keys[place[1]][1]
            proposal = proposals.setdefault(place, Proposal("declared"))
            proposal.children[number] = [declaration(witnesses[number], phrases)]
            proposal.names.update(phrase.name for phrase in phrases if phrase.name)
            naming[number] = place
    _cite(witnesses, links, groups, present, naming, proposals, kin)
    for one, other in links:
        for child, sibling in ((one, other), (other, one)):
            place = naming.get(sibling, (-1, ""))
            if place not in proposals or groups[child] != groups[sibling] or child in naming:
                continue
            if (child, sibling) not in kin:
                continue
            rows = kin[child, sibling]
            best = proposals[place].children.get(child)
            if best is None or total(rows) > total(best):
                proposals[place].children[child] = rows
    return list(proposals.values())


def _cite(
    witnesses: Sequence[Witness],
    links: Mapping[tuple[int, int], Link],
    groups: Mapping[int, int],
    present: Collection[str],
    naming: Mapping[int, tuple[int, str]],
    proposals: dict[tuple[int, str], Proposal],
    kin: Kin,
) -> None:
    """An article that shares text with others and cites an absent outlet in passing probably has the text from it."""
    for (one, other), found in links.items():
        for child, sibling, seen in ((one, other, found.swapped()), (other, one, found)):
            if child in naming or (child, sibling) not in kin:
                continue
            for key, (_, phrases) in cited(witnesses[child], present, seen).items():
                place = (groups[child], key)
                note = f"it shares text with {name(seen.one)}, which it does not name"
                rows = [declaration(witnesses[child], phrases), *kin[child, sibling], Reason("cited", CITED, note)]
                proposal = proposals.setdefault(place, Proposal("declared"))
                if total(rows) > total(proposal.children.get(child, [])):
                    proposal.children[child] = rows
                    proposal.names.update(phrase.name for phrase in phrases if phrase.name)


def propose_inferred(kin: Kin, explained: frozenset[int]) -> list[Proposal]:
    """A proposal for each group of articles that an unseen text probably stands behind and that declare none."""
    pairs = [pair for pair, rows in kin.items() if total(rows) > KIN and not explained & set(pair)]
    groups = Groups(pairs).of(sorted({number for pair in pairs for number in pair}))
    proposals = []
    for members in groups:
        if len(members) < LEAST_KIN:
            continue
        proposal = Proposal("inferred")
        for child in sorted(members):
            held = [kin[child, other] for other in members if other != child and (child, other) in kin]
            proposal.children[child] = max(held, key=total)
        proposals.append(proposal)
    return proposals
