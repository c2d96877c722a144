"""Quotations: a table of marks and languages, stray marks and apostrophes, and properties of any text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.text.quotes import LONGEST, find_quotes


def quoted(text: str) -> list[str]:
    return [text[slice(*span)] for span in find_quotes(text)]


MARKS = [
    ("She said “the dam holds” twice.", ["“the dam holds”"]),
    ('She said "the dam holds" twice.', ['"the dam holds"']),
    ("Sie sagte: „Der Damm hält“, und ging.", ["„Der Damm hält“"]),
    ("Ona rzekła: „Tama stoi”.", ["„Tama stoi”"]),
    ('Sie sagte: „Der Damm hält", und ging.', ['„Der Damm hält"']),
    ("Hon sade: ”Dammen håller” och gick.", ["”Dammen håller”"]),
    ("Elle a dit : « Le barrage tient », puis rien.", ["« Le barrage tient »"]),
    ("Sie sagte: »Der Damm hält«, und ging.", ["»Der Damm hält«"]),
    ("Hän sanoi: »Pato kestää» ja lähti.", ["»Pato kestää»"]),
    ("Sie sagte: ‹Der Damm hält› zweimal.", ["‹Der Damm hält›"]),
    ("彼女は「ダムは大丈夫だ」と言った。", ["「ダムは大丈夫だ」"]),
    ("彼は『本当だ』と言った。", ["『本当だ』"]),
    ("她说：“大坝没有问题。”他点头。", ["“大坝没有问题。”"]),
    ("她读《大坝》。", []),  # a title
    ("〝古い〟と書いた。", ["〝古い〟"]),
    ("她说：＂没有问题＂。", ["＂没有问题＂"]),
    ("قالت: «السد آمن» ثم مضت.", ["«السد آمن»"]),
    ("She said ``the dam holds'' twice.", ["``the dam holds''"]),
    ("She said ‘the dam still holds’ twice.", ["‘the dam still holds’"]),
    ("Er nannte es ‚ein sehr großes Glück‘ und ging.", ["‚ein sehr großes Glück‘"]),
    ("She said 'the dam still holds' twice.", ["'the dam still holds'"]),
]


@pytest.mark.parametrize(("text", "expected"), MARKS)
def test_marks_of_many_languages(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


APOSTROPHES = [
    "The boys’ dam and the girls’ dam don’t hold, isn’t it?",
    "It's the engineers' fault, not the mayors' or ours.",
    "Rock 'n' roll in the '90s and the '80s, 'tis said.",
    "The ‘old’ dam and the ‘new one’ hold.",
    "D'abord l'eau, l'air et l'orage d'hier.",
]


@pytest.mark.parametrize("text", APOSTROPHES)
def test_apostrophes_and_scare_quotes_are_no_quotations(text: str) -> None:
    assert quoted(text) == []


STRAY = [
    ('He is 5\'10" tall. "It holds," she said.', ['"It holds,"']),
    ('A 12" pipe burst. "It holds," she said.', ['"It holds,"']),
    ('"He is 5\'10" tall," she said.', ['"He is 5\'10" tall,"']),
    ('A "lost mark here.\nThen she said "it holds" again.', ['"it holds"']),
    ('A "lost mark. She said "it holds" and "it stays" again.', ['"it holds"', '"it stays"']),
    ('Fall Not A "Defeat" For Ostmark\n"It holds," she said.', ['"Defeat"', '"It holds,"']),
    ('a stray" here and "a real one" there', ['"a real one"']),
    ("A “lost mark ends here.\nPlain again, “it holds” again.", ["“lost mark ends here.", "“it holds”"]),
    ("an “open one” and a stray” one", ["“open one”"]),
]


@pytest.mark.parametrize(("text", "expected"), STRAY)
def test_stray_marks_cost_little(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_a_stray_straight_mark_does_not_swallow_a_text_without_line_breaks() -> None:
    text = 'A stray "mark ' + "and more words here " * 300 + '"it holds" she said.'
    assert quoted(text) == ['"it holds"']


def test_a_quotation_longer_than_a_paragraph_needs_sure_marks() -> None:
    words = "word " * (LONGEST // 5 + 10)
    assert quoted(f'She said "{words}end" twice.') == []
    assert len(quoted(f"She said “{words}end” twice.")) == 1


MULTI = [
    ("“First it rained.\n“Then it poured,” she said.", ["“First it rained.\n“Then it poured,”"]),
    ('"First it rained.\n\n"Then it poured," she said.', ['"First it rained.\n\n"Then it poured,"']),
    ("„Erst regnete es.\n„Dann goss es“, sagte sie.", ["„Erst regnete es.\n„Dann goss es“"]),
    ("« Il pleuvait.\n« Puis il versait », dit-elle.", ["« Il pleuvait.\n« Puis il versait »"]),
    ("“First it rained.\nThen it poured.", ["“First it rained."]),
    ("“First it rained and\nthen it poured,” she said.", ["“First it rained and\nthen it poured,”"]),
]


@pytest.mark.parametrize(("text", "expected"), MULTI)
def test_quotations_over_paragraphs(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_only_the_outermost_quotation_counts() -> None:
    assert quoted("“She said ‘it holds and stays’ twice,” he wrote.") == ["“She said ‘it holds and stays’ twice,”"]
    assert quoted("‘She said “it holds” twice today,’ he wrote.") == ["‘She said “it holds” twice today,’"]
    assert quoted("“‘It holds and stays'”.") == ["“‘It holds and stays'”"]


@given(st.one_of(st.text(max_size=120), st.text(alphabet="“”„«»\"'‘’「」\n ab.5``", max_size=60)))
def test_any_text_gives_sorted_disjoint_spans(text: str) -> None:
    end = 0
    for span in find_quotes(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@pytest.mark.parametrize("unit", ['"', "“", "'", '"\n', "„x ", "« ", "'a b c ", '"a b" '])
def test_hostile_marks_take_linear_time(unit: str) -> None:
    start = time.process_time()
    find_quotes(unit * (100_000 // len(unit)))
    assert time.process_time() - start < 3  # 0.1 s measured; quadratic time would take minutes
