"""The features of all ordered pairs of a story at once, a column each: see `lineage.descent.features.FEATURES`.

What one article has of another is measured once for each side of a link; a pair's features are those of its child's
side, of its parent's, or the difference.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from lineage.descent import told
from lineage.descent.sides import Column, Numbers
from lineage.descent.witness import Mask, Witness, below, first, last
from lineage.model import Passage

if TYPE_CHECKING:
    from lineage.descent.features import Story

CLOSE = 250  # characters between passages of one block: a sentence or two
LINES = frozenset(("credit-line", "inputs", "syndication", "dateline", "excerpt"))  # that say where a text is from

Columns = dict[str, Column]
Stretch = tuple[int, int, int, int, int]  # of a passage: from, to on one side, from, to on the other, words


def columns(story: Story, pairs: Numbers) -> Columns:
    """The features of some ordered pairs, by name, float64[n] each; `pairs` are numbers of `Story.pairs`."""
    parent, child = pairs, pairs ^ 1  # their sides
    own = _floats(story.own)
    mine, theirs = own[story.sides.article[child]], own[story.sides.article[parent]]
    return {
        **_text(story, parent, child),
        **_credits(story, parent, child),
        **_wires(story, parent, child),
        **_tails(story, parent, child),
        **_rivals(story, parent, child),
        **_readings(story, parent, child),
        "own.child": mine, "own.parent": theirs, "own.lean": mine - theirs,
        **told.columns(story.sentences, parent, child),
    }  # fmt: skip


def _floats(values: Iterable[float]) -> Column:
    return np.array(list(values), float)


def _each(story: Story, measure: Callable[[Witness], float]) -> Column:
    """A value for each side's article."""
    return _floats(map(measure, story.witnesses))[story.sides.article]


def _text(story: Story, parent: Numbers, child: Numbers) -> Columns:
    sides, links = story.sides, list(story.links.values())
    narration = np.maximum(1.0, _each(story, lambda witness: witness.narration))
    in_child, in_parent = sides.held[child] / narration[child], sides.held[parent] / narration[parent]
    link = parent // 2
    totals = [sum(p.words for p in found.passages) for found in links]
    identity = [sum(p.words * p.identity for p in found.passages) for found in links]
    quoted = [sum(p.words * p.quoted for p in found.passages) for found in links]
    whole = np.maximum(1, _floats(totals))
    blocks = np.array([_blocks(found.passages, of) for found, of in zip(links, totals, strict=True)]).reshape(-1, 2)
    return {
        "text.narrated": _floats(math.log1p(found.narrated) for found in links)[link],
        "text.in_child": in_child,
        "text.in_parent": in_parent,
        "text.contained": in_child - in_parent,
        "text.longest": _floats(max((p.words for p in found.passages), default=0) for found in links)[link],
        "text.passages": _floats(len(found.passages) for found in links)[link],
        "text.identity": (_floats(identity) / whole)[link],
        "text.quoted": (_floats(quoted) / whole)[link],
        "text.block": blocks[parent, 0],
        "text.order": blocks[parent, 1],
    }


def _blocks(passages: Sequence[Passage], words: int) -> list[tuple[float, float]]:
    """For either side of a link the share of the shared words in the largest run of passages that follow one another
    closely on both, and the share of passages that come in one order: independent reports share phrases here and there,
    copies paragraphs.
    """
    if len(passages) < 2:
        return [(sum(p.words for p in passages) / max(1, words), 1.0)] * 2
    stretches = [(*p.a, *p.b, p.words) for p in passages]
    turned = [(*p.b, *p.a, p.words) for p in passages]
    return [_block(sorted(stretches, key=_place), words), _block(sorted(turned, key=_place), words)]


def _place(stretch: Stretch) -> tuple[int, ...]:
    return stretch[:4]


