"""Sources that are not in the input: those that texts declare, and those without which the overlaps make no sense.

A source is named only if a text names it. Whether it stands behind an article is told by a set of trees, which look at
what the source's other articles have of the article's words, singly and together, who names it, and what else may have
been the article's source.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from lineage.dataclass import dataclass
from lineage.descent.evidence import Link
from lineage.descent.groups import Groups
from lineage.descent.ledger import Reasons
from lineage.descent.witness import Witness
from lineage.model import Credit, Reason, SourceKind
from lineage.reports.wording import percent

if TYPE_CHECKING:
    from lineage.descent.features import Story

# How probable it is that the text, or most of it, came from where a phrase of each kind says.
DECLARES: Mapping[str, float] = {
    "syndication": 0.97,
    "credit-line": 0.95,
    "dateline": 0.95,
    "inputs": 0.85,
    "excerpt": 0.85,
    "attribution": 0.40,  # one sentence "X reported" is a citation; several make a source
}
LEAST_DECLARED = 0.5  # probability from which a declared source becomes a node
LINED = 0.85  # the same of a line that says so, not of sentences that cite it
KIN = (-0.6, -1.6)  # log odds of a text behind two articles from which an undeclared one is proposed, in two sizes:
# the models are right about the many pairs of a wire story more often together than singly
LOW = -9.2  # nats: what is not considered at all

# As `lineage.descent.features.FEATURES`, of a source and an article that may be its child.
BEHIND: Mapping[str, int] = {
    "declared.own": 1, "declared.line": 1, "declared.cites": 1, "declared.others": 1, "declared.elsewhere": 0,
    "declared.any": 0,
    "text.words": 0, "text.share": 0, "text.best": 0, "text.beyond": 0, "text.twice": 0,
    "kin.most": 1, "kin.mean": 1, "kin.more": 0, "kin.members": 0,
    "rivals.parent": -1, "rivals.member": -1, "rivals.children": 0, "rivals.named": 0, "rivals.kin": 0,
    "own.child": 0,
}  # fmt: skip

Kin = Mapping[tuple[int, int], float]


@dataclass(slots=True)
class Proposal:
    """A source that may stand above some articles. `named` are those that name it, `members` these and those that seem
    to be its children; `children` has for every article that it may stand above the rows of its ledger.
    """

    kind: SourceKind
    key: str | None = None
    named: dict[int, list[Credit]] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)
    children: dict[int, Reasons] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str | None:
        """As the texts most often write it, in capitals only if none writes it otherwise; None if none names it."""
        return min(self.names, key=lambda name: (name.isupper(), -self.names[name], name), default=None)

    def doubtful(self, children: Collection[int]) -> bool:
        """Whether it has a name that may not be that of what stands above some articles: no line of theirs says so, and
        no more than half of them cite it. Of 14 sources that one of two articles cites 8 had the right name (900
        training stories); of those that more do, 16 of 16.
        """
        said = [probability(self.named[child]) for child in children if child in self.named]
        return self.name is not None and max(said, default=0.0) < LINED and 2 * len(said) <= len(children)


def phrases(witness: Witness, present: Collection[str]) -> dict[str, tuple[str | None, list[Credit]]]:
    """What an article says of sources that are not among the outlets `present`: key to (name, phrases)."""
    found: dict[str, tuple[str | None, list[Credit]]] = {}
    for credit in witness.credits:
        if credit.outlet is not None and credit.outlet in present:
            continue
        key = credit.outlet or (credit.name.casefold() if credit.name else "")
        found.setdefault(key, (credit.name, []))[1].append(credit)
    if "" in found and len(found) > 1:
        del found[""]  # "with agency inputs" beside a named agency is that agency
    return found


def declared(witness: Witness, present: Collection[str]) -> dict[str, tuple[str | None, list[Credit]]]:
    """Sources that an article names as its own, as `phrases`."""
    found = phrases(witness, present)
    return {key: entry for key, entry in found.items() if probability(entry[1]) >= LEAST_DECLARED}


def cited(witness: Witness, present: Collection[str], found: Link) -> dict[str, tuple[str | None, list[Credit]]]:
    """Absent outlets that an article (`found.other`) cites in its own words, not in those that it shares."""
    result: dict[str, tuple[str | None, list[Credit]]] = {}
    absent = [c for c in witness.credits if c.name and c.kind == "attribution" and c.outlet not in present]
    shared = [right for passage in found.passages for _, right in passage.matches] if absent else []
    for credit in absent:
        inside = any(span.start < credit.span.end and credit.span.start < span.end for span in shared)
        if not inside:
            key = credit.outlet or (credit.name or "").casefold()
            result.setdefault(key, (credit.name, []))[1].append(credit)
    return result


def probability(phrases: Sequence[Credit]) -> float:
    """That the phrases together tell where the text came from: noisy-or."""
    return 1 - math.prod(1 - DECLARES.get(phrase.kind, 0.0) for phrase in phrases)


def propose(story: Story, groups: Mapping[int, int], kin: Kin) -> list[Proposal]:
    """The sources that may stand behind articles of a story.

    One for each source that a text names, apart for each group of linked articles (`groups` has each article's); and
    one for each set of articles that name none and are joined by pairs with a text behind both, by `kin`, their log
    odds.
    """
    proposals: dict[tuple[int, str], Proposal] = {}
    for number, witness in enumerate(story.witnesses):
        own = dict(declared(witness, story.present[number]))
        for key, entry in story.cites[number].items():
            own.setdefault(key, entry)
        for key, (_, said) in own.items():
            proposal = proposals.setdefault((groups[number], key), Proposal("declared", key))
            proposal.named[number] = said
            proposal.members.add(number)
            proposal.names.update(phrase.name for phrase in said if phrase.name)
    named = {number for proposal in proposals.values() for number in proposal.named}
    inferred = set().union(*(_joined(kin, least, named) for least in KIN))
    made = [Proposal("inferred", members=set(members)) for members in sorted(inferred, key=sorted)]
    return [*(proposals[place] for place in sorted(proposals)), *made]


def propose_further(proposals: Sequence[Proposal], kin: Kin, wires: float) -> list[Proposal]:
    """The sources to be proposed beside others where a text behind both of two articles is `wires` nats likelier."""
    known = {frozenset(proposal.members) for proposal in proposals}
    named = {number for proposal in proposals for number in proposal.named}
    further = _joined(kin, min(KIN) - wires, named) - known
    return [Proposal("inferred", members=set(members)) for members in sorted(further, key=sorted)]


def _joined(kin: Kin, least: float, named: Collection[int]) -> set[frozenset[int]]:
    """The sets of articles joined by pairs with more than so many log odds of a text behind both; none of `named`."""
    pairs = [pair for pair, odds in kin.items() if odds > least and pair[0] not in named and pair[1] not in named]
    return set(map(frozenset, Groups(pairs).of(sorted({number for pair in pairs for number in pair}))))


def open_to(story: Story, proposal: Proposal, child: int) -> bool:
    """Whether what is usual speaks for that source: the article credits nobody else, here or absent, and if it names
    the source, then in a line and not in its sentences.
    """
    if story.others[child] - {story.witnesses[child].outlet}:
        return False
    if child in proposal.named:
        return probability(proposal.named[child]) >= LINED
    return not story.declares[child]


def candidates(story: Story, proposal: Proposal) -> list[int]:
    """The articles that a source may stand above: its members, and what shares text with one."""
    return sorted(proposal.members.union(*(story.near[number] for number in proposal.members)))


@dataclass(slots=True)
class Likeliest:
    """The article from which each article most probably took, with its log odds, as it is asked for; `first` has the
    claims' log odds. An article with thousands of relatives is asked about for each source that touches one.
    """

    story: Story
    first: Mapping[tuple[int, int], float]
    known: dict[int, tuple[float, int | None]] = field(default_factory=dict)

    def __getitem__(self, child: int) -> tuple[float, int | None]:
        if child not in self.known:
            ids = self.story.witnesses
            parents = {other: self.first.get((other, child), LOW) for other in self.story.near[child]}
            best = max(parents, key=lambda k: (parents[k], ids[k].article.id), default=None)
            self.known[child] = max(parents.values(), default=LOW), best
        return self.known[child]


def fellows(story: Story, proposal: Proposal, child: int) -> list[int]:
    """The source's other articles that share text with one."""
    near, members = story.near[child], proposal.members
    both = members & near.keys() if len(near) < len(members) else {number for number in members if number in near}
    return sorted(both - {child})


def row(story: Story, proposal: Proposal, child: int, likeliest: Likeliest, kin: Kin) -> list[float]:
    """The features of a source and an article, in the order of `BEHIND`."""
    others = fellows(story, proposal, child)
    return [
        *_declared(story, proposal, child, others),
        *_text(story, child, others),
        *_kin(child, others, kin),
        *_rivals(proposal, child, others, likeliest, kin),
        story.own[child],
    ]


def _declared(story: Story, proposal: Proposal, child: int, others: Sequence[int]) -> list[float]:
    said = proposal.named.get(child, [])
    elsewhere = len(story.declares[child] - {proposal.key})
    return [
        probability(said),
        sum(phrase.kind != "attribution" for phrase in said),
        len(story.cites[child].get(proposal.key or "\0", (None, []))[1]),
        sum(other in proposal.named for other in others),
        elsewhere,
        proposal.key is not None,
    ]


def _text(story: Story, child: int, others: Sequence[int]) -> list[float]:
    """What the source's other articles have of the child's narration, together and singly, and others beside them."""
    witness = story.witnesses[child]
    whole = max(1.0, witness.narration)
    if not others:
        return [0.0] * 5
    once = twice_held = 0
    for other in others:
        mask = story.masks[child, other]
        twice_held |= once & mask
        once |= mask
    union, twice = story.count(child, once), story.count(child, twice_held)
    best = max(story.held[child][other] for other in others)
    any_best = -story.ranked[child][0][0]
    return [math.log1p(union), union / whole, best / whole, (union - any_best) / whole, twice / whole]


def _kin(child: int, others: Sequence[int], kin: Kin) -> list[float]:
    odds = [kin[child, other] for other in others if (child, other) in kin]
    if not odds:
        return [LOW, LOW, 0, len(others)]
    return [max(odds), sum(sorted(odds)) / len(odds), sum(value > 0 for value in odds), len(others)]


def _rivals(proposal: Proposal, child: int, others: Sequence[int], likeliest: Likeliest, kin: Kin) -> list[float]:
    """What else may have been the child's source, and what may be the child's own children."""
    first, (odds, best) = likeliest.first, likeliest[child]
    children = sum(1 / (1 + math.exp(min(30.0, -first.get((child, other), LOW)))) for other in others)
    best_kin = max((kin.get((best, o), LOW) for o in others if o != best), default=LOW) if best is not None else LOW
    return [
        odds,
        max((first.get((other, child), LOW) for other in others), default=LOW),
        children,
        float(best in proposal.named),
        best_kin,
    ]


def notes(story: Story, proposal: Proposal, child: int) -> Iterator[tuple[str, Reason]]:
    """A row without weight for each group of `BEHIND`."""
    mine = story.witnesses[child].called
    others = fellows(story, proposal, child)
    called = proposal.name or "the source"
    if said := proposal.named.get(child):
        quoted = ", ".join(map(story.witnesses[child].said, said[:3]))
        spans = tuple(phrase.span for phrase in said if phrase.place == "text")
        verb = "says so" if probability(said) >= LINED or not proposal.name else f"cites {proposal.name}"
        yield "declared", Reason("declared", 0.0, f"{mine} {verb}: {quoted}", spans)
    elif proposal.key in story.absent[child]:
        told = f"{mine} names {called}, too, and may be from another text of it"
        yield "declared", Reason("wire", 0.0, told)
    elif proposal.named:
        yield "declared", Reason("wire", 0.0, f"{mine} does not name {called}, {len(proposal.named)} of the others do")
    else:
        yield "declared", Reason("wire", 0.0, "no text names it")
    held = _text(story, child, others)
    share = f"its other articles have {percent(held[1])} of {mine}, the nearest of them {percent(held[2])}"
    yield "text", Reason("text", 0.0, share if others else f"no other article that may be from it has text of {mine}")
    yield "kin", Reason("siblings", 0.0, _siblings(mine, len(others)))
    yield "rivals", Reason("others", 0.0, _instead(story, child))
    yield "own", Reason("own", 0.0, f"{percent(story.own[child])} of {mine} stand nowhere else")
    yield "story", Reason("story", 0.0, "laid beside what else the articles may have taken from each other")
    yield "set", Reason("set", 0.0, _together(len(proposal.members | {child})))
    yield "told", Reason("told", 0.0, _nearest(story, child, others))


def _siblings(mine: str, others: int) -> str:
    if not others:
        return f"no other article seems to be from the same text as {mine}"
    counted = "one other seems" if others == 1 else f"{others} others seem"
    return f"{mine} and {counted} to be from one text that is not here"


def _together(children: int) -> str:
    if children == 1:
        return "it would be the source of this article only"
    return f"{children} articles seem to be from it, and may be from one another instead"


def _nearest(story: Story, child: int, others: Sequence[int]) -> str:
    """From whose words the article's sentences differ least."""
    shares = {other: story.sentences.share(child, other)[1] for other in others}
    best = max(shares, key=lambda other: (shares[other], story.witnesses[other].article.id), default=None)
    if best is None or not shares[best]:
        return "its sentences are nearest to none of the source's other articles"
    rest = sum(sorted(shares.values())) - shares[best]
    mine, theirs = story.witnesses[child].called, story.witnesses[best].called
    return (
        f"{percent(shares[best])} of {mine} are nearest to {theirs}, {percent(rest)} to others of the source's articles"
    )


def _instead(story: Story, child: int) -> str:
    """Which article that is here may be the source instead: the one that has the most of the article."""
    best = story.rival(child, child)
    if best is None:
        return "no article that is here has enough of its text to be the source instead"
    held = percent(story.held[child][best] / max(1.0, story.witnesses[child].narration))
    return f"{story.witnesses[best].called}, which has {held} of it, may be the source instead"
