"""Phrases put together from lists: inflection by hand, the same phrase in every order, asides that stay."""

from __future__ import annotations

import re
from random import Random

import pytest

from corpus.newsroom.bureau.book import open_book
from corpus.newsroom.bureau.details import compose, past, plural, with_inflections
from corpus.newsroom.bureau.generating import make
from corpus.newsroom.bureau.grammar import Wordings, compile_template, hang
from corpus.newsroom.bureau.units import draw
from corpus.newsroom.bureau.writing import ASIDE


@pytest.mark.parametrize(
    ("noun", "many"),
    [("lamp", "lamps"), ("bus stop", "bus stops"), ("torch", "torches"), ("ferry", "ferries"), ("tray", "trays"),
     ("watchman", "watchmen"), ("midwife", "midwives"), ("thesis", "theses")],
)  # fmt: skip
def test_plurals(noun: str, many: str) -> None:
    assert plural(noun) == many


@pytest.mark.parametrize(
    ("verb", "told"),
    [("push", "pushed"), ("carry", "carried"), ("pray", "prayed"), ("drop", "dropped"), ("look", "looked"),
     ("gather", "gathered"), ("unravel", "unravelled"), ("hand over", "handed over"), ("tie", "tied"),
     ("annul", "annulled"), ("patrol", "patrolled"), ("peel", "peeled")],
)  # fmt: skip
def test_past_tenses(verb: str, told: str) -> None:
    assert past(verb) == told


def test_rows_become_choices_and_inflect() -> None:
    lists = with_inflections({"noun": "lamp|torch bus_stop", "did": ["{verbed} it"]})
    assert lists == {
        "noun": ("(lamp|torch)", "bus stop"), "nouns": ("(lamps|torches)", "bus stops"), "did": ("{verbed} it",),
    }  # fmt: skip


def test_orders_have_the_same_phrases() -> None:
    lists = {"who": ["a {what}", "one {what}"], "what": [f"w{i}" for i in range(50)], "n": ["#3-990"]}
    for seed in range(30):
        one, other = compose("{who} saw {n} {town} | {town}: {n}, {who}", lists, Random(seed))
        who, number = re.fullmatch(r"(.+) saw (\d+) \{town\}", one).groups()  # type: ignore[union-attr]
        assert other == f"{{town}}: {number}, {who}"
        assert 3 <= int(number) <= 990


def test_an_aside_leaves_the_sentence_whole() -> None:
    bare = compile_template("fact.1", "~the (lamp|torch) went out {day}")
    hung = hang(bare, compile_template("aside", "at (dawn|dusk), {C}"))
    assert (hung.key, hung.attributed) == ("fact.1", True)
    assert [c for c in hung.choices if c in bare.choices] == list(bare.choices)
    assert len(draw(hung, Random(1), {})) == 3


def test_asides_come_along_but_where_no_other_wording_is_free() -> None:
    made = make(3, "hard", "none", "train")
    units = [unit for node in made.record.nodes for unit in node.draft.content() if unit.kind == "plain"]
    hung = [unit for unit in units if unit.aside is not None]
    assert 0.5 * ASIDE < len(hung) / len(units) < 1.3 * ASIDE
    first = {(node.number, unit.uid): unit for node in made.record.nodes for unit in node.draft.content()}
    pairs = [(unit, first[source]) for unit in units for source in unit.took]
    assert sum(unit.aside is source.aside for unit, source in pairs) > 0.6 * len(pairs) > 30
    for unit, source in pairs:
        assert (unit.aside is None) == (source.aside is None)
        assert unit.aside is source.aside or unit.template.key == source.template.key


def test_two_reports_of_one_fact_have_asides_of_their_own() -> None:
    made = make(5, "medium", "none", "train", alone=True)
    asides = [unit.aside for node in made.record.nodes for unit in node.draft.content() if unit.aside]
    assert len({id(aside) for aside in asides}) == len(asides) > 10


def test_wordings_compile_once_and_behave_as_a_sequence() -> None:
    made = Wordings("colour.1", ("a {town}", "the {town}"), open_book("en", "train").lexicon)
    assert len(made) == 2
    assert made[0] is made[0]
    assert [t.key for t in made] == [t.key for t in made[0:2]] == ["colour.1"] * 2


def test_parts_share_no_word_of_a_list() -> None:
    train, held = (open_book("en", split).colour for split in ("train", "held"))
    for key in ("role", "noun", "place", "verb", "adj", "patterns", "asides", "said"):
        assert train[key]
        assert not set(train[key]) & set(held[key]), key
