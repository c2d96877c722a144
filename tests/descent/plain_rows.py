"""The features of a pair, a number at a time: the plain formulas behind the columns."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from lineage.descent.columns import CLOSE, LINES
from lineage.descent.evidence import Link, after_last, lag
from lineage.descent.family import LOW, Family
from lineage.descent.features import Story
from lineage.descent.told import NEARER
from lineage.descent.unseen import cited
from lineage.descent.witness import Mask, Witness, below, first, last
from lineage.model import Passage


class PlainStory:
    """The first round's rows of a story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.spans: dict[tuple[int, int], Mask] = {}
        for (one, other), found in story.links.items():
            self.spans[one, other] = story.witnesses[one].mask(passage.a for passage in found.passages)
            self.spans[other, one] = story.witnesses[other].mask(passage.b for passage in found.passages)

    def row(self, parent: int, child: int, found: Link) -> list[float]:
        """The features of a pair, in the order of `FEATURES`; `found.one` is the parent."""
        return [
            *self._text(parent, child, found),
            *self._credits(parent, child, found),
            *self._wires(parent, child),
            *self._tails(parent, child, found),
            *self._rivals(parent, child),
            *self._readings(parent, child),
            self.story.own[child],
            self.story.own[parent],
            self.story.own[child] - self.story.own[parent],
            *self._told(parent, child),
        ]

    def _told(self, parent: int, child: int) -> list[float]:
        """What the pair's sentences tell alike, in the order of `FEATURES`."""
        sides = [self._side(child, parent), self._side(parent, child)]
        values = [value for name in sides[0] for value in (sides[0][name], sides[1][name])]
        links = list(self.story.links)
        turned = (parent, child) not in self.story.links
        link = links.index((child, parent) if turned else (parent, child))
        told = self.story.told
        others = [o for number, _, o in zip(told.link, told.one, told.other, strict=True) if number == link]
        order = sum(after > before for before, after in pairwise(others)) / max(1, len(others) - 1)
        return [*values, order if len(others) > 1 else 1.0]

    def _side(self, number: int, other: int) -> dict[str, float]:
        """What a side of a pair has of the other's sentences; shares of the article's narration."""
        words = self._sentences(number)
        alike = {near: self._alike(number, near) for near in self.story.near[number]}
        whole = max(1.0, self.story.witnesses[number].narration)
        best = {s: max((alike[near].get(s, 0.0) for near in alike if near != other), default=0.0) for s in words}
        mine = alike[other]

        def shares(near: int) -> tuple[float, float]:
            rest = {s: max((alike[n].get(s, 0.0) for n in alike if n != near), default=0.0) for s in words}
            held = sum(words[s] for s in alike[near])
            return held, sum(words[s] for s, value in alike[near].items() if value > rest[s] + NEARER)

        others = [shares(near) for near in alike if near != other]
        held, nearest = shares(other)
        found = {
            "in": held,
            "own": whole - sum(words[s] for s in words if max(best[s], mine.get(s, 0.0)) > 0),
            "over": held - max((h for h, _ in others), default=0.0),
            "alike": sum(words[s] * value for s, value in mine.items()),
            "nearest": nearest,
            "farther": sum(words[s] for s in words if best[s] > mine.get(s, 0.0) + NEARER),
            "lead": sum(words[s] * (value - best[s]) for s, value in mine.items()),
            "first": nearest - max((n for _, n in others), default=0.0),
        }
        return {name: value / whole for name, value in found.items()}

    def _sentences(self, number: int) -> dict[int, float]:
        """The words of narration in each sentence of an article."""
        witness = self.story.witnesses[number]
        edges = self.story.told.begins[number].tolist()
        inside = (sum(1 << word for word in range(*ends)) & witness.narrated for ends in pairwise(edges))
        return dict(enumerate(map(witness.count, inside)))

    def _alike(self, number: int, other: int) -> dict[int, float]:
        """The sentences of an article that another tells, too, with how alike they are."""
        told, links = self.story.told, list(self.story.links)
        rows = zip(told.link.tolist(), told.one.tolist(), told.other.tolist(), told.alike.tolist(), strict=True)
        ends = ((links[link], one, two, value) for link, one, two, value in rows)
        return {
            one if pair == (number, other) else two: value
            for pair, one, two, value in ends
            if pair in ((number, other), (other, number))
        }

    def _text(self, parent: int, child: int, found: Link) -> list[float]:
        one, other = self.story.witnesses[parent], self.story.witnesses[child]
        in_child = self.story.count(child, found.in_other) / max(1.0, other.narration)
        in_parent = self.story.count(parent, found.in_one) / max(1.0, one.narration)
        words = sum(p.words for p in found.passages)
        return [
            math.log1p(found.narrated),
            in_child,
            in_parent,
            in_child - in_parent,
            max((p.words for p in found.passages), default=0),
            len(found.passages),
            sum(p.words * p.identity for p in found.passages) / max(1, words),
            sum(p.words * p.quoted for p in found.passages) / max(1, words),
            *_blocks(found.passages, words),
        ]

    def _credits(self, parent: int, child: int, found: Link) -> list[float]:
        one, other = self.story.witnesses[parent], self.story.witnesses[child]
        given = [c for c in other.credits if c.outlet is not None and c.outlet == one.outlet]
        taken = [c for c in one.credits if c.outlet is not None and c.outlet == other.outlet]
        theirs, mine = self.story.others[child] - {one.outlet}, self.story.others[parent] - {other.outlet}
        return [
            min(3, len(given)),
            sum(c.kind in LINES for c in given),
            min(3, len(taken)),
            sum(c.kind in LINES for c in taken),
            0 if given else sum(len(phrases) for _, phrases in cited(other, self.story.present[child], found).values()),
            len(theirs),
            len(mine),
            len(theirs & mine),
        ]

    def _wires(self, parent: int, child: int) -> list[float]:
        return [
            len(self.story.absent[child]),
            len(self.story.absent[parent]),
            len(self.story.absent[child] & self.story.absent[parent]),
            len(self.story.declares[child]),
            len(self.story.declares[parent]),
            len(self.story.declares[child] & self.story.declares[parent]),
            self.story.declaring[child] - bool(self.story.declares[parent]),
            self.story.declaring[parent] - bool(self.story.declares[child]),
        ]

    def _tails(self, parent: int, child: int, found: Link) -> list[float]:
        one, other = self.story.witnesses[parent], self.story.witnesses[child]
        rest, mine = after_last(one, found.in_one)[0], after_last(other, found.in_other)[0]
        inserted = _inside(other, found.in_other) - _inside(one, found.in_one)
        leads = (_first(found.in_other), _first(found.in_one))
        return [rest - mine, rest, mine, inserted, *leads, math.log((other.words + 1) / (one.words + 1)), one.words]

    def _rivals(self, parent: int, child: int) -> list[float]:
        values: list[float] = []
        ranks: list[float] = []
        for mine, other in ((child, parent), (parent, child)):
            own, best = self.story.held[mine][other], self.story.rival(mine, other)
            most = 0.0 if best is None else self.story.held[mine][best]
            values.append((own - most) / max(1.0, self.story.witnesses[mine].narration))
            ranks.append(bisect_left(self.story.ranked[mine], (-own,)))
        return [*values, *ranks, len(self.story.near[child]), len(self.story.near[parent])]

    def apart(self, number: int, third: int, other: int) -> float:
        """Words of an article that a third has and another lacks."""
        return self.story.count(number, self.story.masks[number, third] & ~self.story.masks[number, other])

    def _otherwise(self, number: int, other: int) -> tuple[float, float, float]:
        """Of the words inside the passages that an article shares with another, but put otherwise there: how many some
        third has as the article does, how many two have, and how many none has.
        """
        witness, (once, twice) = self.story.witnesses[number], self.story.borne[number]
        words = self.spans[number, other] & ~self.story.masks[number, other] & witness.narrated
        borne, borne_twice, alone = (self.story.count(number, words & kept) for kept in (once, twice, ~once))
        return borne, borne_twice, alone

    def _readings(self, parent: int, child: int) -> list[float]:
        """What third articles have of the one and the other does not: a reading that others share is older."""
        thirds = self.story.thirds(parent, child)
        bears_out = self.story.bears_out
        mine = [self.apart(child, third, parent) if bears_out(third, child) else 0.0 for third in thirds]
        theirs = [self.apart(parent, third, child) if bears_out(third, parent) else 0.0 for third in thirds]
        lacked = [self.apart(child, parent, third) for third in thirds]
        trio = max((min(triple) for triple in zip(mine, theirs, lacked, strict=True)), default=0.0)
        mine_all, theirs_all = round(math.fsum(mine), 6), round(math.fsum(theirs), 6)
        most, their_most = max(mine, default=0.0), max(theirs, default=0.0)
        own, back = self._otherwise(child, parent), self._otherwise(parent, child)
        return [
            len(thirds), most, their_most, mine_all, theirs_all, theirs_all - mine_all, min(lacked, default=-1.0), trio,
            own[0], back[0], own[2], back[2], own[1], back[1], back[0] - own[0],
            _lean(back[0], own[0], 2.0), _lean(their_most, most, 10.0),
        ]  # fmt: skip


