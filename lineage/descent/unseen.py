"""Sources that are not in the input: those that texts declare, and those without which the overlaps make no sense.

A source is named only if a text names it. A declared wire is a source even with one child; an inferred one needs
three articles of which none holds what the other two share.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from lineage.descent.evidence import Link, copying, name
from lineage.descent.groups import Groups
from lineage.descent.ledger import logit, total
from lineage.descent.witness import Mask, Witness
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
SIBLING = 0.7  # nats less for an article that shares a declared text but does not name its source
TRIANGLE_WORDS = 25  # words of narration that two share and the third lacks, in all three ways
TRIANGLE_COST = 0.06  # nats a word that a triangle speaks against each direct edge in it; at most TRIANGLE_LIMIT
TRIANGLE_LIMIT = 6.0


@dataclass(slots=True)
class Proposal:
    """A source that may stand above some articles: rows of evidence per child (its number)."""

    kind: SourceKind
    children: dict[int, list[Reason]] = field(default_factory=dict)
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
) -> list[Proposal]:
    """A proposal for every source that a text declares: one for each group of linked articles that names it."""
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
    _cite(witnesses, links, groups, present, naming, proposals)
    for (one, other), found in links.items():
        for child, sibling, seen in ((one, other, found.swapped()), (other, one, found)):
            place = naming.get(sibling, (-1, ""))
            if place not in proposals or groups[child] != groups[sibling]:
                continue
            if child in naming:
                if naming[child] == place:
                    _explain(proposals[place].children[child], seen)
                continue
            rows = _sibling_rows(seen)
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
) -> None:
    """An article that shares text with others and cites an absent outlet in passing probably has the text from it."""
    for (one, other), found in links.items():
        for child, seen in ((one, found.swapped()), (other, found)):
            if child in naming:
                continue
            for key, (_, phrases) in cited(witnesses[child], present, seen).items():
                place = (groups[child], key)
                rows = [declaration(witnesses[child], phrases), *copying(seen)]
                proposal = proposals.setdefault(place, Proposal("declared"))
                if total(rows) > total(proposal.children.get(child, [])):
                    proposal.children[child] = rows
                    proposal.names.update(phrase.name for phrase in phrases if phrase.name)


def _explain(rows: list[Reason], seen: Link) -> None:
    """Count the narration that two declared children share in favour of their source, the most of it once."""
    shared = copying(seen)
    if total(shared) > total(rows[1:]):
        rows[1:] = shared


def _sibling_rows(seen: Link) -> list[Reason]:
    """Rows for an article (`seen.other`) that shares narration with one that names its source (`seen.one`)."""
    note = f"{name(seen.one)}, which shares this text, names the source; {name(seen.other)} does not"
    rows = [*copying(seen), Reason("sibling", -SIBLING, note)]
    mine = {credit.outlet for credit in seen.other.credits}
    if seen.one.outlet is not None and seen.one.outlet in mine:
        rows.append(Reason("credit", -4.0, f"{name(seen.other)} credits {name(seen.one)} instead"))
    return rows


def triangles(witnesses: Sequence[Witness], links: Mapping[tuple[int, int], Link]) -> dict[tuple[int, int, int], float]:
    """Trios of linked articles of which none holds what the other two share, with the words they each lack."""
    masks: dict[tuple[int, int], Mask] = {}
    near: dict[int, set[int]] = {}
    for (one, other), found in links.items():
        masks[one, other], masks[other, one] = found.in_one, found.in_other
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    found_trios: dict[tuple[int, int, int], float] = {}
    for (one, other), seen in links.items():
        for third in sorted(near[one] & near[other])[:8]:
            if third <= other:
                continue
            lacking = []
            for mine, left, right in ((one, other, third), (other, one, third), (third, one, other)):
                count = witnesses[mine].count
                lacking.append(count(masks[mine, left] & ~masks[mine, right]))
                lacking.append(count(masks[mine, right] & ~masks[mine, left]))
            if min(lacking) >= TRIANGLE_WORDS and seen.regime == "copy":
                found_trios[one, other, third] = min(lacking)
    return found_trios


def propose_inferred(
    trios: Mapping[tuple[int, int, int], float], links: Mapping[tuple[int, int], Link]
) -> list[Proposal]:
    """A proposal for each group of articles joined by trios."""
    joined = Groups((trio[0], other) for trio in trios for other in trio[1:])
    groups = joined.of(sorted({number for trio in trios for number in trio}))
    proposals = []
    for members in groups:
        proposal = Proposal("inferred")
        for child in sorted(members):
            seen = [
                links[min(child, other), max(child, other)]
                for other in members
                if (min(child, other), max(child, other)) in links
            ]
            best = max(seen, key=lambda found: found.narrated)
            lacked = max(words for trio, words in trios.items() if child in trio)
            note = f"two others share at least {lacked:.0f} words that it lacks, and it shares more with each"
            proposal.children[child] = [*copying(best), Reason("triangle", TRIANGLE_COST * lacked - 1, note)]
        proposals.append(proposal)
    return proposals


def triangle_rows(trios: Mapping[tuple[int, int, int], float]) -> dict[tuple[int, int], Reason]:
    """A row against every direct edge inside a trio."""
    rows: dict[tuple[int, int], Reason] = {}
    for trio, words in trios.items():
        weight = -min(TRIANGLE_LIMIT, TRIANGLE_COST * words)
        for pair in combinations(trio, 2):
            if pair not in rows or weight < rows[pair].weight:
                note = f"with a third article they form a trio in which each lacks {words:.0f} words the others share"
                rows[pair] = Reason("triangle", weight, note)
    return rows
