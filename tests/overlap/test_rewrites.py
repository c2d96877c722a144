"""The rewrite-tolerant aligner: reworded copies are found, other reports of the same event are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage import Article, compare, find_overlaps
from lineage.overlap.collection import Collection
from lineage.overlap.rewrites import EXHAUSTIVE, NEWS, align, rewritten

ORIGINAL = (
    "The Brackwell mill burned down in the early hours of Thursday after a spark from a welding torch set fire to "
    "bales of raw cotton stored in the basement. Forty firefighters from three towns fought the flames until noon. "
    "Nobody was hurt, but the chimney, built in 1874 and the last of its kind in the valley, will have to be taken "
    "down before the end of the week, the district engineer said."
)
REWORDED = (
    "The Brackwell mill burnt to the ground early on Thursday after a spark from a welding torch set light to bales of "
    "raw cotton kept in the basement. Some forty firefighters from three towns battled the flames until midday. "
    "Nobody was hurt, but the chimney, put up in 1874 and the last of its kind in the valley, must be taken down "
    "before the week ends, the district engineer said."
)
ANOTHER = (
    "At half past three a night porter smelled smoke and rang the bell of the Brackwell mill. By the time the first "
    "engine arrived, cotton was burning on two floors. Firefighters came from as far as Ostley. The old chimney of "
    "1874 still stands, cracked from top to bottom; engineers will decide today whether it can be saved. There are no "
    "injured. Police are speaking to a welder who worked in the basement on Wednesday."
)
BEFORE = (
    "Milk prices have risen for the fourth month in a row. Farmers in the hills blame the drought and a new toll on "
    "the pass road, while shops say that they earn less on a litre than a year ago. "
)
AFTER = (
    " In other news, the town band is looking for a second trombone, and the swimming pool opens a week later than "
    "planned because a pump has to be replaced."
)


def test_a_copy_with_every_fourth_word_changed_is_one_passage() -> None:
    changed = [
        f"other{place}" if place % 11 in (7, 8, 10) else word
        for place, word in enumerate((ORIGINAL + " " + ANOTHER).split())
    ]
    a, b = Article("a", BEFORE + ORIGINAL + " " + ANOTHER), Article("b", " ".join(changed) + AFTER)
    assert compare(a, b, rewrites=False).passages == ()  # no run of eight words is left
    overlap = compare(a, b)
    (passage,) = overlap.passages
    assert passage.grade == "rewritten"
    assert 0.65 < passage.identity < 0.8
    assert abs(passage.a.start - len(BEFORE)) < 40
    assert passage.words == overlap.narrated + overlap.quoted > 90
    for left, right in passage.matches:
        one, other = a.text[left.start : left.end], b.text[right.start : right.end]
        assert one.casefold().split() == other.casefold().split()


def test_a_reworded_copy_is_found() -> None:
    a, b = Article("a", BEFORE + ORIGINAL), Article("b", REWORDED + AFTER)
    overlap = compare(a, b)
    assert overlap.narrated > 40
    for passage in overlap.passages:
        assert passage.a.start >= len(BEFORE) - 1
        assert passage.b.end <= len(REWORDED) + 1


def test_exhaustive_finds_the_whole_of_it() -> None:
    collection = Collection()
    a, b = collection.prepare(BEFORE + ORIGINAL), collection.prepare(REWORDED + AFTER)
    ((one, other),) = align(a, b, collection, EXHAUSTIVE)
    assert abs(one.start - len(BEFORE)) < 60
    assert one.end >= len(BEFORE + ORIGINAL) - 60
    assert other.start < 60
    assert abs(other.end - len(REWORDED)) < 60


def test_another_report_of_the_same_event_is_no_copy() -> None:
    overlap = compare(Article("a", ORIGINAL), Article("b", ANOTHER))
    assert overlap.passages == ()
    collection = Collection()
    a, b = collection.prepare(ORIGINAL), collection.prepare(ANOTHER)
    assert rewritten(a, b, collection, NEWS, []) == []


def test_find_overlaps_looks_again_when_asked() -> None:
    seed = " The engine-room log, four pages long, was shown to the inquiry on the second day."
    articles = [Article("a", ORIGINAL + seed), Article("b", REWORDED + seed), Article("c", BEFORE)]
    (plain,) = find_overlaps(articles)
    (looked,) = find_overlaps(articles, rewrites=True)
    assert (looked.a, looked.b) == (plain.a, plain.b)
    assert looked.narrated + looked.quoted >= plain.narrated + plain.quoted
    assert looked.a_in_b >= plain.a_in_b


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([ORIGINAL, REWORDED, ANOTHER, BEFORE, AFTER, "ü 新闻 ß. ", ""]), max_size=4), st.data())
def test_any_texts_give_ordered_spans_inside(parts: list[str], data: st.DataObject) -> None:
    other = data.draw(st.permutations(parts))
    collection = Collection()
    a, b = collection.prepare(" ".join(parts)), collection.prepare(" ".join(other))
    for profile in (EXHAUSTIVE, NEWS):
        for one, two in align(a, b, collection, profile):
            assert 0 <= one.start < one.end <= len(a.text)
            assert 0 <= two.start < two.end <= len(b.text)


@pytest.mark.parametrize("text", ["", "one", "。。。", "word " * 200])
def test_odd_texts(text: str) -> None:
    collection = Collection()
    a, b = collection.prepare(text), collection.prepare(ORIGINAL)
    assert align(a, b, collection, EXHAUSTIVE) == []
    assert list(a.units[:1]) == [0]
    assert a.units[-1] == len(a)