class PlainFamily:
    """The second round's rows of a story."""

    def __init__(self, family: Family) -> None:
        self.family, self.plain = family, PlainStory(family.story)
        numbers = range(len(family.story.witnesses))
        self.above: list[list[tuple[float, int]]] = [[] for _ in numbers]
        self.brood = [0.0 for _ in numbers]
        self.kinsfolk: list[list[tuple[float, int]]] = [[] for _ in numbers]
        for (parent, child), odds in family.first.items():
            self.above[child].append((odds, parent))
            self.brood[parent] += _chance(odds)
        for (one, other), odds in family.kin.items():
            self.kinsfolk[one].append((odds, other))
        for some in (*self.above, *self.kinsfolk):
            some.sort(key=lambda entry: -entry[0])

    def row(self, parent: int, child: int, features: Sequence[float]) -> list[float]:
        """The second round's features of a pair of which `features` are the first round's, in the order of `SECOND`."""
        family, first, kin = self.family, self.family.first, self.family.kin
        between = beside = circle = unseen = LOW
        older_child = older_parent = 0.0
        for third in family.story.thirds(parent, child):
            below_child, below_parent = first.get((child, third), LOW), first.get((parent, third), LOW)
            over_child, over_parent = first.get((third, child), LOW), first.get((third, parent), LOW)
            between = max(between, min(below_parent, over_child))
            beside = max(beside, min(over_parent, over_child))
            circle = max(circle, min(below_child, over_parent))
            unseen = max(unseen, min(kin.get((third, child), LOW), kin.get((third, parent), LOW)))
            older_child = max(older_child, self.plain.apart(child, third, parent) * (1 - _chance(below_child)))
            older_parent = max(older_parent, self.plain.apart(parent, third, child) * (1 - _chance(below_parent)))
        claim, reverse, rival = first[parent, child], first.get((child, parent), LOW), _most(self.above[child], parent)
        both = kin.get((parent, child), LOW)
        shared = [min(s[child], s[parent]) for s in family.sources if child in s and parent in s]
        told = [
            claim, reverse, both, rival, _most(self.above[parent], child), between, beside, circle, unseen,
            _most(self.kinsfolk[child], parent), _most(self.kinsfolk[parent], child),
            self.brood[child] - _chance(first.get((child, parent), LOW)),
            self.brood[parent] - _chance(first[parent, child]),
            family.share[parent, child], family.share.get((child, parent), LOW),
            family.alone[child], family.alone[parent],
            family.behind[child], family.behind[parent], max(shared, default=LOW),
            claim - reverse, claim - rival, claim - family.behind[child], claim - both, older_child, older_parent,
        ]  # fmt: skip
        return [*features, *(round(value, 4) for value in told), *self._clocks(parent, child)]

    def _clocks(self, parent: int, child: int) -> list[float]:
        family, story = self.family, self.family.story
        known = lag(story.witnesses[parent], story.witnesses[child], story.now)
        if known is None:
            return [math.nan, math.nan, family.trust[child], 0.0]
        minutes, exact = known[0].total_seconds() / 60, known[1]
        sign = (minutes > 0) - (minutes < 0)
        return [
            math.copysign(math.log1p(abs(minutes)), minutes),
            float(exact),
            family.trust[child],
            sign * family.trust[child],
        ]


