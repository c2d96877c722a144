"""Stretches compared word by word: the kernel against slow plain twins, and against numpy, for any words."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage import kernel
from lineage.kernel import Room
from lineage.kernel import chains as compiled
from lineage.overlap.candidates import Segments
from lineage.overlap.chains import LEAST_PIECE, MARGIN, REACH, STEP, Runs, Stock, _stretches, chain, needed
from lineage.overlap.passages import unclaimed
from lineage.overlap.shingles import SHINGLE
from lineage.text import quotes
from lineage.text.quotes import find_quotes, mark_quoted
from lineage.text.tokens import tokenize_batch

pytestmark = pytest.mark.skipif(kernel.library() is None, reason="the kernel was not compiled here")

Articles = list[list[int]]
Segment = tuple[int, int, int, int, int]  # left, right, shift, first, last
Run = tuple[int, int, int, int]  # a, b, words, chain


@st.composite
def articles(draw: st.DrawFn) -> Articles:
    """Some articles of few words, the later ones made in part from the first."""
    word = st.integers(1, draw(st.sampled_from([1, 2, 4, 50])))
    texts = [draw(st.lists(word, min_size=1, max_size=90))]
    for _ in range(draw(st.integers(1, 3))):
        text: list[int] = []
        for _ in range(draw(st.integers(1, 4))):
            low = draw(st.integers(0, len(texts[0])))
            text += texts[0][low : low + draw(st.integers(0, 60))] + draw(st.lists(word, max_size=6))
        texts.append(text or [1])
    return texts


@st.composite
def seeded(draw: st.DrawFn) -> tuple[Articles, list[Segment]]:
    """Articles, and where segments of two of them were seen, sorted."""
    texts = draw(articles())
    seen: set[Segment] = set()
    for _ in range(draw(st.integers(0, 8))):
        left = draw(st.integers(0, len(texts) - 2))
        right = draw(st.integers(left + 1, len(texts) - 1))
        a, b = draw(st.integers(0, len(texts[left]) - 1)), draw(st.integers(0, len(texts[right]) - 1))
        room = min(len(texts[left]) - a, len(texts[right]) - b)
        seen.add((left, right, a - b, a, a + draw(st.integers(0, room - 1))))
    return texts, sorted(seen)


def stock_of(texts: Articles) -> Stock:
    sizes = np.array(list(map(len, texts)))
    words = np.array([word for text in texts for word in text], np.uint64)
    places = np.zeros(len(words), np.int32)
    return Stock(words, places, places, None, None, np.cumsum(sizes) - sizes, sizes)


def columns(rows: list[tuple[int, ...]], width: int) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]:
    return tuple(np.ascontiguousarray(column) for column in np.array(rows, np.int64).reshape(-1, width).T)


def rows_of(found: tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in found), strict=True))


def gain(agree: list[bool]) -> int:
    """The shortest beginning with the highest sum of +1 for equal and -1 for different words, `MARGIN` at a time."""
    block = agree[:MARGIN]
    best = max(range(len(block) + 1), key=lambda size: (2 * sum(block[:size]) - size, -size))
    rest = agree[best:]
    return best + gain(rest) if best > MARGIN - STEP and rest else best


def plain_grown(texts: Articles, seen: list[Segment]) -> list[Segment]:
    """Each segment with what it gains at its ends; those that touch the one before on their diagonal are one."""
    found: list[list[Segment]] = []
    for left, right, shift, first, last in seen:
        a, b = texts[left], texts[right]
        end = min(last + SHINGLE, len(a), len(b) + shift)
        behind = [a[k] == b[k - shift] for k in range(end, min(len(a), len(b) + shift))]
        ahead = [a[k] == b[k - shift] for k in range(first - 1, max(0, shift) - 1, -1)]
        grown = (left, right, shift, first - gain(ahead), end + gain(behind))
        if found and found[-1][-1][:3] == grown[:3] and grown[3] <= found[-1][-1][4]:
            found[-1].append(grown)
        else:
            found.append([grown])
    return [(*group[0][:3], min(one[3] for one in group), max(one[4] for one in group)) for group in found]


@settings(max_examples=200, deadline=None)
@given(seeded())
def test_grow(given_: tuple[Articles, list[Segment]]) -> None:
    texts, seen = given_
    stock, library = stock_of(texts), kernel.library()
    assert library is not None
    mine = rows_of(compiled.grow(library, stock.hashes, stock.base, stock.bounds(), columns(list(seen), 5)))
    base = stock.base.tolist()
    assert mine == [
        (left, right, shift + base[left] - base[right], first + base[left], last + base[left])
        for left, right, shift, first, last in plain_grown(texts, seen)
    ]


def plain_pieces(words: list[int], lines: list[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Equal words in a row; one or two far from others are chance, and so are fewer than `LEAST_PIECE` in a part."""
    found: list[tuple[int, int, int, int]] = []
    number = 0
    for line, (shift, first, last) in enumerate(lines):
        equal = [(words[at] == words[at - shift], at) for at in range(first, last)]
        groups = [[at for _, at in group] for same, group in groupby(equal, key=lambda one: one[0]) if same]
        runs = [(group[0], len(group)) for group in groups]
        gaps = [b[0] - sum(a) for a, b in pairwise(runs)]
        sides = list(zip([99, *gaps], [*gaps, 99], strict=True)) if runs else []
        runs = [run for run, near in zip(runs, sides, strict=True) if run[1] >= 3 or min(near) < 3]
        parts: list[list[tuple[int, int]]] = []
        for run in runs:
            if parts and run[0] - sum(parts[-1][-1]) <= STEP:
                parts[-1].append(run)
            else:
                parts.append([run])
        for part in parts:
            if sum(length for _, length in part) >= LEAST_PIECE:
                found += [(line, at, length, number) for at, length in part]
            number += 1
    return found


