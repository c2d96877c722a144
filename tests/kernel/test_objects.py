"""Values made by the kernel against those that Python makes of the same columns."""

from __future__ import annotations

import gc
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lineage.finding import find_overlaps
from lineage.kernel import Room, objects
from lineage.model import Article, Overlap, Passage, Span
from lineage.overlap.passages import KINDS, made

IDS = ["one", "zwei", "三", "four " * 9]

pytestmark = pytest.mark.skipif(
    objects.overlaps((*KINDS, []), [np.zeros(0)] * 16) is None, reason="the kernel makes no values here"
)


def some_columns(pairs: int, seed: int) -> list[NDArray[Any]]:
    """Columns of pairs with one to three passages of one to four runs each."""
    random = np.random.default_rng(seed)
    passages = random.integers(1, 4, pairs)
    runs = random.integers(1, 5, int(passages.sum()))
    places = random.integers(0, 100_000, (4, int(runs.sum()))).astype(np.int32)
    words, identity, quoted = random.integers(0, 900, len(runs)), random.random(len(runs)), random.random(len(runs))
    left, right = random.integers(0, len(IDS), (2, pairs))
    narrated, inside = random.integers(0, 2**40, (2, pairs))
    first = [np.cumsum([0, *sizes]) for sizes in (runs, passages)]
    described = words, identity, quoted, identity > 0.5
    return [*places, first[0], *described, first[1], left, right, narrated, inside, *random.random((2, pairs))]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_overlaps(pairs: int, seed: int) -> None:
    columns = some_columns(pairs, seed)
    mine = objects.overlaps((*KINDS, IDS), columns)
    twin = list(made(tuple(columns), IDS))
    assert mine is not None
    assert (found := list(mine)) == twin
    assert repr(found) == repr(twin)  # the types of what they hold as well
    assert len({hash(overlap) for overlap in found}) <= len(found)


def test_nothing_is_kept_of_what_was_made() -> None:
    columns = some_columns(300, 0)
    watched = (Overlap, Passage, Span, *IDS)
    before = [sys.getrefcount(value) for value in watched]
    for _ in range(3):
        for _overlap in objects.overlaps((*KINDS, IDS), columns) or ():
            pass
    del _overlap
    gc.collect()
    assert [sys.getrefcount(value) for value in watched] == before


def test_a_kernel_for_another_python_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    passage = "nobody knew what the minister would say to the press on that long day in may"
    articles = [Article(str(n), f"{'é“' * n} {n} {passage} {n}") for n in range(4)]
    mine = list(find_overlaps(articles))
    assert len(mine) == 6
    monkeypatch.setattr(objects, "_functions", lambda: None)
    assert objects.gather(["text"], Room()) is None
    assert list(find_overlaps(articles)) == mine


def test_a_value_with_other_fields_is_an_error() -> None:
    names = (*KINDS[:3], ("a", "b"), *KINDS[4:])
    mine = objects.overlaps((*names, IDS), some_columns(1, 0))
    assert mine is not None
    with pytest.raises(TypeError, match="fields"):
        next(mine)
