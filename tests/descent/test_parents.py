"""Further parents: for what no parent holds, and who may be one without being likely by itself."""

from __future__ import annotations

import pytest

from corpus.newsroom import generate
from lineage.descent.parents import LEAST_WORDS, Further, further
from lineage.model import Article
from lineage.tracing import measured

BASE, OTHER, CHILD = range(3)


def texts(seed: int) -> tuple[str, str, str]:
    """Two reports of different events, and the end of the second, which is long enough to have been taken."""
    base, other = (generate(number, "easy", size=(3, 4)).articles[0].text for number in (seed, seed + 1000))
    sentences = other.replace("\n", " ").split(". ")
    taken = next(end for n in range(1, 9) if len((end := ". ".join(sentences[-n:])).split()) >= 3 * LEAST_WORDS)
    return base, other, taken


def found(
    base: str, other: str, child: str, parents: dict[int, list[int]], *, likely: bool = False, fellow: bool = False
) -> list[Further]:
    """The further parents of the child; all directions are clear."""
    story = measured([Article("base", base), Article("other", other), Article("child", child)]).story
    links = dict(story.pairs)
    clear = [pair for pair in ((BASE, CHILD), (OTHER, CHILD)) if pair in links]
    siblings = {CHILD: frozenset({OTHER, CHILD})} if fellow else {}
    known = {number: list(above) for number, above in parents.items()}
    return list(further(dict(enumerate(story.witnesses)), links, clear, set(clear) if likely else (), known, siblings))


@pytest.mark.parametrize("seed", range(12))
def test_what_stands_in_no_parent_is_from_elsewhere(seed: int) -> None:
    base, other, taken = texts(seed)
    (extra,) = found(base, other, f"{base}\n{taken}", {CHILD: [BASE]})
    assert (extra.parent, extra.child, extra.apart) == (OTHER, CHILD, True)
    assert extra.words >= LEAST_WORDS
    assert not found(f"{base}\n{taken}", other, f"{base}\n{taken}", {CHILD: [BASE]})  # the parent holds it
    assert not found(base, other, f"{base}\n{taken}", {CHILD: [BASE]}, fellow=True)  # the source behind both does
    assert not found(base, other, f"{base}\n{taken}", {CHILD: [BASE], OTHER: [CHILD]})  # no cycle


def test_without_a_parent_or_apart_it_must_be_likely() -> None:
    likely = []
    for seed in range(12):
        base, other, taken = texts(seed)
        assert not found(base, other, f"{base}\n{taken}", {})
        half = taken[: len(taken) // 2]
        mixed = f"{base}\n{half}", other, f"{base}\n{taken}", {CHILD: [BASE]}  # the parent has some of what they share
        assert not found(*mixed)
        likely += found(*mixed, likely=True)
    assert len(likely) >= 10  # of the others less than 25 words of narration are left
    assert not any(extra.apart for extra in likely)