AGREEING = st.lists(st.tuples(st.integers(1, 6), st.integers(1, STEP + 2)), max_size=8)  # words equal, then different


@settings(max_examples=300, deadline=None)
@given(st.lists(AGREEING, max_size=3), st.integers(0, 9), st.integers(0, 9))
def test_pieces(patterns: list[list[tuple[int, int]]], before: int, behind: int) -> None:
    one: list[int] = []
    other: list[int] = []
    bounds: list[tuple[int, int]] = []
    for pattern in patterns:
        first = len(one)
        for equal, different in pattern:
            one += [1] * (equal + different)
            other += [1] * equal + [2] * different
        low = min(first + before, len(one))
        bounds.append((low, max(low, len(one) - behind)))
    words = np.array([*other, *one], np.uint64)
    shift = len(one)
    lines = [(shift, low + shift, high + shift) for low, high in bounds]
    library = kernel.library()
    assert library is not None
    mine = rows_of(compiled.pieces(library, words, *columns(list(lines), 3)))
    assert mine == plain_pieces(words.tolist(), lines)


@st.composite
def rivals(draw: st.DrawFn) -> tuple[list[int], list[list[Run]]]:
    """The sizes of two articles for each pair, and the pairs' runs, sorted by chain and place."""
    sizes, pairs = [], []
    for _ in range(draw(st.integers(1, 3))):
        a_size, b_size = draw(st.integers(1, 40)), draw(st.integers(1, 40))
        runs: list[Run] = []
        for number in range(draw(st.integers(1, 5))):
            for _ in range(draw(st.integers(1, 3))):
                a, b = draw(st.integers(0, a_size - 1)), draw(st.integers(0, b_size - 1))
                runs.append((a, b, draw(st.integers(1, min(a_size - a, b_size - b))), number))
        sizes += [a_size, b_size]
        pairs.append(sorted(runs, key=lambda run: (run[3], run[0])))
    return sizes, pairs


