"""`descent.wires`: how much likelier a source that is not here is behind articles that credit nobody."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.newsroom import bureau, generate
from corpus.stories import load_stories
from lineage import Article, Lineage, Settings, trace
from lineage.descent import unseen
from lineage.descent.base_rate import LEARNT, MOST, wires
from lineage.descent.claims import weigh
from lineage.model import Named, Reason
from lineage.tracing import Measured, measured

ROW = "base rate"
NATS = (-6.0, -3.0, -1.0, 0.0, 1.0, 2.0, 3.0, 6.0)
STORIES = {
    "newsroom": lambda: list(generate(7, "hard", size=(8, 12)).articles),
    "bureau": lambda: list(bureau.generate(3, "medium", size=(8, 12), clocks="mixed").articles),
    "wire": lambda: list(bureau.generate(4, "easy", size=(8, 12)).articles),
    **{story.name: lambda story=story: list(story.articles) for story in load_stories()},
}


def told(articles: list[Article], nats: float) -> Lineage:
    return trace(articles, settings=Settings.from_mapping({"descent": {"wires": nats}}))


def pairs(count: int) -> Iterator[list[Article]]:
    """Two linked articles of different outlets at a time, the first texts of their stories."""
    for seed in range(count):
        articles = list(generate(seed, "easy", size=(6, 8)).articles)
        yield from (
            [one, other]
            for one, other in combinations(articles, 2)
            if one.outlet != other.outlet and measured([one, other]).story.links
        )


@pytest.fixture(scope="module", params=STORIES)
def story(request: pytest.FixtureRequest) -> Measured:
    return measured(STORIES[request.param]())


def test_it_is_one_row_of_sources_and_changes_nothing_else(story: Measured) -> None:
    plain, sources = weigh(story.story, story.groups)
    claims, shifted = weigh(story.story, story.groups, 1.75)
    assert {pair: claim.weight for pair, claim in claims.items()} == {p: claim.weight for p, claim in plain.items()}
    assert all(not source.named for source in shifted[len(sources) :])  # nobody names what is proposed beside
    for before, after in zip(sources, shifted[: len(sources)], strict=True):
        assert before.children.keys() == after.children.keys()
        for child, rows in after.children.items():
            witness, present = story.story.witnesses[child], story.story.present[child]
            names = {c.outlet for c in witness.credits if c.outlet in present} - {witness.outlet}
            if child in after.named:
                names |= set() if unseen.probability(after.named[child]) >= unseen.LINED else {"in its sentences"}
            else:
                names |= story.story.declares[child]
            old, new = list(before.children[child]), list(rows)
            assert not any(row.kind == ROW for row in old)
            assert new[: len(old)] == old
            assert [(row.kind, row.weight) for row in new[len(old) :]] == ([] if names else [(ROW, 1.75)])


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("nats", [-2.5, 2.5])
def test_the_rows_sum_to_what_is_shown(name: str, nats: float) -> None:
    found = told(STORIES[name](), nats)
    shown: list[tuple[float, tuple[Reason, ...]]] = [(d.probability, d.reasons) for d in found.derivations]
    shown += [(source.probability[id], rows) for source in found.sources for id, rows in source.reasons.items()]
    for probability, rows in shown:
        assert 1 / (1 + math.exp(-math.fsum(row.weight for row in rows))) == pytest.approx(probability, abs=1e-9)


def test_more_nats_never_make_a_source_behind_what_credits_nobody_less_probable() -> None:
    """Of two articles, that is: of more, one may go from under a source to a sibling that is now surely its child."""
    rising = 0
    for articles in pairs(12):
        probable = [
            [max((s.probability.get(a.id, 0.0) for s in found.sources), default=0.0) for a in articles]
            for found in (told(articles, nats) for nats in NATS)
        ]
        names = {credit.article for credit in trace(articles).credits}
        for less, more in pairwise(probable):
            assert all(n >= o - 1e-12 for a, o, n in zip(articles, less, more, strict=True) if a.id not in names)
        rising += probable[0] != probable[-1]
    assert rising >= 10


def test_what_agencies_sent_is_found_without_their_names_and_copies_are_taken_for_theirs() -> None:
    """Stories whose first texts are gone and whose articles credit nobody: more nats find more of the unseen texts."""
    right = dict.fromkeys((-3.0, 0.0, 2.0), 0)
    for seed in range(12):
        made = generate(seed, "medium", size=(6, 8))
        names = {credit.article for credit in trace(made.articles).credits}
        silent = [article for article in made.articles if article.id not in names]
        true = {frozenset(pair) for node in made.truth.unseen for pair in combinations(node.children, 2)}
        for nats in right:
            found = {
                frozenset(pair) for source in told(silent, nats).sources for pair in combinations(source.children, 2)
            }
            right[nats] += len(found & true)
    assert right[-3.0] < right[0.0] < right[2.0]


def test_what_credits_an_outlet_that_is_here_keeps_its_parent() -> None:
    """Evidence is evidence: where a copy says whose it is, papers that print one agency say nothing about it."""
    for name in ("ferry-inquiry", "tramway-orvanne", "museum-theft"):
        story = next(own for own in load_stories() if own.name == name)
        credited = {(e.child, e.parent) for e in story.edges if e.credited}
        articles = [replace(article, published=None) for article in story.articles]
        assert credited <= {(d.child, d.parent) for d in told(articles, 3.0).derivations}


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_what_is_learnt_grows_with_those_that_name_an_absent_outlet(absent: int, here: int, both: int) -> None:
    counts: dict[Named, int] = {"absent": absent, "here": here, "both": both}
    rate = wires(counts)
    assert -MOST <= rate <= MOST
    assert wires({"absent": absent, "here": here}) == rate
    assert wires({**counts, "absent": absent + 10}) >= rate >= wires({**counts, "here": here + 10})


def test_nothing_is_learnt_of_few_articles_or_of_such_as_the_ledger_knows() -> None:
    assert wires({}) == wires({"absent": 3}) == wires({"here": 5}) == 0
    assert wires({"absent": 3 * LEARNT[0], "here": 3 * LEARNT[1]}) == 0
    assert wires({"absent": 400}) > 1.5
    assert wires({"here": 400}) < -1


def test_whom_articles_credit() -> None:
    body = load_stories()[0].articles[0].text

    def article(id: str, end: str, text: str = body) -> Article:
        return Article(id, f"{text}\n\n{end}", f"The {id.title()} Courier")

    articles = [
        article("alpha", "By our own reporter."), article("beta", "(Reuters)"),
        article("gamma", "Source: The Alpha Courier"), article("epsilon", "(Reuters)", body[::-1]),
        article("delta", "Source: The Alpha Courier, with inputs from Reuters"),
    ]  # fmt: skip
    assert trace(articles).names == {"beta": "absent", "gamma": "here", "delta": "both"}
