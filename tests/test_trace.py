"""`trace` on stories whose lineage is known: exactly right, in any order, with and without clocks."""

from __future__ import annotations

import gc
import math
import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.newsroom.bureau import generate
from corpus.stories import Story, load_stories
from lineage import Article, Lineage, Settings, trace
from lineage.errors import UsageError
from lineage.model import Origins
from lineage.pipeline import registry

STORIES = load_stories()
each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


def without_clocks(articles: tuple[Article, ...]) -> list[Article]:
    return [replace(article, published=None) for article in articles]


def edges(found: Lineage) -> set[tuple[str, str, str, bool]]:
    return {(claim.child, claim.parent, claim.kind, claim.credited) for claim in found.derivations}


def sources(found: Lineage) -> list[tuple[tuple[str, ...], str | None]]:
    return sorted((tuple(sorted(source.children)), source.name) for source in found.sources)


def known_edges(story: Story, *, clocks: bool) -> set[tuple[str, str, str, bool]]:
    return {(e.child, e.parent, e.kind, e.credited) for e in story.edges if clocks or not e.needs_clock}


@each_story
@pytest.mark.parametrize("clocks", [True, False], ids=["clocks", "no clocks"])
def test_every_story_comes_out_exactly(story: Story, clocks: bool) -> None:
    found = trace(story.articles if clocks else without_clocks(story.articles))
    assert edges(found) == known_edges(story, clocks=clocks)
    assert sources(found) == sorted((tuple(sorted(s.children)), s.name) for s in story.sources)
    assert found.origins.low <= found.origins.count <= found.origins.high
    assert found.origins.count == story.origins
    quotations = {frozenset((r.a, r.b)) for r in found.relations if r.kind == "quotations"}
    assert quotations == {frozenset(pair) for pair in story.quotation_relations}
    left_open = {frozenset((e.child, e.parent)) for e in story.edges if e.needs_clock and not clocks}
    assert {frozenset((u.a, u.b)) for u in found.unresolved} == left_open


@each_story
def test_ledgers_sum_and_evidence_slices(story: Story) -> None:
    found = trace(story.articles)
    for claim in found.derivations:
        total = math.fsum(reason.weight for reason in claim.reasons)
        assert 1 / (1 + math.exp(-total)) == pytest.approx(claim.probability, abs=1e-9)
        assert claim.reasons[-2].kind == "rivals"
        assert claim.reasons[-1].kind == "calibration"
        child, parent = found.articles[claim.child].text, found.articles[claim.parent].text
        for reason in claim.reasons:
            assert all(child[span.start : span.end].strip() for span in reason.child_spans)
            assert all(parent[span.start : span.end].strip() for span in reason.parent_spans)
        if claim.credited:
            (credit,) = [reason for reason in claim.reasons if reason.kind == "credit"]
            assert found.articles[claim.parent].outlet in child
            assert credit.weight > 0
            assert credit.child_spans
    for source in found.sources:
        for id in source.children:
            total = math.fsum(reason.weight for reason in source.reasons[id])
            assert 1 / (1 + math.exp(-total)) == pytest.approx(source.probability[id], abs=1e-9)
    for credit in found.credits:
        if credit.name_span is not None:
            assert found.articles[credit.article].text[credit.name_span.start : credit.name_span.end] == credit.name


def essence(found: Lineage) -> object:
    return (
        sorted((c.child, c.parent, round(c.probability, 9), c.credited) for c in found.derivations),
        sorted(
            (s.children, s.name, tuple(round(p, 9) for _, p in sorted(s.probability.items()))) for s in found.sources
        ),
        sorted((u.a, u.b, round(u.a_from_b, 9), round(u.b_from_a, 9)) for u in found.unresolved),
        sorted((r.a, r.b, r.kind, r.words) for r in found.relations),
        found.origins,
        sorted(found.classes.items()),
        found.provenance.input_digest,
    )


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(STORIES), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(story: Story, rng: random.Random) -> None:
    shuffled = list(story.articles)
    rng.shuffle(shuffled)
    assert essence(trace(shuffled)) == essence(trace(story.articles))


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(STORIES), st.sampled_from(STORIES))
def test_an_unrelated_story_moves_nothing(story: Story, other: Story) -> None:
    if story.name == other.name:
        return
    alone, together = trace(story.articles), trace([*story.articles, *other.articles])
    ids = {article.id for article in story.articles}
    assert edges(alone) == {edge for edge in edges(together) if edge[0] in ids}
    assert sources(alone) == [source for source in sources(together) if set(source[0]) <= ids]
    mine = {(c.child, c.parent): c.probability for c in alone.derivations}
    for claim in together.derivations:
        if claim.child in ids:
            assert claim.probability == pytest.approx(mine[claim.child, claim.parent], abs=1e-6)


@each_story
def test_relabelling_the_articles_relabels_the_answer(story: Story) -> None:
    names = {article.id: f"n{7 * place % 11:02}-{place}" for place, article in enumerate(story.articles)}
    found = trace([replace(article, id=names[article.id]) for article in story.articles])
    assert edges(found) == {
        (names[c], names[p], kind, credited) for c, p, kind, credited in edges(trace(story.articles))
    }