def plain_claims(runs: list[Run], least_words: int) -> list[Run]:
    """The chains, longest first, each with the words that no chain before it has on either side."""
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    found: list[Run] = []
    chains = {number: [run for run in runs if run[3] == number] for *_, number in runs}
    for number, own in sorted(chains.items(), key=lambda one: (-sum(run[2] for run in one[1]), one[0])):
        pieces: list[Run] = []
        for a, b, length, _ in own:
            free = [k for k in range(length) if a + k not in taken_a and b + k not in taken_b]
            for _, group in groupby(enumerate(free), key=lambda one: one[1] - one[0]):
                places = [k for _, k in group]
                pieces.append((a + places[0], b + places[0], len(places), number))
        if sum(piece[2] for piece in pieces) >= least_words:
            found += pieces
            taken_a.update(k for a, _, length, _ in pieces for k in range(a, a + length))
            taken_b.update(k for _, b, length, _ in pieces for k in range(b, b + length))
    return found


@settings(max_examples=200, deadline=None)
@given(rivals(), st.integers(1, 12))
def test_claim(given_: tuple[list[int], list[list[Run]]], least_words: int) -> None:
    sizes, pairs = given_
    library = kernel.library()
    assert library is not None
    bounds = np.cumsum([0, *map(len, pairs)])
    runs = columns([run for pair in pairs for run in pair], 4)
    found, counts = compiled.claim(library, bounds, np.array(sizes).reshape(-1, 2), runs, least_words)
    expected = [plain_claims(pair, least_words) for pair in pairs]
    assert rows_of(found) == [run for pair in expected for run in pair]
    assert counts.tolist() == list(map(len, expected))


def listed(runs: Runs) -> list[tuple[int, ...]]:
    return rows_of((runs.left, runs.right, runs.a, runs.b, runs.length, runs.chain))


def the_same_in_numpy(stock: Stock, found: Segments, least_words: int, least_identity: float) -> None:
    def chained() -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
        runs = chain(found, stock, least_words=least_words, least_identity=least_identity)
        return listed(runs), listed(unclaimed(runs, stock, least_words))

    mine = chained()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "library", lambda: None)
        assert chained() == mine


IDENTITIES = st.sampled_from([0.5, 0.8, 0.95, 1.0])


@settings(max_examples=200, deadline=None)
@given(seeded(), st.integers(3, 12), IDENTITIES, st.sets(st.integers(0, 200)))
def test_chains_are_the_same_in_numpy(
    given_: tuple[Articles, list[Segment]], least_words: int, least_identity: float, alone: set[int]
) -> None:
    texts, seen = given_
    stock = stock_of(texts)
    if alone := {word for word in alone if word < len(stock.hashes)}:
        stock = replace(stock, alone=np.array(sorted(alone), np.int64))
    the_same_in_numpy(stock, Segments(*columns(list(seen), 5)), least_words, least_identity)


@settings(max_examples=200, deadline=None)
@given(seeded(), st.integers(0, 120), st.lists(st.booleans(), min_size=4, max_size=4))
def test_chains_need_the_words_near_their_seeds_only(
    given_: tuple[Articles, list[Segment]], before: int, all_of: list[bool]
) -> None:
    """The same from some words of the articles as from all, before which more may stand."""
    texts, seen = given_
    far = np.array(all_of[: len(texts)])
    texts = [[1_000 + number] * before + text + [2_000 + number] * 150 for number, text in enumerate(texts)]
    seen = [(left, right, shift, first + before, last + before) for left, right, shift, first, last in seen]
    found, whole = Segments(*columns(list(seen), 5)), stock_of(texts)
    whole = replace(whole, kept=(*whole.bounds()[:2], np.where(far, 10**6, REACH)))
    kept = needed(found, far)
    kept[:, :2] = np.minimum(kept[:, :2], whole.sizes[:, None])
    kept[:, 0] = np.minimum(kept[:, 0], kept[:, 1])
    part = stock_of([text[low:high] for text, (low, high) in zip(texts, kept[:, :2].tolist(), strict=True)])
    low, high, reach = np.ascontiguousarray(kept.T)
    some = replace(part, base=part.base - low, sizes=whole.sizes, kept=(low, high, reach))
    mine, every = (chain(found, stock, least_words=8, least_identity=0.8) for stock in (some, whole))
    assert [
        (run[0], run[1], run[2] - int(some.base[run[0]]), run[3] - int(some.base[run[1]]), *run[4:])
        for run in listed(mine)
    ] == [
        (run[0], run[1], run[2] - int(whole.base[run[0]]), run[3] - int(whole.base[run[1]]), *run[4:])
        for run in listed(every)
    ]


