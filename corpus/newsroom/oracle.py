"""The oracle: the best tree of a story given the likelihood of this generator's own operators.

It sees what no system can: which sentence is which fact and how it was put, the unseen texts, the outlets' house
styles, and the shares by which a level's copies are trimmed, reworded, added to and credited. It does not see who first
wrote a word, what was taken from where, the order in which the texts were made, nor any clock.

Its tree is the most likely one but for simplifications: the mean of an outlet's habits instead of its own, a tree first
and second parents after it, paragraphs that changed places are not looked at, and a word that cannot be explained costs
`STRANGE`. So its score is no bound, but about what could be reached by one who knew all about the generator.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.newsroom import copying, lexicon
from corpus.newsroom.bureau.book import Split
from corpus.newsroom.copying import Habits
from corpus.newsroom.prose import Event, Sentence
from corpus.newsroom.stories import LEAST_TAKEN, Draft, Level, drafted
from lineage.descent.arborescence import Edge, best_forest

OWN, UPDATE = 0.3, 0.1  # shares of new articles, as in `corpus.newsroom.stories`
MERGED = {"easy": 0.02, "medium": 0.1, "hard": 0.2}
DECOY = 0.12
STRANGE = 8.0  # nats for a word, or a sentence, that the generator would not have written there
MAIN, LEAST_MAIN, LEAST_FACTS = 6, 4, 7  # an own report's facts: see `Event.report`
MOST_ADDED = 4  # facts that a copy adds at most: more are another source's


@dataclass(frozen=True, slots=True)
class Told:
    """A text as the oracle sees it: its outlet and house style, its facts in their order, whom it names."""

    draft: Draft
    facts: dict[int, Sentence]
    named: frozenset[str]

    @classmethod
    def of(cls, draft: Draft) -> Told:
        """From a text."""
        facts = {s.fact: s for paragraph in draft.text for s in paragraph if s.fact is not None}
        return cls(draft, facts, _named(draft))


def oracle(seed: int, level: Level, split: Split) -> tuple[int, int, int]:
    """Edges of a story without clocks: those that the oracle has right, that it says, that are true."""
    event, drafts = drafted(random.Random(f"{seed} {level} {split}"), level, split)
    texts = [draft for draft in drafts if draft.unseen] + [draft for draft in drafts if not draft.unseen]
    random.Random(seed).shuffle(texts)  # so that their order tells nothing
    said = best_tree(event, texts, level)
    number = {id(draft): place for place, draft in enumerate(texts)}
    true = {
        (place, number[id(parent)])
        for place, draft in enumerate(texts)
        for parent in draft.parents
        if not parent.unseen and _taken(draft, parent) >= LEAST_TAKEN
    }
    return len(said & true), len(said), len(true)


def best_tree(event: Event, texts: Sequence[Draft], level: Level) -> set[tuple[int, int]]:
    """Edges (child, parent) by the texts' places, between those that are in the input: the most likely first parents,
    and second ones for facts that the first parent does not have."""
    mean = Habits.of(_Middle(), level)
    told = [Told.of(text) for text in texts]
    edges = []
    for child, mine in enumerate(told):
        edges.append(Edge(0, child + 1, _alone(mine)))
        for parent, theirs in enumerate(told):
            if child != parent and not mine.draft.unseen and mine.facts.keys() & theirs.facts.keys():
                weight = _copied(event, mine, theirs, mean, level) + math.log(_picked(theirs.draft, texts))
                edges.append(Edge(parent + 1, child + 1, weight))
    chosen = {edge.child - 1: edge.parent - 1 for edge in best_forest(len(texts) + 1, edges) if edge.parent}
    pairs = set(chosen.items())
    for child in list(chosen):
        if (second := _second(event, child, chosen, told, mean)) is not None:
            pairs.add((child, second))
    return {(child, parent) for child, parent in pairs if not texts[parent].unseen}


def _alone(text: Told) -> float:
    """Log likelihood of a text as a report of its own, less that of how its facts are put: the main facts come first.

    Whom it names it names for no reason.
    """
    after = [place for place, fact in enumerate(text.facts) if fact >= MAIN]
    main = [place for place, fact in enumerate(text.facts) if fact < MAIN]
    strange = len(main) < LEAST_MAIN or len(text.facts) < LEAST_FACTS or bool(after and main and after[0] < main[-1])
    return math.log(OWN) - STRANGE * strange + len(text.named) * math.log(DECOY / len(lexicon.OUTLETS))


def _picked(parent: Draft, texts: Sequence[Draft]) -> float:
    """The probability that a copy is made from this text: wires are taken every other time."""
    wires = sum(text.unseen for text in texts)
    if not wires:
        return 1 / len(texts)
    return 0.5 / len(texts) + (0.5 / wires if parent.unseen else 0.0)


class _Middle(random.Random):
    """Chance that always falls in the middle: the mean of what outlets do."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def _copied(event: Event, child: Told, parent: Told, mean: Habits, level: Level) -> float:
    """Log likelihood of a text as a copy of another, less that of writing the facts that both have anew."""
    mine, theirs = child.facts, parent.facts
    common = [fact for fact in mine if fact in theirs]
    if child.draft.outlet == parent.draft.outlet:
        score = math.log(UPDATE) + sum(_kept(event, mine[f], theirs[f], "", mean, first=False) for f in common)
        gone = len(theirs.keys() - mine.keys())
        return score + (math.log(0.2) if gone else math.log(0.8)) - STRANGE * (not mine.keys() - theirs.keys())
    style, lead = child.draft.style, next(iter(mine), None)
    score = sum(_kept(event, mine[f], theirs[f], style, mean, first=f == lead) for f in common)
    kept = [place for place, fact in enumerate(theirs) if fact in mine]
    tail, inner = len(theirs) - 1 - kept[-1], kept[-1] + 1 - len(kept)
    score += math.log(mean.trims / len(theirs)) if tail else math.log(1 - mean.trims)
    score += math.log(mean.drops / 4) if inner else math.log(1 - mean.drops)
    extra = [mine[fact] for fact in mine if fact not in theirs]
    score += math.log(mean.adds / MOST_ADDED) if extra else math.log(1 - mean.adds)
    score -= _inserted(child.draft, theirs) * math.log(len(child.draft.text))
    score += math.log(MERGED[level]) if len(extra) > MOST_ADDED else 0.0
    score -= STRANGE * sum(not _in_style(event, sentence, style) for sentence in extra)
    return score + math.log(1 - OWN - UPDATE) + _credited(child, parent, mean)


