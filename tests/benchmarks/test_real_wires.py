"""The labelled clusters are whole and without text; their scoring is right; credit words are hidden, and only they."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.wires import LABELS, balanced, chosen, clusters, learnt, markdown, masked, measured, read, run, unnamed
from lineage import Article, trace

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "german-press"
LONGEST = 110  # characters of a remark: no room for a passage of a text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Es regnet. Quelle: ntv.de, mau/dpa", "Es regnet. Quelle: ntv.de, "),
        ("Es regnet. RND/dpa/jo", "Es regnet. "),
        ("Es regnet. (dpa, AFP)", "Es regnet. "),
        ("Es regnet. (mit dpa)", "Es regnet. "),
        ("Es regnet. Nachrichtenagenturen dpa und AFP", "Es regnet. "),
        ("Der Pegel steigt, sagte er der Deutschen Presse-Agentur.", "Der Pegel steigt, sagte er."),
        ("Ein Deich Bild: dpa Es regnet.", "Ein Deich Bild:  Es regnet."),
        ("Die Agentur für Arbeit in Sidney und Apia zahlt.", "Die Agentur für Arbeit in Sidney und Apia zahlt."),
    ],
)
def test_the_words_that_credit_an_agency_are_hidden(text: str, left: str) -> None:
    assert masked(text).replace(" .", ".").rstrip() == left.rstrip()


def test_the_author_field_is_hidden() -> None:
    hidden = unnamed(Article("a", "Es regnet. (dpa)", "Ostmark", author="Ada Pohl/AFP"))
    assert (hidden.text.rstrip(), hidden.outlet, hidden.author) == ("Es regnet.", "Ostmark", None)


def test_scores_worked_out_by_hand() -> None:
    rows = [(True, True), (False, True), (False, True), (True, True), (True, False), (False, False)]
    assert balanced(rows) == 0.5
    found = measured(rows)
    assert found["precision"]["value"] == pytest.approx(2 / 3)
    assert found["recall"]["value"] == 0.5
    assert found["recall"]["low"] <= 0.5 <= found["recall"]["high"]
    assert balanced([(True, True)]) is None


def test_a_setting_is_chosen_on_the_clusters_that_it_is_not_scored_on() -> None:
    true = [True, True, False, False]
    said = {
        0.0: [False, False, False, False],
        1.0: [True, False, False, False],  # best on the first half
        2.0: [False, True, False, False],  # best on the second
        3.0: [True, False, False, False],
    }
    used, told = chosen(said, true)
    assert used == [2.0, 1.0]
    assert told == [False, False, False, False]


def test_labels_name_articles_and_hold_no_text() -> None:
    entries = json.loads(LABELS.read_text(encoding="utf-8"))["clusters"]
    ids = [id for entry in entries for id in entry["articles"]]
    assert len(ids) == len(set(ids))
    for entry in entries:
        assert entry["unseen"] in ("yes", "no", "unclear", "house")
        assert 2 <= len(entry["articles"]) <= 8
        assert len(entry["remark"]) <= LONGEST


@pytest.mark.skipif(not FOLDER.exists(), reason="the real articles are not here")
def test_real_clusters() -> None:
    held = read(FOLDER)
    found = clusters(held)
    assert {cluster.unseen for cluster in found} == {"yes", "no", "unclear", "house"}
    few = [cluster for cluster in found if cluster.unseen == "no"][:2]
    few += [cluster for cluster in found if cluster.stratum == "strong-day"][:4]
    some = dict(list(held.items())[:600])  # of one press: agencies are named throughout
    rate = learnt(some, found)
    assert rate > 0
    result = run(few, rate)
    scores = {row["system"]: row for row in result["rows"]}
    assert scores["always yes"]["recall"]["value"] == 1.0
    assert scores["always yes"]["precision"]["value"] == pytest.approx(4 / 6)
    assert scores["lineage, credits visible"]["recall"]["value"] > 0
    table = markdown(result)
    assert all(row["system"] in table for row in result["rows"])
    hidden = trace([unnamed(article) for cluster in few for article in cluster.articles])
    assert not {"dpa", "afp", "reuters"} & {(credit.name or "").casefold() for credit in hidden.credits}