def test_identical_twins_without_a_cue_are_undetermined_and_even() -> None:
    text = STORIES[0].articles[0].text
    found = trace([Article("a", text), Article("b", text), STORIES[1].articles[0]])
    assert found.derivations == ()
    (question,) = found.unresolved
    assert question.a_from_b == pytest.approx(question.b_from_a)
    assert question.a_from_b + question.b_from_a > 0.5
    assert found.origins.count == 2


@each_story
@pytest.mark.parametrize("later", [True, False], ids=["later", "the same clock"])
def test_a_text_that_an_outlet_has_again_moves_nothing(story: Story, later: bool) -> None:
    known = trace(story.articles)
    claims = {(claim.child, claim.parent): claim.probability for claim in known.derivations}
    for article in story.articles[:3]:
        if article.outlet is None or any(a.text == article.text for a in story.articles if a is not article):
            continue
        copies = [replace(article, id=f"{article.id}-again-{number}") for number in range(3)]
        if later and article.published:
            day = f"2030-01-0{1 + len(copies)}T00:00:00Z"
            copies = [replace(copy, published=day) for copy in copies]
        found = trace([*copies, *story.articles], now=datetime(2031, 1, 1, tzinfo=UTC))
        own = {(claim.child, claim.parent): claim.probability for claim in found.derivations}
        assert {pair: p for pair, p in own.items() if pair[0] not in {copy.id for copy in copies}} == pytest.approx(
            claims, abs=0.001
        )
        again = [pair for pair in own if pair not in claims]
        left_open = {frozenset((u.a, u.b)) for u in found.unresolved}
        assert all(parent == article.id for _, parent in again)
        for copy in copies:  # a version of the first, or nobody knows which was first
            assert ((copy.id, article.id) in own) != (frozenset((copy.id, article.id)) in left_open)
        assert sources(found) == sources(known)
        assert found.origins.count == known.origins.count


def test_a_thousand_reprints_are_one_story() -> None:
    text = STORIES[0].articles[0].text
    found = trace(Article(f"r{number:04}", text, f"Outlet {number}") for number in range(1000))
    assert len(list(found.stories())) == 1
    assert len(found.derivations) + len(found.unresolved) == 999
    assert found.origins.count == 1


def test_taking_a_credit_away_never_raises_the_edge() -> None:
    checked = 0
    for story in STORIES:
        whole = {(c.child, c.parent): c for c in trace(story.articles).derivations}
        for (child, parent), claim in whole.items():
            if not claim.credited:
                continue
            stripped = []
            for article in story.articles:
                if article.id == child:
                    text = article.text
                    for reason in claim.reasons:
                        for span in reason.child_spans if reason.kind == "credit" else ():
                            text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
                    article = replace(article, text=text)
                stripped.append(article)
            after = {(c.child, c.parent): c.probability for c in trace(stripped).derivations}
            assert after.get((child, parent), 0.0) <= claim.probability + 1e-9
            checked += 1
    assert checked >= 5


def test_a_credit_to_an_absent_outlet_makes_a_named_source_and_no_edge() -> None:
    named = 0
    for story in STORIES:
        for edge in story.edges:
            if not edge.credited:
                continue
            rest = [article for article in story.articles if article.id != edge.parent]
            parent = next(article for article in story.articles if article.id == edge.parent)
            if any(article.outlet == parent.outlet for article in rest):
                continue
            found = trace(rest)
            others = {e.parent for e in story.edges if e.child == edge.child} - {edge.parent}
            assert {c.parent for c in found.derivations if c.child == edge.child} <= others
            names = {source.name for source in found.sources if edge.child in source.children}
            above = {source.name for source in story.sources if parent.id in source.children}
            assert names <= {parent.outlet, *above}, (story.name, names)
            named += parent.outlet in names
    assert named >= 3


OWN_WORDS = (
    "Nobody who has watched this council for a year will be surprised. It is what happens when people who never built "
    "anything are asked to mend it, and we have said so here again and again. Read it and weep with us.",
    "We are tired of it, as you must be. Every spring brings another promise and every autumn another bill, and those "
    "who pay are never those who sign. Have a look at what they are up to this time.",
)


@pytest.mark.parametrize("present", [False, True])
def test_an_announced_excerpt_is_from_whom_it_is_announced(present: bool) -> None:
    """ "From the Post:" is a credit for what follows: to the Post's article, or to one that is not here."""
    for story in STORIES[:6]:
        original = max((a for a in story.articles if a.text.isascii()), key=lambda a: len(a.text), default=None)
        if original is None:
            continue
        excerpt = " ".join(original.text.split()[:90])
        copies = [
            Article(f"blog-{n}", f"{own} From the Hollow Creek Patriot: {excerpt}", f"Blog {n}")
            for n, own in enumerate(OWN_WORDS)
        ]
        whole = [replace(original, outlet="Hollow Creek Patriot", text=f"{excerpt} {OWN_WORDS[0][:60]}")]
        found = trace([*copies, *(whole if present else [])])
        if present:
            assert edges(found) == {(copy.id, original.id, "copy", True) for copy in copies}
        else:
            assert sources(found) == [(("blog-0", "blog-1"), "Hollow Creek Patriot")]
            assert not found.derivations


