"""The benchmarks' corpora are what they say, every contender finds a reprint, and recall stays above its floors."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks import speed
from benchmarks.contenders import CONTENDERS, Contender
from benchmarks.corpora import FURNITURE, LENGTH, Planted, RealSentences, from_file, planted_pairs, synthetic
from benchmarks.passages import by_containment, lsh_pairs, lsh_score, markdown, score, with_window
from lineage import Article, Overlap, Passage, Span, find_overlaps


def written_sentences(folder: Path) -> Path:
    """A file of articles with 3,000 different sentences of ten words."""
    words = "the mayor of a small town had said that nobody from here would ever vote twice for it".split()
    lines = []
    for number in range(300):
        some = [" ".join([*words[k : k + 8], f"no{number}", f"at{k}."]) for k in range(10)]
        lines.append(json.dumps({"id": number, "text": " ".join(some) + "\u0085", "outlet": "Gazette"}))
    path = folder / "articles.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


@pytest.mark.parametrize("real", [False, True])
def test_what_was_planted_stands_where_the_truth_says(real: bool, tmp_path: Path) -> None:
    truth: list[Planted] = []
    sentences = written_sentences(tmp_path) if real else None
    articles = list(synthetic(400, seed=5, truth=truth, sentences=sentences))
    assert articles == list(synthetic(400, seed=5, sentences=sentences))
    assert articles != list(synthetic(400, seed=6, sentences=sentences))
    assert 0.12 < len(truth) / 400 < 0.32
    assert any(planted.words == LENGTH for planted in truth)
    kept: dict[float, list[float]] = {}
    for planted in truth:
        parent, child = articles[planted.parent].text.split(), articles[planted.child].text.split()
        pairs = zip(
            parent[planted.taken : planted.taken + planted.words],
            child[planted.put : planted.put + planted.words],
            strict=True,
        )
        equal = sum(one == other for one, other in pairs)
        assert equal >= round(planted.contained * len(child))
        kept.setdefault(planted.changed, []).append(equal / planted.words)
    assert set(kept[0.0]) == {1.0}
    for changed, shares in kept.items():
        assert sum(shares) / len(shares) == pytest.approx(1 - changed, abs=0.02)


def test_distinct_sentences_share_no_five_words(tmp_path: Path) -> None:
    sentences = ["one two three four five six.", "Well, two three four five six indeed.", "two three four five seven."]
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps({"text": " ".join(sentences)}) + "\n")
    rng = np.random.default_rng(1)
    assert set(RealSentences(path, rng, distinct=True).words) == set(f"{sentences[0]} {sentences[2]}".split())
    assert set(RealSentences(path, rng).words) == set(" ".join(sentences).split())


def test_places_are_found_in_text_with_marks_and_compounds(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    lines = [
        "\n".join(f"Then-mayor {a}{b} – so “{b} e-{c}” – said {c}{a}, {a}-{b}, {b}." for b in "xyzuvw" for c in "klmno")
        for a in "abcdefgh"
    ]
    path.write_text("\n".join(json.dumps({"text": line}) for line in lines))
    articles, truth = planted_pairs(4, 120, 30, 0.0, 1, path)
    assert any("-" in article.text for article in articles)
    overlaps = []
    for planted in truth:
        ends = ((planted.parent, planted.taken), (planted.child, planted.put))
        one, other = (whole_words(articles[number].text, first) for number, first in ends)
        overlaps.append(overlap(str(planted.parent), str(planted.child), (one, other)))
    found = score(overlaps, truth, articles)
    assert (found.recall, found.covered, found.precision) == (1.0, 1.0, 1.0)


def whole_words(text: str, first: int) -> Span:
    """Where 30 words of a text stand, found by cutting it at blanks."""
    words = text.split(" ")
    start = len(" ".join([*words[:first], ""]))
    return Span(start, start + len(" ".join(words[first : first + 30])))


def test_furniture_is_an_outlet_s_own_and_is_recognised() -> None:
    articles = list(synthetic(1000, seed=2))
    tails: dict[str | None, list[str]] = {}
    for article in articles:
        words = article.text.split()
        if len(words) > LENGTH:
            tails.setdefault(article.outlet, []).append(" ".join(words[-FURNITURE:]))
    assert 60 < sum(map(len, tails.values())) < 140
    assert all(len(set(own)) == 1 for own in tails.values())
    stream = find_overlaps(articles)
    next(stream)
    named = {passage.outlet: passage for passage in stream.furniture}
    often = {outlet: own for outlet, own in tails.items() if len(own) >= 6}
    assert often
    for outlet, own in often.items():
        assert named[outlet].holders == len(own)
        assert named[outlet].text in own[0]


def test_a_million_articles_are_not_held() -> None:
    assert [article.id for article in islice(synthetic(1_000_000), 3)] == ["0", "1", "2"]


def test_articles_of_a_file(tmp_path: Path) -> None:
    articles = from_file(written_sentences(tmp_path))
    assert len(articles) == 300
    assert articles[7].outlet == "Gazette"
    assert articles[7].text.endswith("\u0085")
    assert from_file(written_sentences(tmp_path), 4) == articles[:4]


@pytest.mark.parametrize("name", CONTENDERS)
def test_every_contender_finds_a_reprint(name: str) -> None:
    contender = CONTENDERS[name]
    if not contender.installed:
        pytest.skip(f"{contender.package} is not installed")
    articles, _ = planted_pairs(100, LENGTH, 0, 0.0, seed=8)
    assert len(articles) == 200
    before = contender.run(contender.prepare(articles))
    reprinted = [*articles, Article("200", articles[3].text)]
    assert contender.run(contender.prepare(reprinted)) > before


@pytest.mark.parametrize("words", [30, 60, 120])
def test_every_verbatim_passage_is_found(words: int) -> None:
    articles, truth = planted_pairs(200, 820, words, 0.0, seed=words)
    found = score(find_overlaps(articles), truth, articles)
    assert (found.recall, found.pair_precision) == (1.0, 1.0)
    assert found.covered == 1.0


def test_edited_passages_are_found() -> None:
    articles, truth = planted_pairs(600, 820, 30, 0.08, seed=11)
    recall = {window: score(with_window(articles, window), truth, articles).recall for window in (4, 8, 12)}
    assert recall[8] >= 0.97
    assert recall[4] >= max(0.99, recall[8])
    assert recall[12] <= recall[8]
    assert lsh_score(articles, truth).recall < 0.1


def test_the_baseline_gives_every_pair_of_a_band() -> None:
    articles, _ = planted_pairs(20, 200, 0, 0.0, seed=4)
    thrice = [*articles, *(Article(str(40 + n), articles[0].text) for n in range(2))]
    assert lsh_pairs(thrice) == {(0, 40), (0, 41), (40, 41)}


def test_pairs_with_much_in_common_are_found() -> None:
    rows = {row["finder"]: row for row in by_containment(1000, 3, None)}
    assert rows["W = 8"]["pairs"] > 50
    assert rows["W = 8"]["recall"] == 1.0


def overlap(a: str, b: str, *spans: tuple[Span, Span]) -> Overlap:
    passages = tuple(Passage(one, other, 2, 1.0, 0.0, "exact") for one, other in spans)
    return Overlap(a, b, passages, 0.5, 0.5, 2, 0)


def test_scores_worked_out_by_hand() -> None:
    articles = [Article("0", "aa bb cc dd"), Article("1", "ee aa bb ff"), Article("2", "gg hh ii jj")]
    truth = [Planted(0, 1, 0, 1, 2, 0.0, 0.5)]
    right = overlap("0", "1", (Span(0, 5), Span(3, 8)))
    assert score([right], truth, articles).recall == 1.0
    assert score([right], truth, articles).precision == 1.0
    half = score([overlap("0", "1", (Span(0, 2), Span(3, 5)))], truth, articles)
    assert (half.recall, half.covered, half.precision) == (1.0, 0.5, 1.0)
    wide = score([overlap("0", "1", (Span(0, 11), Span(0, 11)))], truth, articles)
    assert (wide.recall, wide.covered, wide.precision) == (1.0, 1.0, 0.5)
    elsewhere = score([overlap("0", "1", (Span(6, 11), Span(3, 8)))], truth, articles)
    assert (elsewhere.recall, elsewhere.pair_precision, elsewhere.precision) == (0.0, 1.0, 0.0)
    stranger = score([right, overlap("0", "2", (Span(0, 5), Span(0, 5)))], truth, articles)
    assert (stranger.recall, stranger.pair_precision, stranger.precision) == (1.0, 0.5, 0.5)
    nothing = score([], truth, articles)
    assert (nothing.recall, nothing.pair_precision, nothing.precision) == (0.0, None, None)


def test_the_passages_table_shows_every_finder() -> None:
    row = {"finder": "W = 8", "words": 30, "changed": 0.0, "recall": 0.5, "covered": None}
    shown = markdown(
        {
            "corpus": "c",
            "pairs": 2,
            "mixed": 10,
            "rows": [{**row, "precision": None, "pair_precision": None}],
            "containment": [{"finder": "W = 8", "pairs": 4, "recall": 0.25}],
        }
    )
    assert "0.500" in shown
    assert "- W = 8: 0.250" in shown


def test_a_run_writes_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(articles: Sequence[Article]) -> int:
        raise AssertionError

    monkeypatch.setitem(CONTENDERS, "absent", Contender("the absent one", "pairs", absent, "no_such_package"))
    data = written_sentences(tmp_path)
    result = speed.run([30], 1, ["sketch", "join", "absent"], speed.Corpus(data=data))
    assert [(row["name"], row["articles"]) for row in result["rows"]] == [("sketch", 30), ("join", 30)]
    assert result["not_installed"] == ["the absent one"]
    assert all(row["microseconds_per_article"] > 0 for row in result["rows"])
    speed.write(result, tmp_path / "results")
    saved = (tmp_path / "results" / "speed-articles.json").read_text()
    assert str(tmp_path) not in saved
    table = (tmp_path / "results" / "speed-articles.md").read_text()
    assert "Not installed: the absent one." in table
    assert "winnowed sketch" in table


def rows(name: str, power: float) -> list[dict[str, object]]:
    base = {"name": name, "contender": f"lineage {name}", "rival": "rensa", "times_rival": None, "found": 1}
    times = {n: n ** (power - 1) for n in (100, 1000, 10000)}
    return [
        {**base, "finds": "p", "articles": n, "microseconds_per_article": time + n, "system": n, "megabytes": 2.0 * n}
        for n, time in times.items()
    ]


def test_growth_is_the_exponent() -> None:
    exponents = speed.growth([*rows("even", 1.0), *rows("square", 2.0), *rows("single", 1.0)[:1]])
    assert exponents["even"]["time"] > 1.9  # the system's, an article more for each
    assert exponents["even"]["user"] == pytest.approx(1.0)
    assert exponents["square"] == pytest.approx({"time": 2.0, "user": 2.0, "memory": 1.0})
    assert "single" not in exponents


def test_plots_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from benchmarks.plots import draw

    made = rows("even", 1.0)
    result = {"rows": made, "growth": speed.growth(made), "corpus": "c", "machine": {"processor": "p"}}
    draw(result, tmp_path / "one.svg")
    draw(result, tmp_path / "two.svg")
    drawn = (tmp_path / "one.svg").read_bytes()
    assert drawn.startswith(b"<?xml")
    assert drawn == (tmp_path / "two.svg").read_bytes()


def test_an_unknown_contender_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        speed.main(["--contenders", "sketch,nobody"])
    assert "no contender nobody" in capsys.readouterr().err
