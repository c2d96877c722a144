"""Passages: chains as values with character offsets, one for each borrowed stretch.

Where two chains of a pair claim the same words (an article that repeats itself), the longer chain keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.dataclass import dataclass
from lineage.kernel import chains as compiled
from lineage.kernel import objects
from lineage.model import Grade, Overlap, Passage, Span
from lineage.overlap.aside import Aside
from lineage.overlap.candidates import begins, changes, distinct
from lineage.overlap.chains import Runs, Stock, words
from lineage.overlap.formulas import BRIEF, NAMES, Formulas

EXACT = 0.995  # identity from which a passage is called exact: one changed word in 200
_NAMES = tuple(tuple(field.name for field in fields(kind)) for kind in (Overlap, Passage))
KINDS = (Overlap, Passage, Span, *_NAMES, "exact", "edited")  # what `kernel.objects` makes overlaps of

# Asked of pairs before their values are made: of the articles' numbers and the words of narration that they share
Wanted = Callable[[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Sides:
    """Where chains stand in both articles: articles int64[k] by number, and characters int32[k] of each."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    a: tuple[NDArray[np.int32], NDArray[np.int32]]
    b: tuple[NDArray[np.int32], NDArray[np.int32]]

    @classmethod
    def of(cls, runs: Runs, stock: Stock, opens: NDArray[np.int64], closes: NDArray[np.int64]) -> Sides:
        """Those of the chains from run `opens[k]` to run `closes[k]`."""
        a, b = (
            (stock.starts[first[opens]], stock.ends[(first + runs.length)[closes] - 1]) for first in (runs.a, runs.b)
        )
        return cls(runs.left[opens], runs.right[opens], a, b)

    def aside(self, aside: Aside) -> NDArray[np.bool_]:
        """Which chains stand mostly in furniture, on either side."""
        return aside.cover(self.left, *self.a) | aside.cover(self.right, *self.b)

    def take(self, at: NDArray[np.bool_]) -> Sides:
        """Some of the chains."""
        a, b = ((starts[at], ends[at]) for starts, ends in (self.a, self.b))
        return Sides(self.left[at], self.right[at], a, b)


def phrases(
    runs: Runs,
    stock: Stock,
    guaranteed: int,
    formulas: Formulas | None = None,
    least_words: int = 0,
    texts: Sequence[str] = (),
) -> tuple[Sides, Runs]:
    """The chains of the pairs that share fewer than `guaranteed` words, and the runs of the other pairs.

    With `formulas`, a pair that shares little, fewer than `least_words` words of it no formula, is set aside, too; if
    the articles' `texts` are given, so is one that shares but a phrase of names.
    """
    opens, closes = _chains(runs)
    begin = _begins_of_pairs(runs, opens)
    sizes = np.diff(np.append(begin, len(opens)))
    together = np.add.reduceat(_counted(runs, stock, opens), begin) if len(opens) else opens
    short = together < guaranteed
    brief = ~short & (together < BRIEF)
    if brief.any() and (formulas is not None or texts):
        chains = np.repeat(brief, sizes)
        some = runs.take(np.repeat(chains, closes + 1 - opens))
        short[brief] = _formulaic(some, stock, formulas, least_words, texts)
    aside = np.repeat(short, sizes)
    found = Sides.of(runs, stock, opens[aside], closes[aside])
    return found, runs.take(~np.repeat(aside, closes + 1 - opens)) if aside.any() else runs


def _formulaic(
    runs: Runs, stock: Stock, formulas: Formulas | None, least_words: int, texts: Sequence[str]
) -> NDArray[np.bool_]:
    """Of which pairs fewer than `least_words` words are no formula in one of the articles, or which share but a phrase
    of names. What stands mostly in quotations is the speaker's, however many quote it.
    """
    opens, closes = _chains(runs)
    begin = _begins_of_pairs(runs, opens)
    few = np.zeros(len(begin), bool)
    if formulas is not None:
        for articles, at in ((runs.left[opens], runs.a), (runs.right[opens], runs.b)):
            base = stock.base[articles]
            words = formulas.own(articles, at[opens] - base, (at + runs.length)[closes] - base)
            few |= np.add.reduceat(words, begin) < least_words
    if texts:
        few |= _named(runs, stock, texts)
    if few.any():
        chains = np.repeat(few, np.diff(np.append(begin, len(opens))))
        some = runs.take(np.repeat(chains, closes + 1 - opens))
        pairs = _begins_of_pairs(some, np.arange(len(some)))
        quoted, equal = (np.add.reduceat(each, pairs) for each in (_quoted(some, stock), some.length))
        few[few] = 2 * quoted <= equal
    return few