def test_a_source_that_one_of_two_cites_has_a_doubtful_name() -> None:
    """A line of one article names what is behind both; a citation in one of two may be of something else."""
    checked = 0
    for story in STORIES:
        found = trace(story.articles)
        for source in found.sources:
            lines, cites = 0, 0
            for child in source.children:
                said = [c for c in found.credits if c.article == child and c.is_source and c.name == source.name]
                lines += any(credit.kind != "attribution" for credit in said)
                cites += bool(said)
            if source.name is None or lines or 2 * cites > len(source.children):
                assert not source.doubtful
                checked += 1
    assert checked >= 3
    shared = (
        "The lock gates at Hollow Creek will be mended before the first frost, the board said on Monday after a night "
        "of talks. Eleven barges have waited since the storm, and two mills upstream sent their workers home "
        "without pay. The water stands a hand below the sill, and the wardens count the hours."
    )
    cites = Article(
        "a", f"Boats wait. {shared} It was first put at nine million, according to the Brevik Courant.", "A"
    )
    settings = Settings(descent=replace(Settings().descent, wires=2.0))
    [source] = trace([cites, Article("b", f"Nothing moves on the canal. {shared}", "B")], settings=settings).sources
    assert (source.name, source.children, source.doubtful) == ("Brevik Courant", ("a", "b"), True)
    says = replace(cites, text=f"Boats wait. {shared}\n(AFP)")
    [source] = trace([says, Article("b", f"Nothing moves on the canal. {shared}", "B")], settings=settings).sources
    assert (source.name, source.children, source.doubtful) == ("AFP", ("a", "b"), False)


def test_nobody_is_said_not_to_name_whom_he_names() -> None:
    """Not even where it is another text of the same agency that he names it for."""
    checked = 0
    made = (generate(seed, "medium", clocks="none", split="train") for seed in (13, 22))  # where that is so
    for articles in (*(story.articles for story in STORIES), *(story.articles for story in made)):
        found = trace(articles)
        for source in found.sources:
            for child, rows in source.reasons.items():
                if any(" does not name " in row.note for row in rows):
                    named = {c.name for c in found.credits if c.article == child and c.is_source}
                    assert source.name not in named
                    checked += 1
    assert checked >= 2


def test_who_prints_a_wire_is_not_taken_for_the_wire() -> None:
    """An article without an outlet that shares text with one that credits a wire has that from there, too."""
    checked = 0
    for story in STORIES:
        for source in story.sources:
            if source.name is None or not registry(story.articles, Settings()).is_wire(source.name):
                continue
            for child in source.children:
                some = [replace(a, outlet=None) if a.id == child else a for a in story.articles]
                assert trace(some).articles[child].outlet != source.name
                checked += 1
    assert checked >= 5


def test_articles_twice_are_noted_and_no_articles_are_an_error() -> None:
    one = STORIES[0].articles[0]
    found = trace([one, one, replace(one, text="Something else entirely.")])
    assert list(found.articles) == [one.id, f"{one.id}#2"]
    assert [entry.kind for entry in found.skipped] == ["noted", "noted"]
    with pytest.raises(UsageError, match="no article"):
        trace([])


@pytest.mark.parametrize(
    "moments",
    [
        ("1970-01-01T00:00:00Z", "2199-01-01"),
        ("2024-05-01T10:00:00", "2024-05-01T12:00:00+09:00"),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z"),
        ("2024-05-01", "2024-05-01"),
        ("soon", None),
    ],
)
def test_clocks_that_say_nothing_direct_nothing(moments: tuple[str | None, str | None]) -> None:
    text = STORIES[0].articles[0].text
    found = trace([Article("a", text, published=moments[0]), Article("b", text, published=moments[1])])
    assert found.derivations == ()
    assert len(found.unresolved) == 1


def test_empty_and_tiny_articles_are_independent() -> None:
    found = trace([Article("a", ""), Article("b", "Word."), *STORIES[0].articles])
    assert {"a", "b"} <= set(found.roots())
    assert found.classes["a"] == "not"


def test_an_article_without_text_is_no_origin() -> None:
    plain = trace(STORIES[0].articles).origins
    empty = [Article("a", ""), Article("b", " \n\t")]
    assert trace([*empty, *STORIES[0].articles]).origins == plain
    assert trace(empty).origins == Origins(0, 0, 0)


def test_the_garbage_collector_is_left_as_it_was() -> None:
    articles = [Article("a", "one two three"), Article("b", "four five six")]
    for on in (True, False):
        (gc.enable if on else gc.disable)()
        try:
            trace(articles)
            with pytest.raises(UsageError):
                trace([])
            assert gc.isenabled() == on
        finally:
            gc.enable()
