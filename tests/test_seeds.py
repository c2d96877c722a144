"""Four real articles on one press conference. Skipped where the shared data are absent."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import seeds
from lineage import Article, Lineage, read_articles, trace

SEEDS = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared data are not here")

NAMES = {"zee-news": "000_", "ndtv": "001_", "al-jazeera": "003_", "new-arab": "004_"}


def indexed() -> list[Article]:
    return [article for article in read_articles(SEEDS) if article.id in NAMES]


def bare() -> list[Article]:
    names = {prefix: id for id, prefix in NAMES.items()}
    return [replace(article, id=names[article.id[:4]]) for article in read_articles(*sorted(SEEDS.glob("*.txt")))]


def assert_exact(found: Lineage) -> None:
    (claim,) = found.derivations
    assert (claim.child, claim.parent, claim.kind, claim.credited) == ("zee-news", "al-jazeera", "copy", True)
    assert claim.probability >= 0.95
    (source,) = found.sources
    assert (source.children, source.name) == (("ndtv",), None)
    assert found.unresolved == ()
    assert found.origins.count == 3
    assert {relation.kind for relation in found.relations} <= {"quotations", "formulas"}


@pytest.mark.parametrize("given", [indexed, bare])
def test_exact_in_any_order(given: object) -> None:
    articles = given()  # type: ignore[operator]
    rng = random.Random(1)
    for _ in range(4):
        rng.shuffle(articles)
        assert_exact(trace(articles))


def runs(spans: list[tuple[int, int]]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def test_the_passages_are_those_of_the_truth() -> None:
    truth = json.loads((SEEDS / "truth.json").read_text(encoding="utf-8"))
    (claim,) = trace(indexed()).derivations
    articles = {article.id: article.text for article in indexed()}
    for side, key in ((0, "al_jazeera"), (1, "zee_news")):
        text = articles[key.replace("_", "-")]
        words = [match.span() for match in re.finditer(r"\w+(?:['’]\w+)*", text)]
        known = runs([tuple(item[key]) for item in truth["passages"]["items"]])
        matches = [match[side] for passage in claim.passages for match in passage.matches]
        found = runs([tuple(span) for span in matches])
        long = runs([tuple(span) for span in matches if sum(span[0] <= w[0] < span[1] for w in words) >= 8])
        true = {w for w in words if w[0] in known}
        assert sum(w[0] in found for w in true) >= 0.98 * len(true)
        in_long = {w for w in words if w[0] in long}
        assert len(in_long & true) >= 0.98 * len(in_long)


def test_the_long_runs_of_equal_words_are_the_truths_to_the_character() -> None:
    scores = seeds.run(SEEDS)
    for article in ("al-jazeera", "zee-news"):
        assert scores["al-jazeera zee-news"][article]["runs"] == 1.0
        assert scores["al-jazeera zee-news"][article]["passages"] >= 0.94  # they go on over the credits put in
    pairs = [score for pair, score in scores.items() if pair != "al-jazeera zee-news"]
    assert len(pairs) == 5
    assert max(score["words"] for score in pairs) <= 0.07  # by the truth's own runs 22 of 352 words
    assert max(score["narrated"] for score in pairs) <= 0.01


def test_the_four_credits_and_no_others() -> None:
    truth = json.loads((SEEDS / "truth.json").read_text(encoding="utf-8"))
    known = {(entry["article"], *entry["span"]) for entry in truth["credits"]}
    named = {(c.article, *c.name_span) for c in trace(indexed()).credits if c.name_span is not None}
    assert named == known


def test_linked_without_the_credits() -> None:
    truth = json.loads((SEEDS / "truth.json").read_text(encoding="utf-8"))
    articles = []
    for article in indexed():
        text = article.text
        for entry in truth["credits"]:
            if entry["article"] == article.id:
                start, end = entry["phrase_span"]
                text = text[:start] + " " * (end - start) + text[end:]
        articles.append(replace(article, text=text))
    found = trace(articles)
    linked = {frozenset((c.child, c.parent)) for c in found.derivations}
    linked |= {frozenset((u.a, u.b)) for u in found.unresolved}
    assert linked == {frozenset(("zee-news", "al-jazeera"))}
    assert [(source.children, source.name) for source in found.sources] == [(("ndtv",), None)]


@pytest.mark.parametrize("given", [indexed, bare])
def test_the_same_tree_with_every_name_replaced(given: object) -> None:
    new = {
        "Al Jazeera": "Brevik Courant", "Zee News": "Harbour Lights", "NDTV": "Quorn", "The New Arab": "The Old Slate",
        "Putin": "Marlow", "Assad": "Pereira", "Syria": "Lothar", "Moscow": "Tarn", "JioSaavn": "Pling",
    }  # fmt: skip
    pattern = re.compile("|".join(map(re.escape, new)))

    def renamed(article: Article) -> Article:
        outlet = article.outlet and pattern.sub(lambda match: new[match[0]], article.outlet)
        text = pattern.sub(lambda match: new[match[0]], article.text)
        return replace(article, text=text, outlet=None if "outlet" in article.guessed else outlet, guessed=())

    assert_exact(trace([renamed(article) for article in given()]))  # type: ignore[operator]


@pytest.mark.parametrize("given", [indexed, bare])
@pytest.mark.parametrize("gone", sorted(NAMES))
def test_with_any_one_article_taken_away(given: object, gone: str) -> None:
    found = trace([article for article in given() if article.id != gone])  # type: ignore[operator]
    pairs = {(claim.child, claim.parent) for claim in found.derivations}
    assert pairs == ({("zee-news", "al-jazeera")} if gone not in ("zee-news", "al-jazeera") else set())
    named = {(source.children, source.name) for source in found.sources}
    expected: set[tuple[tuple[str, ...], str | None]] = set() if gone == "ndtv" else {(("ndtv",), None)}
    if gone == "al-jazeera":
        expected |= {(("zee-news",), "Al Jazeera")}
    assert named == expected
