"""Near copies in an archive are a star: as few pairs as articles, whoever came first."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage import Archive, Article, scan
from lineage.archive import joining
from lineage.archive.reprints import VALUES, firsts, signatures
from lineage.overlap.reprints import ALIKE, FEWEST
from tests.archive.tables import contents, differences

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)


def words(rng: random.Random, count: int) -> list[str]:
    return [f"w{rng.randrange(10**6)}" for _ in range(count)]


def families(seed: int, sizes: Sequence[int] = (70, 40, FEWEST - 2)) -> list[Article]:
    """Copies of some texts, each with words of its own, in all of which one passage stands; excerpts of them, and a few
    other articles that have the passage, too.
    """
    rng = random.Random(seed)
    passage = words(rng, 40)
    made: list[Article] = []

    def add(own: list[str], outlet: str) -> None:
        moment = BEGAN + timedelta(minutes=37 * len(made))
        made.append(Article(f"a{len(made):04}", " ".join(own), outlet, published=moment.isoformat()))

    for family, size in enumerate(sizes):
        body = words(rng, 120) + passage + words(rng, 60)
        for number in range(size):
            own = [word if rng.random() > 0.01 else f"x{rng.randrange(9)}" for word in body]
            add(words(rng, 3) + own, f"outlet {family}-{number}")
        for number in range(4):
            start = rng.randrange(150)
            add(words(rng, 50) + body[start : start + 60] + words(rng, 50), f"excerpt {family}-{number}")
    for number in range(6):
        add(words(rng, 60) + passage + words(rng, 60), f"other {number}")
    rng.shuffle(made)
    return made


def kept(archive: Archive) -> dict[str, list[dict[str, Any]]]:
    names = [row["id"] for row in archive.table("articles")]
    near = [number for (number,) in archive.held.catalogue.execute("SELECT article FROM copies")]
    copies = sorted(row[1] for row in archive.held.rows(near).values())
    passages = list(archive.table("passages"))
    return {"passages": passages, "copies": [{"name": name} for name in copies], "articles": [{"id": n} for n in names]}


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize(("within", "step"), [(None, 1000), (None, 23), (None, 9), (2000, 23), (2000, 9)])
def test_who_came_first_means_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bool, within: int | None, step: int
) -> None:
    monkeypatch.setattr(joining, "BLOCK_SEEDS", 200)  # whatever segments are called, a pair is in one block
    articles = families(step)
    rng = random.Random(step)
    tables = []
    for number, some in enumerate((articles, rng.sample(articles, len(articles)))):
        size = step if number else 1000
        with Archive.open(tmp_path / str(number), write=True, text=text, within=within) as archive:
            for place, start in enumerate(range(0, len(some), size)):
                archive.add(some[start : start + size])
                if place % 3 == 0:
                    archive.settle()
            archive.settle()
            tables.append(kept(archive))
    assert not differences(*tables)
    assert len(tables[0]["copies"]) > 60


def test_pairs_are_as_many_as_copies_and_nobody_is_lost(tmp_path: Path) -> None:
    articles = families(1, (150, 60))
    with Archive.open(tmp_path / "a", write=True) as archive:
        found = scan(articles, archive=archive)
        pairs = [tuple(sorted(row[:2])) for row in archive.held.catalogue.rows("overlaps")]
        assert archive.copies >= 200
        assert len(pairs) < 4 * len(articles)  # all of them are 13,000
        stories = list(archive.stories())
        assert [story.articles for story in stories] == [len(articles)]
        assert any("near copies" in note.reason and str(archive.copies) in note.reason for note in found.skipped)


def test_fewer_are_all_compared(tmp_path: Path) -> None:
    rng = random.Random(2)
    body = words(rng, 200)
    articles = [Article(f"a{n}", " ".join(words(rng, 3) + body), f"outlet {n}") for n in range(FEWEST - 1)]
    with Archive.open(tmp_path / "a", write=True) as archive:
        archive.add(articles)
        archive.settle()
        assert archive.held.catalogue.count("overlaps") == len(articles) * (len(articles) - 1) // 2
        assert not archive.copies
        archive.add([Article("more", " ".join(words(rng, 3) + body), "another")])
        archive.settle()
        assert archive.held.catalogue.count("overlaps") == archive.copies == len(articles)


def test_a_scan_in_another_order_tells_the_same(tmp_path: Path) -> None:
    articles = families(5, (30,))
    with Archive.open(tmp_path / "a", write=True) as one, Archive.open(tmp_path / "b", write=True) as other:
        scan(articles, archive=one)
        for start in range(0, len(articles), 16):
            scan(articles[::-1][start : start + 16], archive=other)
        assert not differences(contents(one), contents(other))


# ---- the twin ----------------------------------------------------------------------------------------------------


def alike(one: Sequence[int], other: Sequence[int]) -> bool:
    either = sum(bool(a or b) for a, b in zip(one, other, strict=True))
    return sum(a == b != 0 for a, b in zip(one, other, strict=True)) >= ALIKE * either


def plainly(holders: Sequence[int], ranks: Sequence[int], signed: Sequence[Sequence[int]]) -> Mapping[int, int]:
    """The article that each is a copy of."""
    found: dict[int, int] = {}
    free = set(holders)
    for head in sorted(free, key=lambda article: ranks[article]):
        near = {other for other in free if alike(signed[other], signed[head])}
        if head in free and len(near) >= FEWEST:
            found |= dict.fromkeys(near - {head}, head)
            free -= near
    return found


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(20, 120))
def test_copies_are_those_of_a_plain_twin(seed: int, heads: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    templates = rng.integers(0, 6, (heads, VALUES)).astype(np.uint8)
    values = templates[rng.integers(0, heads, count)]
    values = np.where(rng.random(values.shape) < rng.random() / 3, rng.integers(0, 256, values.shape), values)
    values = values.astype(np.uint8)
    ranks = rng.permutation(count).astype(np.uint64)
    groups = [np.sort(rng.integers(0, count, rng.integers(1, 2 * count))) for _ in range(3)]
    group, articles = np.repeat(np.arange(3), list(map(len, groups))), np.concatenate(groups)
    found = firsts(group, articles, ranks, values)
    for number, own in enumerate(groups):
        twin = plainly(sorted(set(own.tolist())), ranks.tolist(), values.tolist())
        assert found[group == number].tolist() == [twin.get(article, -1) for article in own.tolist()]


@settings(deadline=None)
@given(st.integers(0, 10**6), st.floats(0.0, 1.0), st.integers(200, 2000))
def test_signatures_estimate_what_two_texts_have_in_common(seed: int, share: float, count: int) -> None:
    rng = np.random.default_rng(seed)
    keys = rng.integers(0, 1 << 46, 2 * count).astype(np.uint64)  # the least of many: never large
    common = round(share * count)
    one, other = keys[:count], keys[count - common : 2 * count - common]
    made = signatures(np.concatenate([one, other]), np.repeat([0, 1], count), 3)
    assert not made[2].any()
    shared = common / (2 * count - common)
    told = np.count_nonzero((made[0] == made[1]) & (made[0] > 0)) / VALUES
    assert abs(told - shared) < 5 * 0.09  # five times the standard error of 32 values, at most .09