GAPS = st.lists(st.integers(1, 3), max_size=14)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(GAPS, GAPS), min_size=1, max_size=4), IDENTITIES)
def test_gaps_are_filled_as_in_numpy(gaps: list[tuple[list[int], list[int]]], least_identity: float) -> None:
    """Runs of equal words, and between them some words that partly agree: as many on either side, or not."""
    one, other = list(range(10, 18)), list(range(10, 18))
    seen: list[Segment] = [(0, 1, 0, 0, 3)]
    for number, (here, there) in enumerate(gaps, 2):
        one, other = one + here, other + there
        seen.append((0, 1, len(one) - len(other), len(one), len(one) + 3))
        one, other = one + list(range(10 * number, 10 * number + 8)), other + list(range(10 * number, 10 * number + 8))
    the_same_in_numpy(stock_of([one, other]), Segments(*columns(sorted(seen), 5)), 8, least_identity)


def plain_stretches(scores: list[float]) -> list[tuple[int, int]]:
    """The stretch with the highest sum, and of what is left on either side the same, as long as there is a sum."""
    every = [
        (sum(scores[low:high]), low, high) for low in range(len(scores)) for high in range(low + 1, len(scores) + 1)
    ]
    best, low, high = max(every, default=(0.0, 0, 0))
    if best <= 0:
        return []
    behind = [(first + high, last + high) for first, last in plain_stretches(scores[high:])]
    return [*plain_stretches(scores[:low]), (low, high), *behind]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 6)), min_size=1, max_size=12))
def test_stretches_of_a_loose_chain_have_the_highest_sums(pattern: list[tuple[int, int]]) -> None:
    identity = 0.7717  # no two sums are equal with it
    words, scores, a = [], [], []
    for length, gap in pattern:
        a.append(sum(words))
        words += [length, gap]
        scores += [length, -gap * identity / (1 - identity)]
    places, zeros = np.array(a, np.int64), np.zeros(len(a), np.int64)
    runs = Runs(zeros, zeros, places, places, np.array(words[::2], np.int64), zeros)
    found = _stretches(runs, 0, len(a), identity)
    assert [(2 * first, 2 * last - 1) for first, last in found] == plain_stretches(scores)


QUOTED = st.lists(
    st.sampled_from(
        [*"“”„«»\"'‘’.,\n ", "The boys said ", "a longer word or two. ", "Straße ", "e\u0301", "中文", "\ud800", "🙂"]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize("in_place", [True, False])
@settings(max_examples=100, deadline=None)
@given(st.lists(QUOTED, min_size=1, max_size=4), st.data())
def test_mark_quoted(in_place: bool, texts: list[str], data: st.DataObject) -> None:
    batch = tokenize_batch(texts)
    base, sizes = batch.first[:-1], np.diff(batch.first)
    which = sorted(data.draw(st.sets(st.integers(0, len(texts) - 1))))
    left_over = 7  # what is told of articles that were not asked for
    marked = np.full(len(batch.hashes), left_over, np.uint8)
    with pytest.MonkeyPatch.context() as patch:
        if not in_place:
            patch.setattr(quotes, "strings", lambda texts: None)
        mark_quoted([texts[i] for i in which], np.array(which, np.int64), (base, sizes, batch.starts), marked, Room())
    expected = [
        int(any(span.start <= start < span.end for span in find_quotes(texts[i]))) if i in which else left_over
        for i in range(len(texts))
        for start in batch.article(i).starts.tolist()
    ]
    assert marked.tolist() == expected
