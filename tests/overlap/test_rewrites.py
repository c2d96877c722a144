"""The rewrite-tolerant aligner: reworded copies are found, other reports of the same event are not."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lineage import Article, compare, find_overlaps, trace
from lineage.finding import Profile
from lineage.model import Span
from lineage.overlap.alike import Vectors, seeds
from lineage.overlap.collection import Collection, Sentences, paired, parse
from lineage.overlap.rewrites import EXHAUSTIVE, NEWS, Reworded, align, promising, rewritten, uncovered
from lineage.overlap.rewrites import Profile as Rewrites
from lineage.reports.side_by_side import side_by_side
from lineage.reports.terminal import Style
from lineage.text.tokens import tokenize

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
    assert looked_at((ORIGINAL, ANOTHER), NEWS, []) == []


def test_the_same_in_another_order_is_related_and_counts_for_nothing() -> None:
    shuffled = (
        "The district engineer said the last chimney of its kind in the valley, built in 1874, must be taken down "
        "before the week ends. Until noon forty firefighters from three towns were fighting flames in bales of raw "
        "cotton; nobody was hurt. In the early hours of Thursday a welding torch gave off a spark in the basement "
        "where the cotton was stored, and the Brackwell mill burned down."
    )
    a, b = Article("a", BEFORE + ORIGINAL), Article("b", shuffled + AFTER)
    overlap = compare(a, b)
    assert (overlap.passages, overlap.narrated, overlap.quoted, overlap.a_in_b, overlap.b_in_a) == ((), 0, 0, 0, 0)
    (related,) = overlap.related
    assert related.grade == "related"
    assert related.a.start >= len(BEFORE) - 1
    assert related.b.end <= len(shuffled) + 1
    assert overlap.swapped().related == (related.swapped(),)
    shown = side_by_side(overlap, a, b, Style(100))
    assert "They share no passage." in shown
    assert "Related, but counted nowhere" in shown
    assert "Until noon" in shown
    assert compare(a, b, profile="exhaustive").passages != ()
    assert trace([a, b]).derivations == ()


@example([ORIGINAL.split(". ")[-1], ORIGINAL, ORIGINAL, ANOTHER], [REWORDED, REWORDED.split(". ")[-1]])
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([ORIGINAL, REWORDED, ANOTHER, BEFORE, AFTER, *ORIGINAL.split(". ")]), max_size=5),
    st.lists(st.sampled_from([ORIGINAL, REWORDED, ANOTHER, BEFORE, AFTER, *REWORDED.split(". ")]), max_size=5),
)
def test_related_stretches_meet_nothing_that_counts(ones: list[str], others: list[str]) -> None:
    overlap = compare(Article("a", " ".join(ones)), Article("b", " ".join(others)))
    assert all(passage.grade != "related" for passage in overlap.passages)
    for related in overlap.related:
        for passage in (*overlap.passages, *overlap.related):
            if passage is not related:
                for one, other in ((related.a, passage.a), (related.b, passage.b)):
                    assert min(one.end, other.end) <= max(one.start, other.start)


# Made up; the second of each tells the first in other words, in the same order.
OTHER_SCRIPTS = {
    "Chinese": (
        "周四凌晨，布拉克韦尔镇的老棉纺厂发生大火，一名焊工的焊枪火花点燃了地下室里存放的原棉。来自三个镇的四十名消防员一直扑救到中午才控制住火势。"
        "火灾没有造成人员伤亡，但建于一八七四年的烟囱是山谷里最后一座，区工程师表示，本周末之前必须拆除。",
        "周四凌晨，布拉克韦尔镇的老棉纺厂突发大火，一名焊工的焊枪火花引燃了地下室里堆放的原棉。来自三个镇的四十多名消防员扑救到中午才控制住火势。"
        "火灾未造成人员伤亡，但建于一八七四年的烟囱是山谷里最后一座，区工程师说，本周末以前必须拆除。",
    ),
    "Arabic": (
        "اندلع حريق كبير في مصنع القطن القديم في بلدة براكويل فجر الخميس بعد أن أشعلت شرارة من آلة لحام بالات القطن "
        "المخزنة في القبو. وكافح أربعون رجل إطفاء من ثلاث بلدات النيران حتى الظهر. ولم يصب أحد بأذى لكن المدخنة التي "
        "بنيت عام 1874 وهي الأخيرة من نوعها في الوادي ستهدم قبل نهاية الأسبوع كما قال مهندس المنطقة.",
        "شب حريق كبير في مصنع القطن القديم في بلدة براكويل فجر الخميس بعد أن أشعلت شرارة من آلة لحام أكوام القطن "
        "المخزنة في القبو. وقاوم أربعون رجل إطفاء من ثلاث مدن النيران حتى الظهر. ولم يصب أحد بأذى غير أن المدخنة التي "
        "شيدت عام 1874 وهي الأخيرة من نوعها في الوادي ستزال قبل نهاية الأسبوع كما قال مهندس المنطقة.",
    ),
    "Hindi": (
        "ब्रैकवेल कस्बे की पुरानी कपास मिल में गुरुवार तड़के भीषण आग लग गई, जब वेल्डिंग मशीन की एक चिंगारी ने तहखाने में रखी कपास की "
        "गांठों को जला दिया। तीन कस्बों के चालीस दमकल कर्मी दोपहर तक आग बुझाते रहे। कोई घायल नहीं हुआ, लेकिन 1874 में बनी चिमनी, "
        "जो घाटी में अपनी तरह की आखिरी है, सप्ताह के अंत से पहले गिरा दी जाएगी, जिला अभियंता ने कहा।",
        "ब्रैकवेल कस्बे की पुरानी कपास मिल में गुरुवार तड़के बड़ी आग लग गई, जब वेल्डिंग मशीन की एक चिंगारी ने तहखाने में पड़ी कपास की "
        "गांठों को सुलगा दिया। तीन शहरों के चालीस दमकल कर्मी दोपहर तक आग से लड़ते रहे। कोई घायल नहीं हुआ, मगर 1874 में बनी चिमनी, "
        "जो घाटी में अपनी तरह की आखिरी है, सप्ताह के अंत तक गिरा दी जाएगी, जिला अभियंता ने बताया।",
    ),
}


@pytest.mark.parametrize("language", list(OTHER_SCRIPTS))
def test_reworded_in_other_scripts(language: str) -> None:
    original, reworded = OTHER_SCRIPTS[language]
    a, b = Article("a", original), Article("b", reworded)
    profiles: tuple[Profile, ...] = ("news", "exhaustive")
    for profile in profiles:
        overlap = compare(a, b, profile=profile)
        assert overlap.a_in_b > 0.6, profile
        covered = sum(p.a.end - p.a.start for p in overlap.passages)
        assert covered > 0.75 * len(original), profile


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


def looked_at(texts: tuple[str, str], profile: Rewrites, held: list[tuple[Span, Span]]) -> list[Reworded]:
    """What two texts share in other words beside what is held."""
    one, other = map(parse, texts)
    free = (
        uncovered(Sentences.of(texts[0]), [a for a, _ in held]),
        uncovered(Sentences.of(texts[1]), [b for _, b in held]),
    )
    alike = seeds(*Vectors.of_pair(one, other, free), profile.seed)
    return rewritten(*paired(one, other), profile, held, promising(alike, one, other, profile))


SENTENCES = st.lists(
    st.sampled_from([ORIGINAL, REWORDED, ANOTHER, *ORIGINAL.split(". "), "ü 新闻 ß. ", ""]), max_size=6
)


@settings(max_examples=60, deadline=None)
@given(SENTENCES, SENTENCES)
def test_two_texts_are_made_ready_as_in_a_collection(one: list[str], other: list[str]) -> None:
    collection = Collection()
    texts = ". ".join(one), ". ".join(other)
    expected = [collection.prepare(text) for text in texts]
    *found, counts = paired(*map(parse, texts))
    for text, same in zip(found, expected, strict=True):
        for field in text.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(text, field), getattr(same, field), err_msg=field)
        np.testing.assert_array_equal(counts.rarity(text.types), collection.rarity(same.types))
        np.testing.assert_array_equal(counts.frequency(text.types), collection.frequency(same.types))


@settings(max_examples=60, deadline=None)
@given(SENTENCES, SENTENCES, st.data())
def test_where_no_sentence_is_free_nothing_is_rewritten(one: list[str], other: list[str], data: st.DataObject) -> None:
    texts = ". ".join([ORIGINAL, *one]), ". ".join([REWORDED, *other])
    shares = [data.draw(st.integers(0, len(text))) for text in texts for _ in range(2)]
    held = [(Span(*sorted(shares[:2])), Span(*sorted(shares[2:])))]
    for text in texts:
        whole, cut = parse(text), Sentences.of(text)
        assert (whole.starts.tolist(), whole.units.tolist()) == (cut.starts.tolist(), cut.units.tolist())
        known = Sentences.of(text, tokenize(text))
        assert (known.starts.tolist(), known.units.tolist()) == (cut.starts.tolist(), cut.units.tolist())
        assert not uncovered(cut, [Span(0, len(text))]).any()
        assert uncovered(cut, []).all()
    if not all(
        uncovered(Sentences.of(text), own).any() for text, own in zip(texts, zip(*held, strict=True), strict=True)
    ):
        assert looked_at(texts, NEWS, held) == []


@pytest.mark.parametrize("text", ["", "one", "。。。", "word " * 200])
def test_odd_texts(text: str) -> None:
    collection = Collection()
    a, b = collection.prepare(text), collection.prepare(ORIGINAL)
    assert align(a, b, collection, EXHAUSTIVE) == []
    assert list(a.units[:1]) == [0]
    assert a.units[-1] == len(a)


def made_up(rng: random.Random, sentences: int) -> list[list[str]]:
    """Sentences of ten words of eight letters."""
    return [["".join(rng.choice("bdfgklmnprst") + rng.choice("aeiou") for _ in range(4)) for _ in range(10)] for _ in
            range(sentences)]  # fmt: skip


def reworded(rng: random.Random, sentences: list[list[str]], kept: int) -> list[list[str]]:
    """Sentences of which `kept` words each stay, in their places."""
    other = made_up(rng, len(sentences))
    places = [set(rng.sample(range(10), kept)) for _ in sentences]
    return [
        [old[k] if k in stay else new[k] for k in range(10)]
        for old, new, stay in zip(sentences, other, places, strict=True)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_short_passage_with_little_evidence_is_told_only_where_there_is_no_other(seed: int) -> None:
    rng = random.Random(seed)
    short, long = made_up(rng, 2), made_up(rng, 4)

    def found(kept: int, beside: bool) -> list[tuple[Span, Span]]:
        collection = Collection()
        left = [*made_up(rng, 5), *short, *made_up(rng, 6), *(long if beside else [])]
        right = [*made_up(rng, 5), *reworded(rng, short, kept), *made_up(rng, 6)]
        right += reworded(rng, long, 8) if beside else []
        one, other = (" ".join(" ".join(words) + "." for words in side) for side in (left, right))
        seen = looked_at((one, other), EXHAUSTIVE, [])
        spans = align(collection.prepare(one), collection.prepare(other), collection, EXHAUSTIVE)
        assert [(stretch.a, stretch.b) for stretch in seen] == spans
        return spans

    begin, size = 5 * 91, 2 * 91  # characters: ten words, blanks and a full stop make 91
    ((one, other),) = found(4, beside=False)
    assert [span.start for span in (one, other)] == [begin, begin]
    assert [span.end for span in (one, other)] == [begin + size - 1, begin + size - 1]
    assert found(3, beside=False) == []
    ((one, other),) = found(4, beside=True)
    assert min(one.start, other.start) >= begin + size  # of the long passage
    assert len(found(5, beside=True)) == 2
