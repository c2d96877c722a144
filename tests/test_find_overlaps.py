"""`find_overlaps`: planted passages are found, offsets slice what they say, and nothing depends on order."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage import Article, Overlap, Settings, find_overlaps
from lineage.errors import UsageError
from lineage.overlap.shingles import SHINGLE
from lineage.overlap.winnow import DEFAULT

GUARANTEED = DEFAULT + SHINGLE - 1


def fresh(rng: random.Random, count: int) -> list[str]:
    return [f"w{rng.randrange(10**9)}" for _ in range(count)]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def overlaps_of(*texts: str, settings: Settings = Settings()) -> list[Overlap]:
    articles = [Article(f"article-{number}", text) for number, text in enumerate(texts)]
    return list(find_overlaps(articles, settings=settings))


def assert_matches_are_equal_words(overlap: Overlap, a: str, b: str) -> None:
    for passage in overlap.passages:
        equal = 0
        for left, right in passage.matches:
            assert words(a[left.start : left.end]) == words(b[right.start : right.end])
            assert passage.a.start <= left.start < left.end <= passage.a.end
            assert passage.b.start <= right.start < right.end <= passage.b.end
            equal += len(words(a[left.start : left.end]))
        assert passage.words == equal
        longer = max(len(words(a[passage.a.start : passage.a.end])), len(words(b[passage.b.start : passage.b.end])))
        assert passage.identity == pytest.approx(equal / longer)
        assert (passage.grade == "exact") == (passage.identity >= 0.995)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(GUARANTEED, 80), st.integers(0, 60), st.integers(0, 60))
def test_every_planted_run_is_one_passage(seed: int, length: int, before: int, after: int) -> None:
    rng = random.Random(seed)
    shared = fresh(rng, length)
    a = " ".join(fresh(rng, before) + shared + fresh(rng, 30))
    b = " ".join(fresh(rng, 30) + shared + fresh(rng, after))
    (found,) = overlaps_of(a, b)
    (passage,) = found.passages
    assert a[passage.a.start : passage.a.end] == b[passage.b.start : passage.b.end] == " ".join(shared)
    assert (passage.words, passage.identity, passage.grade) == (length, 1.0, "exact")
    assert found.a_in_b == pytest.approx(length / (before + length + 30))
    assert found.b_in_a == pytest.approx(length / (30 + length + after))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["swap", "drop", "insert"]), st.integers(1, 12))
def test_an_edited_passage_stays_one(seed: int, edit: str, every: int) -> None:
    rng = random.Random(seed)
    shared = fresh(rng, 120)
    copied: list[str] = []
    for place, word in enumerate(shared):
        if place % (every + 14) == every + 13:
            copied += {"swap": fresh(rng, 1), "drop": [], "insert": [word, *fresh(rng, 1)]}[edit]
        else:
            copied.append(word)
    a = " ".join(fresh(rng, 40) + shared + fresh(rng, 40))
    b = " ".join(fresh(rng, 10) + copied + fresh(rng, 10))
    (found,) = overlaps_of(a, b)
    assert len(found.passages) == 1
    assert_matches_are_equal_words(found, a, b)
    assert found.passages[0].words >= 0.9 * len(set(shared) & set(copied))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from("a b c d e f g".split()), max_size=80), min_size=2, max_size=5))
def test_repetitive_texts_use_each_word_once(articles: list[list[str]]) -> None:
    texts = [" ".join(article) for article in articles]
    for found in overlaps_of(*texts):
        a, b = (texts[int(id.removeprefix("article-"))] for id in (found.a, found.b))
        assert_matches_are_equal_words(found, a, b)
        for side in (0, 1):
            spans = sorted(match[side] for passage in found.passages for match in passage.matches)
            assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
        assert 0 < found.a_in_b <= 1
        assert 0 < found.b_in_a <= 1


def test_a_reprint_is_one_exact_passage() -> None:
    text = " ".join(fresh(random.Random(1), 300))
    (found,) = overlaps_of(text, text)
    (passage,) = found.passages
    assert text[passage.a.start : passage.a.end] == text
    assert (passage.words, found.a_in_b, found.b_in_a) == (300, 1.0, 1.0)


@pytest.mark.parametrize("copies", [2, 40, 150])
def test_any_number_of_copies_is_found(copies: int) -> None:
    rng = random.Random(2)
    shared = " ".join(fresh(rng, 60))
    found = overlaps_of(*(f"{' '.join(fresh(rng, 20))} {shared} {' '.join(fresh(rng, 20))}" for _ in range(copies)))
    assert len(found) == copies * (copies - 1) // 2
    assert all(overlap.narrated == 60 for overlap in found)


@pytest.mark.slow
def test_a_thousand_copies_are_all_paired() -> None:
    text = " ".join(fresh(random.Random(8), 120))
    found = find_overlaps(Article(str(n), text) for n in range(1000))
    assert sum(overlap.a_in_b == 1.0 and len(overlap.passages) == 1 for overlap in found) == 1000 * 999 // 2


def test_beyond_the_limit_holders_are_paired_with_the_first() -> None:
    rng = random.Random(3)
    shared = " ".join(fresh(rng, 60))
    few = Settings.from_mapping({"overlap": {"max_holders": 10}})
    found = overlaps_of(*(f"{' '.join(fresh(rng, 20))} {shared}" for _ in range(40)), settings=few)
    assert {overlap.a for overlap in found} == {"article-0"}
    assert len(found) == 39


def test_the_order_of_the_input_changes_nothing() -> None:
    rng = random.Random(4)
    pool = [" ".join(fresh(rng, 30)) for _ in range(12)]
    articles = [Article(f"id-{n}", " ".join(rng.choices(pool, k=4))) for n in range(15)]

    def result(given: list[Article]) -> set[Overlap]:
        return {o if o.a < o.b else o.swapped() for o in find_overlaps(given)}

    first = result(articles)
    assert first
    for _ in range(3):
        rng.shuffle(articles)
        assert {(o.a, o.b, o.narrated) for o in result(articles)} == {(o.a, o.b, o.narrated) for o in first}


def test_quoted_words_are_told_from_narration() -> None:
    rng = random.Random(5)
    said, told = " ".join(fresh(rng, 20)), " ".join(fresh(rng, 30))
    (found,) = overlaps_of(f"{told} “{said}”", f"{told} “{said}”")
    assert (found.narrated, found.quoted) == (30, 20)
    (found,) = overlaps_of(f"{told} “{said}”", f"{told} {said}")
    assert (found.narrated, found.quoted) == (50, 0)


@pytest.mark.parametrize("texts", [(), ("",), ("", ""), ("one", "one"), ("...", "!!!"), ("word " * 7, "word " * 7)])
def test_too_little_text_gives_nothing(texts: tuple[str, ...]) -> None:
    assert overlaps_of(*texts) == []


@pytest.mark.parametrize(
    "passage",
    [
        "أعلنت وزارة الصحة اليوم عن فتح ثلاثة مراكز جديدة في العاصمة لاستقبال المرضى خلال الأسبوع المقبل",
        "市政府星期一宣布将关闭旧港大桥进行为期三个月的维修工程预计明年春天重新开放",
        "नगर निगम ने सोमवार को कहा कि पुराना पुल तीन महीने तक मरम्मत के लिए बंद रहेगा और फिर खुलेगा",
        "Die Straße über den Fluß bleibt für „große“ Fahrzeuge bis Weihnachten gesperrt, sagte Bürgermeister Öztürk",
        "İstanbul’da kışın ısı düşünce ışıklar söndü ve çocuklar evde kaldı diye yazdı gazete bugün",
        "สภาเมืองประกาศปิดสะพานเก่าเพื่อซ่อมแซมเป็นเวลาสามเดือนตั้งแต่วันจันทร์",
        "Le café s’est re\u0301veille\u0301 tôt: l’\u00adœuvre « d’art » n’a pas été volée, a dit hier soir le maire",
    ],
)
def test_any_script_slices_exactly(passage: str) -> None:
    a, b = f"ÄÖ✨ {passage} 👩‍👩‍👧 one two three.", f"ﬁ ß four {passage} five."
    (found,) = overlaps_of(a, b)
    assert len(found.passages) == 1
    span_a, span_b = found.passages[0].a, found.passages[0].b
    assert a[span_a.start : span_a.end] == b[span_b.start : span_b.end]
    assert a[span_a.start : span_a.end].strip("“”„«».") in passage
    assert len(a[span_a.start : span_a.end]) >= len(passage) - 2


def test_two_articles_with_one_id_are_refused() -> None:
    with pytest.raises(UsageError, match="same id"):
        list(find_overlaps([Article("x", "one"), Article("x", "two")]))


def test_a_generator_will_do() -> None:
    text = " ".join(fresh(random.Random(6), 50))
    assert len(list(find_overlaps(Article(str(n), text) for n in range(3)))) == 3


def test_thorough_finds_runs_of_eight_words() -> None:
    rng = random.Random(7)
    thorough = replace(Settings(), overlap=replace(Settings().overlap, window=4))
    for _ in range(50):
        shared = " ".join(fresh(rng, 8))
        a, b = (f"{' '.join(fresh(rng, 30))} {shared} {' '.join(fresh(rng, 30))}" for _ in range(2))
        (found,) = overlaps_of(a, b, settings=thorough)
        assert found.passages[0].words == 8