def _block(ordered: Sequence[Stretch], words: int) -> tuple[float, float]:
    best = run = ordered[0][4]
    follows = 0
    for (_, end, _, other_end, _), (start, _, other_start, _, more) in pairwise(ordered):
        gap = other_start - other_end
        follows += gap >= -CLOSE
        run = run + more if -CLOSE <= gap <= CLOSE and start - end <= CLOSE else more
        best = max(best, run)
    return best / max(1, words), follows / (len(ordered) - 1)


def _credits(story: Story, parent: Numbers, child: Numbers) -> Columns:
    witnesses, others = story.witnesses, story.others
    said: list[tuple[int, int]] = []
    more: list[frozenset[str | None]] = []
    for number, other in zip(story.sides.article.tolist(), story.sides.other.tolist(), strict=True):
        outlet = witnesses[other].outlet
        given = [c for c in witnesses[number].credits if c.outlet is not None and c.outlet == outlet]
        said.append((len(given), sum(c.kind in LINES for c in given)))
        more.append(others[number] - {outlet} if others[number] else others[number])
    names, lines = np.array(said, float).reshape(-1, 2).T
    cited = _floats(sum(len(phrases) for _, phrases in own.values()) for own in story.cited.values())
    count = _floats(map(len, more))
    both = _floats(len(more[side] & more[side ^ 1]) if more[side] else 0 for side in range(0, len(more), 2))
    return {
        "credit.child_parent": np.minimum(3, names[child]),
        "credit.child_parent_line": lines[child],
        "credit.parent_child": np.minimum(3, names[parent]),
        "credit.parent_child_line": lines[parent],
        "credit.elsewhere": np.where(names[child] > 0, 0.0, cited[parent]),
        "credit.child_others": count[child],
        "credit.parent_others": count[parent],
        "credit.both_others": both[parent // 2],
    }


def _wires(story: Story, parent: Numbers, child: Numbers) -> Columns:
    absent, declares = story.absent, story.declares
    article = story.sides.article
    of_child, of_parent = article[child], article[parent]
    links = story.links
    named, declared = _floats(map(len, absent)), _floats(map(len, declares))
    near = _floats(story.declaring)
    return {
        "wire.child": named[of_child],
        "wire.parent": named[of_parent],
        "wire.both": _floats(len(absent[one] & absent[other]) for one, other in links)[parent // 2],
        "wire.child_declares": declared[of_child],
        "wire.parent_declares": declared[of_parent],
        "wire.both_declare": _floats(len(declares[one] & declares[other]) for one, other in links)[parent // 2],
        "wire.near_child": near[of_child] - (declared[of_parent] > 0),
        "wire.near_parent": near[of_parent] - (declared[of_child] > 0),
    }


def _tails(story: Story, parent: Numbers, child: Numbers) -> Columns:
    found: list[tuple[float, float, float]] = []
    for number, mask in zip(story.sides.article.tolist(), story.sides.masks, strict=True):
        witness = story.witnesses[number]
        after = witness.count(witness.body & ~below(last(mask) + 1))
        found.append((after, _inside(witness, mask), float(first(mask)) if mask else 0.0))
    rest, inside, lead = np.array(found, float).reshape(-1, 3).T
    lengths = [witness.words for witness in story.witnesses]
    size = _floats(lengths)[story.sides.article]
    pairs = (pair for pair, _ in story.pairs)
    ratios = _floats(math.log((lengths[other] + 1) / (lengths[one] + 1)) for one, other in pairs)
    return {
        "tail.longer": rest[parent] - rest[child],
        "tail.parent": rest[parent],
        "tail.child": rest[child],
        "tail.inserted": inside[child] - inside[parent],
        "tail.lead_child": lead[child],
        "tail.lead_parent": lead[parent],
        "size.ratio": ratios[parent],
        "size.parent": size[parent],
    }


def _inside(witness: Witness, shared: Mask) -> float:
    """Words of the body between the first and the last shared one that are not shared."""
    if not shared:
        return 0.0
    within = below(last(shared)) & ~below(first(shared))
    return round(witness.count(witness.body & ~shared & within), 6)


def _rivals(story: Story, parent: Numbers, child: Numbers) -> Columns:
    sides = story.sides
    held, article = sides.held, sides.article
    near = np.bincount(article, minlength=len(story.witnesses))
    narration = np.maximum(1.0, _each(story, lambda witness: witness.narration))
    share = (held - sides.other_most(held, 0.0)) / narration
    order = np.lexsort((-held, article))
    begins = np.concatenate([[0], np.cumsum(near)[:-1]])[article[order]]
    fresh = np.ones(len(order), bool)  # the first of those that hold as many words
    fresh[1:] = (np.diff(article[order]) != 0) | (np.diff(held[order]) != 0)
    rank = np.empty(len(order))
    rank[order] = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0)) - begins
    return {
        "rivals.child": share[child],
        "rivals.parent": share[parent],
        "rivals.rank_child": rank[child],
        "rivals.rank_parent": rank[parent],
        "rivals.near_child": near[article[child]].astype(float),
        "rivals.near_parent": near[article[parent]].astype(float),
    }


def _readings(story: Story, parent: Numbers, child: Numbers) -> Columns:
    """What third articles have of the one and the other does not: a reading that others share is older, unless they
    credit the one for it.
    """
    sides, thirds = story.sides, story.sides.thirds
    pairs = zip(sides.other.tolist(), sides.article.tolist(), strict=True)
    older = np.array([story.bears_out(third, number) for third, number in pairs], bool)
    in_child = thirds.child_apart * older[thirds.child_third]
    in_parent = thirds.parent_apart * older[thirds.parent_third]
    most, their_most = thirds.most(in_child, 0.0)[parent], thirds.most(in_parent, 0.0)[parent]
    mine, theirs = thirds.sum(in_child)[parent], thirds.sum(in_parent)[parent]
    trio = np.minimum(np.minimum(in_child, in_parent), thirds.lacked)
    borne, twice, lone = _otherwise(story)
    return {
        "readings.thirds": thirds.count[parent],
        "readings.child_most": most,
        "readings.parent_most": their_most,
        "readings.child_all": mine,
        "readings.parent_all": theirs,
        "readings.balance": theirs - mine,
        "readings.lacking": thirds.least(thirds.lacked, -1.0)[parent],
        "readings.trio": thirds.most(trio, 0.0)[parent],
        "readings.borne_child": borne[child],
        "readings.borne_parent": borne[parent],
        "readings.lone_child": lone[child],
        "readings.lone_parent": lone[parent],
        "readings.twice_child": twice[child],
        "readings.twice_parent": twice[parent],
        "readings.lean": borne[parent] - borne[child],
        "readings.lean_share": _lean(borne[parent], borne[child], 2.0),
        "readings.kept_share": _lean(their_most, most, 10.0),
    }


def _otherwise(story: Story) -> Column:
    """Of the words inside the passages that an article shares with another, but put otherwise there: how many some
    third has as the article does, how many two have, and how many none has. float64[3, sides]
    """
    found: list[tuple[float, ...]] = []
    for (one, other), link in story.links.items():
        spans = [p.a for p in link.passages], [p.b for p in link.passages]
        for number, own, mask in zip((one, other), spans, (link.in_one, link.in_other), strict=True):
            witness, (once, twice) = story.witnesses[number], story.borne[number]
            words = witness.mask(own) & ~mask & witness.narrated
            counted = (story.count(number, words & kept) for kept in (once, twice, ~once))
            found.append(tuple(counted))
    return np.array(found, float).reshape(-1, 3).T


def _lean(one: Column, other: Column, doubt: float) -> Column:
    """From -1 to 1: which of two counts is the greater; near 0 if both are small beside `doubt`."""
    return (one - other) / (one + other + doubt)