def _blocks(passages: Sequence[Passage], words: int) -> tuple[float, float]:
    """The share of the shared words in the largest run of passages that follow one another closely on both sides, and
    the share of passages that come in one order: independent reports share phrases here and there, copies paragraphs.
    """
    ordered = sorted(passages, key=lambda p: (p.a, p.b))
    best = run = ordered[0].words if ordered else 0
    follows = 0
    for before, after in pairwise(ordered):
        gap = after.b.start - before.b.end
        follows += gap >= -CLOSE
        run = run + after.words if -CLOSE <= gap <= CLOSE and after.a.start - before.a.end <= CLOSE else after.words
        best = max(best, run)
    return best / max(1, words), follows / max(1, len(ordered) - 1) if len(ordered) > 1 else 1.0


def _lean(one: float, other: float, doubt: float) -> float:
    """From -1 to 1: which of two counts is the greater; near 0 if both are small beside `doubt`."""
    return float(one - other) / (one + other + doubt)


def _inside(witness: Witness, shared: Mask) -> float:
    """Words of the body between the first and the last shared one that are not shared."""
    if not shared:
        return 0.0
    within = below(last(shared)) & ~below(first(shared))
    return round(witness.count(witness.body & ~shared & within), 6)


def _first(shared: Mask) -> float:
    """How many words stand before the first shared one."""
    return float(first(shared)) if shared else 0.0


def _most(ranked: Sequence[tuple[float, int]], but: int) -> float:
    """The greatest log odds of those of another article than `but`."""
    return next((odds for odds, number in ranked if number != but), LOW)


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
