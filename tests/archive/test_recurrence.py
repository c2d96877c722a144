"""What recurs in an archive, against a twin in plain Python that decides it from all fingerprints."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lineage import Archive, Article
from lineage.archive import recurrence
from lineage.archive.holdings import Holdings
from lineage.archive.marks import CANDIDATE, FURNITURE
from lineage.overlap.candidates import MERGE_GAP
from lineage.overlap.recurrence import LEAST_HOLDERS, ONE_OUTLET, PER_OUTLET, WHOLE


def made(count: int, seed: int) -> list[Article]:
    """Articles of few outlets with each outlet's standing lines, a page that stands in for the article, and a wire."""
    rng = random.Random(seed)

    def words(many: int) -> str:
        return " ".join(f"w{rng.randrange(10**6)}" for _ in range(many))

    lines = {f"outlet {n}": [words(rng.randint(14, 40)) for _ in range(2)] for n in range(4)}
    page, wire = words(40), words(60)
    found: list[Article] = []
    for number in range(count):
        outlet = rng.choice([*lines])
        parts = [words(rng.randint(5, 80)), rng.choice(lines[outlet])]
        if rng.random() < 0.2:
            parts = [page] if outlet == "outlet 1" else [wire, lines[outlet][0]]
        rng.shuffle(parts)
        found.append(Article(f"a{number}", " ".join(parts), outlet if rng.random() < 0.98 else None))
    return found


def decided(held: Holdings) -> tuple[set[int], set[int], list[tuple[int, int, int, int]]]:
    """The candidates, those that are furniture, and the passages with article, first and last word, and holders."""
    numbers = np.arange(len(held.register))
    rows = recurrence.postings_of(held.segments(), numbers, not held.keeps_text)
    groups: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for key, article, word in zip(rows.keys.tolist(), rows.articles.tolist(), rows.words.tolist(), strict=True):
        groups[key].append((int(held.register.ranks[article]), word, article))
    outlets, prints = held.register.outlets.tolist(), held.register.prints.tolist()
    candidates = {}
    for key, own in groups.items():
        owners = [outlets[article] for _, _, article in own]
        if len(own) >= max(LEAST_HOLDERS, PER_OUTLET * len(set(owners))) and -1 not in owners:
            candidates[key] = len(set(owners))
    recurs = Counter(article for key in candidates for _, _, article in groups[key])
    furniture = set()
    for key, spread in candidates.items():
        own = groups[key]
        whole = sum(Fraction(recurs[article], prints[article]) for _, _, article in own) / len(own)
        if whole < WHOLE or (spread == 1 and len(own) >= ONE_OUTLET):
            furniture.add(key)
    passages: list[tuple[int, int, int, int]] = []
    for (_, word, article), size in sorted((min(groups[key]), len(groups[key])) for key in furniture):
        if passages and passages[-1][0] == article and word - passages[-1][2] <= MERGE_GAP:
            passages[-1] = (article, passages[-1][1], word, max(size, passages[-1][3]))
        else:
            passages.append((article, word, word, size))
    return set(candidates), furniture, passages


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_what_recurs_is_what_a_plain_twin_finds(tmp_path: Path, seed: int, text: bool) -> None:
    rng = random.Random(seed)
    articles = made(150, seed)
    with Archive.open(tmp_path / "a", write=True, text=text, settings={"max_holders": 12}) as archive:
        while articles:
            step = rng.randint(10, 60)
            archive.add(articles[:step])
            articles = articles[step:]
            archive.settle()
            held = archive.held
            candidates, furniture, passages = decided(held)
            assert set(held.marks.with_bit(CANDIDATE).tolist()) == candidates
            assert set(held.marks.furniture().tolist()) == furniture
            told = recurrence.decide(held.segments(), held.register, held.marks, not text)
            assert [(one.article, one.first, one.last, one.holders) for one in told] == passages
        assert len(furniture) > 10
        assert candidates - furniture
        assert archive.crowded
        assert held.marks.with_bit(FURNITURE).tolist() == sorted(furniture)
