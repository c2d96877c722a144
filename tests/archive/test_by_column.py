"""What goes into the catalogue by column, against plain twins that make it value by value."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lineage.archive.catalogue import COLUMNS, Catalogue
from lineage.archive.matching import PASSAGES
from lineage.archive.records import overlap_row, overlap_rows
from lineage.archive.stories import linked
from lineage.overlap.candidates import Segments
from lineage.overlap.chains import chain
from lineage.overlap.passages import columns, valued
from lineage.overlap.stock import stocked


def stocks(seed: int) -> tuple[list[str], Segments]:
    """Texts that share some runs of words, changed here and there, and the places where each two do."""
    rng = random.Random(seed)
    common = [[f"c{rng.randrange(10**6)}" for _ in range(rng.randint(20, 60))] for _ in range(3)]
    texts, places = [], []
    for _ in range(5):
        words: list[str] = []
        at = []
        for run in rng.sample(common, 3):
            words += [f"w{rng.randrange(10**6)}" for _ in range(rng.randint(5, 50))]
            at.append((common.index(run), len(words)))
            words += [word if rng.random() > 0.06 else f"x{rng.randrange(10**6)}" for word in run]
        quoted = rng.randrange(len(words) - 20)
        words[quoted], words[quoted + 15] = f'"{words[quoted]}', f'{words[quoted + 15]}"'
        texts.append(" ".join(words))
        places.append(dict(at))
    found = [
        (one, other, places[one][k] - places[other][k], places[one][k], places[one][k] + len(common[k]) - 5)
        for one in range(5)
        for other in range(one + 1, 5)
        for k in range(3)
    ]
    return texts, Segments(*np.array(sorted(found), np.int64).T)


@pytest.mark.parametrize("seed", range(5))
def test_overlaps_in_columns_are_the_rows_of_their_values(seed: int) -> None:
    texts, segments = stocks(seed)
    stock = stocked(texts)
    found = columns(chain(segments, stock, least_words=8, least_identity=0.8), stock)
    numbers = np.array([3, 5, 70, 1_000_000, 2**31])
    ids = [str(number) for number in numbers.tolist()]
    plain = [overlap_row(int(own.a), int(own.b), own, PASSAGES) for own in valued(found, ids)]
    assert len(plain) >= 8
    assert list(overlap_rows(found, numbers, PASSAGES)) == plain
    words = sorted(row[2] + row[3] for row in plain)
    longer = columns(chain(segments, stock, least_words=8, least_identity=0.8), stock, least=words[3])
    assert list(overlap_rows(longer, numbers, PASSAGES)) == [row for row in plain if row[2] + row[3] >= words[3]]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_linked_is_what_a_walk_reaches(seed: int) -> None:
    rng = random.Random(seed)
    count = rng.randint(1, 60)
    links = [(rng.randrange(count), rng.randrange(count)) for _ in range(rng.randint(0, 2 * count))]
    if seed % 4 == 0:  # a chain in which neighbours are far apart
        order = rng.sample(range(count), count)
        links = list(pairwise(order))
    near: dict[int, set[int]] = {number: set() for number in range(count)}
    for one, other in links:
        near[one].add(other)
        near[other].add(one)
    firsts: dict[int, int] = {}
    for number in range(count):
        front = [number] if number not in firsts else []
        while front:
            firsts[own := front.pop()] = number
            front += near[own] - firsts.keys()
    one, other = np.array(links, np.int64).reshape(-1, 2).T
    assert linked(count, one, other).tolist() == [firsts[number] for number in range(count)]


def test_only_what_may_be_empty_is_empty(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path, write=True, made_with={})
    rows = [("a", 2, 1, 0, 5, None), ("b", 3, 1, 0, 5, "outlet")]
    catalogue.insert("furniture", rows)
    assert list(catalogue.rows("furniture", f"ORDER BY {COLUMNS['furniture'][0]}")) == rows
    with pytest.raises(Exception, match="NOT NULL"):
        catalogue.insert("overlaps", [(1, 2, None, 0, 0.5, 0.5, PASSAGES, "[]")])
    catalogue.close()