def _inserted(child: Draft, theirs: Mapping[int, Sentence]) -> int:
    """Paragraphs of facts that the other text does not have: each may stand anywhere but in front."""
    facts = [[s.fact for s in paragraph if s.fact is not None] for paragraph in child.text]
    return sum(bool(own) and not any(fact in theirs for fact in own) for own in facts)


def _kept(event: Event, mine: Sentence, theirs: Sentence, style: str, mean: Habits, *, first: bool) -> float:
    """Log likelihood of a fact's sentence given the one that it was taken from, less that of writing it anew."""
    assert mine.fact is not None
    slots = event.facts[mine.fact]
    authorities, patterns = len(event.authorities), len(event.patterns)
    anew = -math.log(patterns * authorities) - sum(math.log(len(slot)) for slot in slots)
    score = 0.0
    for slot, here, there in zip(slots, mine.put[1:5], theirs.put[1:5], strict=True):
        score += math.log(1 - mean.share) if here == there else math.log(mean.share / max(1, len(slot) - 1))
    redrawn = mean.share / 2 / patterns / authorities
    same = (mine.put[0], mine.put[5]) == (theirs.put[0], theirs.put[5])
    score += math.log(1 - mean.share / 2 + redrawn) if same else math.log(redrawn)
    if first:
        score = math.log((1 - mean.leads) * math.exp(score) + mean.leads * math.exp(anew))
    wanted = theirs if mine.put == theirs.put else event.worded(mine.fact, mine.put)
    if style:
        wanted = copying.styled(event, wanted, style)
    return score - anew - STRANGE * (not _alike(mine, wanted))


def _in_style(event: Event, sentence: Sentence, style: str) -> bool:
    """Whether a fact is put in words that its outlet itself might have written."""
    assert sentence.fact is not None
    plain = event.worded(sentence.fact, sentence.put)
    return _alike(sentence, plain) or bool(style and _alike(sentence, copying.styled(event, plain, style)))


def _alike(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences have the same words, but for numbers, which are corrected, and a credit at the end."""
    mine, theirs = ([w.text.strip(".,") for w in s.words if not w.text.strip(".,").isdecimal()] for s in (one, other))
    shorter = min(len(mine), len(theirs))
    return mine[:shorter] == theirs[:shorter] and abs(len(mine) - len(theirs)) <= 6


def _named(text: Draft) -> frozenset[str]:
    """Whom a text names, itself left out; an unseen text names nobody."""
    if text.unseen:
        return frozenset()
    words = " ".join(word.text for paragraph in text.text for s in paragraph if s.kind != "quote" for word in s.words)
    return frozenset(name for name in (*lexicon.OUTLETS, *lexicon.WIRES) if name in words) - {text.outlet}


def _credited(child: Told, parent: Told, mean: Habits) -> float:
    """The parent is named or not; others come along with its text, or are named for no reason."""
    name = parent.draft.outlet
    score = math.log(mean.credits if name in child.named else 1 - mean.credits) if name else 0.0
    return score + len(child.named - parent.named - {name}) * math.log(DECOY / len(lexicon.OUTLETS))


def _second(event: Event, child: int, chosen: Mapping[int, int], told: Sequence[Told], mean: Habits) -> int | None:
    """The text that has most of the facts that the parent has not, more likely taken than written anew; none that goes
    back to the child."""
    parent = told[chosen[child]].facts
    left = {fact: sentence for fact, sentence in told[child].facts.items() if fact not in parent}
    best: tuple[float, int] | None = None
    for other, theirs in enumerate(told):
        above: int | None = other
        while above is not None and above != child:
            above = chosen.get(above)
        if above == child or other == chosen[child]:
            continue
        gains = {f: _kept(event, left[f], theirs.facts[f], "", mean, first=False) for f in left if f in theirs.facts}
        taken = {fact: gain for fact, gain in gains.items() if gain > 0}
        total = sum(taken.values())
        if sum(len(left[fact].words) for fact in taken) >= LEAST_TAKEN and (best is None or total > best[0]):
            best = (total, other)
    return best[1] if best else None


def _taken(child: Draft, parent: Draft) -> int:
    """Words outside quotations that are the parent's, as the truth counts them."""
    theirs = {w.number for paragraph in parent.text for s in paragraph for w in s.words}
    return sum(w.number in theirs for paragraph in child.text for s in paragraph if s.kind != "quote" for w in s.words)