def _named(runs: Runs, stock: Stock, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which pairs share one passage only, of whose words `NAMES` have a capital in both articles."""
    opens = np.cumsum(runs.length) - runs.length
    pairs = _begins_of_pairs(runs, np.arange(len(runs)))
    named: NDArray[np.bool_] = runs.chain[pairs] == runs.chain[np.append(pairs[1:], len(runs)) - 1]
    least = NAMES * np.add.reduceat(runs.length, pairs)
    for articles, at in ((runs.left, runs.a), (runs.right, runs.b)):
        words = np.arange(int(runs.length.sum())) + np.repeat(at - opens, runs.length)
        places = zip(np.repeat(articles, runs.length).tolist(), stock.starts[words].tolist(), strict=True)
        capital = np.array([texts[article][start].isupper() for article, start in places], np.int64)
        named &= np.add.reduceat(capital, opens[pairs]) >= least
    return named


def overlaps(
    runs: Runs, stock: Stock, ids: Sequence[str], aside: Aside | None = None, wanted: Wanted | None = None
) -> Iterator[Overlap]:
    """An `Overlap` for every pair among the runs, or those `wanted`; `ids` are the articles' ids in the stock's
    numbering.

    Passages that stand mostly `aside` are left out, and pairs of which nothing is left.
    """
    return valued(columns(runs, stock, aside, wanted), ids) if len(runs) else iter(())


Columns = tuple[NDArray[Any], ...]  # as `kernel.objects.overlaps` wants them


def valued(columns: Columns, ids: Sequence[str]) -> Iterator[Overlap]:
    """An `Overlap` for every pair in the columns; `ids` are the articles' by number."""
    return objects.overlaps((*KINDS, list(ids)), columns) or made(columns, ids)


def columns(
    runs: Runs, stock: Stock, aside: Aside | None = None, wanted: Wanted | None = None, least: int = 0
) -> Columns:
    """What the overlaps among the runs are made of; without pairs of which fewer than `least` words are left."""
    opens, closes = _chains(runs)
    begin = _begins_of_pairs(runs, opens)
    left, right = runs.left[opens][begin], runs.right[opens][begin]
    equal = np.add.reduceat(runs.length, opens)
    counted, quoted = _counted(runs, stock, opens), np.add.reduceat(_quoted(runs, stock), opens) / equal
    kept = np.ones(len(opens), bool) if aside is None else ~Sides.of(runs, stock, opens, closes).aside(aside)
    number = np.add.reduceat(kept.astype(np.int64), begin)
    every, total = (np.add.reduceat(some, begin) for some in (counted, np.where(kept, counted, 0)))
    inside = np.rint(np.add.reduceat(np.where(kept, counted * quoted, 0.0), begin)).astype(np.int64)
    some = (number > 0) & (total >= least)
    if wanted is not None:
        some[some] = wanted(left[some], right[some], (total - inside)[some])
    kept &= np.repeat(some, np.diff(np.append(begin, len(opens))))
    if not kept.all():
        runs = runs.take(np.repeat(kept, closes + 1 - opens))
    shared = np.add.reduceat(equal, begin)
    shares = [np.minimum(1.0, shared / stock.sizes[own]) * (total / np.maximum(every, 1)) for own in (left, right)]
    passages = _passages(runs, counted[kept], quoted[kept])
    first = np.cumsum(number[some]) - number[some]
    pairs = left[some], right[some], (total - inside)[some], inside[some], *(share[some] for share in shares)
    return *_places(runs, stock), *passages, np.append(first, len(passages[1])), *pairs


def _places(runs: Runs, stock: Stock) -> Columns:
    """The first and past-the-last character of each run in a and in b."""
    ends = runs.length - 1
    return (
        stock.starts[runs.a], stock.ends[runs.a + ends], stock.starts[runs.b], stock.ends[runs.b + ends]
    )  # fmt: skip


def _passages(runs: Runs, counted: NDArray[np.int64], quoted: NDArray[np.float64]) -> Columns:
    """Of each chain: its first run, words, identity, share that is quoted, whether it is exact."""
    opens, closes = _chains(runs)
    if not len(opens):
        return opens, counted, quoted, quoted, quoted > 0
    end_a, end_b = runs.a + runs.length, runs.b + runs.length
    equal = np.add.reduceat(runs.length, opens)
    identity = equal / np.maximum(end_a[closes] - runs.a[opens], end_b[closes] - runs.b[opens])
    return np.append(opens, len(runs)), counted, identity, quoted, identity >= EXACT


def made(columns: Columns, ids: Sequence[str]) -> Iterator[Overlap]:
    """An `Overlap` for every pair in the columns. Twin: lineage/kernel/objects.c."""
    runs, passages, pairs = columns[:4], columns[4:9], columns[9:]
    spans = [list(map(Span, starts.tolist(), ends.tolist())) for starts, ends in (runs[:2], runs[2:])]
    every: list[Passage] = []
    for low, high, counted, identity, quoted, exact in _rows(*passages):
        matches = tuple(zip(spans[0][low:high], spans[1][low:high], strict=True))
        (a, b), (last_a, last_b) = matches[0], matches[-1]
        grade: Grade = "exact" if exact else "edited"
        a, b = Span(a.start, last_a.end), Span(b.start, last_b.end)
        every.append(Passage(a, b, counted, identity, quoted, grade, matches))
    for low, high, one, other, narrated, quoted, a_in_b, b_in_a in _rows(*pairs):
        yield Overlap(ids[one], ids[other], tuple(every[low:high]), a_in_b, b_in_a, narrated, quoted)


def _rows(bounds: NDArray[np.int64], *columns: NDArray[Any]) -> Iterator[tuple[Any, ...]]:
    """The columns' rows, each with its two bounds before it."""
    return zip(bounds.tolist(), bounds[1:].tolist(), *(column.tolist() for column in columns), strict=False)


def _chains(runs: Runs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """With which runs the chains begin and end."""
    opens = begins(runs.chain)
    return opens, np.append(opens[1:], len(runs)) - 1 if len(opens) else opens


def _begins_of_pairs(runs: Runs, opens: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which chains are the first of their pair; chain k begins with run `opens[k]`."""
    return np.flatnonzero(changes(runs.left[opens]) | changes(runs.right[opens]))


def _counted(runs: Runs, stock: Stock, opens: NDArray[np.int64]) -> NDArray[np.int64]:
    """The words of each chain."""
    return np.rint(np.add.reduceat(words(runs, stock), opens)).astype(np.int64)


def _quoted(runs: Runs, stock: Stock) -> NDArray[np.int64]:
    """How many words of each run stand inside quotation marks in both articles."""
    if stock.quoted is None:
        return np.zeros(len(runs), np.int64)
    marked = stock.quoted(distinct(np.concatenate([runs.left, runs.right])))
    library = kernel.library()
    if library is not None:
        return compiled.both(library, marked, runs.a, runs.b, runs.length)
    opens = np.cumsum(runs.length) - runs.length
    place = np.arange(int(runs.length.sum())) - np.repeat(opens, runs.length)
    inside = marked[np.repeat(runs.a, runs.length) + place] & marked[np.repeat(runs.b, runs.length) + place]
    return np.add.reduceat(inside.astype(np.int64), opens)


def unclaimed(runs: Runs, stock: Stock, least_words: int) -> Runs:
    """The runs with every word of an article used once for a pair: the longest chain takes first."""
    if not len(runs):
        return runs
    begin = begins(runs.chain)
    pair = np.cumsum(changes(runs.left) | changes(runs.right)) - 1
    length = np.maximum.reduceat(runs.a + runs.length, begin) - runs.a[begin]
    width = np.maximum.reduceat(runs.b + runs.length, begin) - runs.b[begin]
    crowded: set[int] = set()
    for first, size in ((runs.a[begin], length), (runs.b[begin], width)):
        order = np.lexsort((first, pair[begin]))
        near = pair[begin][order[1:]] == pair[begin][order[:-1]]
        near &= first[order[1:]] < first[order[:-1]] + size[order[:-1]]
        crowded.update(pair[begin][order[1:]][near].tolist())
    if not crowded:
        return runs
    touched = np.zeros(int(pair[-1]) + 1, bool)
    touched[list(crowded)] = True
    touched = touched[pair]
    clean, claimed = runs.take(~touched), _claimed(runs.take(touched), stock, least_words)
    merged = [
        np.concatenate([getattr(clean, name), getattr(claimed, name)])
        for name in ("left", "right", "a", "b", "length", "chain")
    ]
    order = np.lexsort((merged[2], merged[5], merged[1], merged[0]))
    return Runs(*(column[order] for column in merged))


def _claimed(runs: Runs, stock: Stock, least_words: int) -> Runs:
    """The runs of some pairs without the words that a longer chain of the pair has already, on either side."""
    bounds = np.append(np.flatnonzero(changes(runs.left) | changes(runs.right)), len(runs))
    left, right = runs.left[bounds[:-1]], runs.right[bounds[:-1]]
    library = kernel.library()
    if library is None:
        pairs = zip(bounds.tolist(), bounds[1:].tolist(), strict=False)
        rows = [row for low, high in pairs for row in _taken(runs, stock, low, high, least_words)]
        return Runs(*np.array(rows, np.int64).reshape(-1, 6).T)
    sizes = np.stack([stock.sizes[left], stock.sizes[right]], axis=1)
    columns = runs.a - stock.base[runs.left], runs.b - stock.base[runs.right], runs.length, runs.chain
    (a, b, length, chain), found = compiled.claim(library, bounds, sizes, columns, least_words)
    left, right = np.repeat(left, found), np.repeat(right, found)
    return Runs(left, right, a + stock.base[left], b + stock.base[right], length, chain)


def _taken(runs: Runs, stock: Stock, low: int, high: int, least_words: int) -> Iterator[tuple[int, ...]]:
    """The runs `low:high` of one pair without the words that a longer chain has already, on either side."""
    left, right = int(runs.left[low]), int(runs.right[low])
    base_a, base_b = int(stock.base[left]), int(stock.base[right])
    taken_a, taken_b = bytearray(int(stock.sizes[left])), bytearray(int(stock.sizes[right]))
    chains: dict[int, list[tuple[int, int, int]]] = {}
    columns = (runs.chain, runs.a, runs.b, runs.length)
    for number, a, b, length in zip(*(column[low:high].tolist() for column in columns), strict=True):
        chains.setdefault(number, []).append((a - base_a, b - base_b, length))
    for number in sorted(chains, key=lambda n: (-sum(length for _, _, length in chains[n]), n)):
        free = [piece for run in chains[number] for piece in _free(*run, taken_a, taken_b)]
        if sum(length for _, _, length in free) < least_words:
            continue
        for a, b, length in free:
            taken_a[a : a + length] = taken_b[b : b + length] = b"\1" * length
            yield left, right, a + base_a, b + base_b, length, number


def _free(a: int, b: int, length: int, taken_a: bytearray, taken_b: bytearray) -> Iterator[tuple[int, int, int]]:
    """The parts of a run of which neither side is taken."""
    start = 0
    while start < length:
        begins = [taken_a.find(0, a + start, a + length) - a, taken_b.find(0, b + start, b + length) - b]
        if min(begins) < 0:
            return
        if max(begins) > start:
            start = max(begins)
            continue
        ends = [taken_a.find(1, a + start, a + length) - a, taken_b.find(1, b + start, b + length) - b]
        end = min((end for end in ends if end >= start), default=length)
        yield a + start, b + start, end - start
        start = end
