"""Credits: a table of phrases by language and kind, decoys by class, and properties that hold for any text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.model import Span
from lineage.text.credits import find_credits
from lineage.text.outlets import Registry
from lineage.text.quotes import find_quotes
from tests.timing import seconds

SEEDS = Path(__file__).parents[3] / "shared" / "data" / "seeds"
REGISTRY = Registry.load()


def found(text: str, *, own: str | None = None) -> list[tuple[str, str | None, str]]:
    """Kind, outlet and phrase of each credit of a text."""
    credits = find_credits(text, REGISTRY, quotes=find_quotes(text), own_outlet=own)
    return [(credit.kind, credit.outlet, text[slice(*credit.span)]) for credit in credits]


CREDITED = [
    # attribution, English
    ("The dam will be closed, Al Jazeera reported.", "attribution", "al-jazeera", "Al Jazeera reported"),
    ("The dam will be closed, as per Al Jazeera.", "attribution", "al-jazeera", "as per Al Jazeera"),
    ("According to Reuters, the dam will be closed.", "attribution", "reuters", "According to Reuters"),
    ("The dam is safe, according to the news agency AFP.", "attribution", "afp", "according to the news agency AFP"),
    ("“It holds,” Al Jazeera quoted Mara as saying.", "attribution", "al-jazeera", "Al Jazeera quoted Mara as saying"),
    ("Citing Kyodo, the paper gave nine names.", "attribution", "kyodo", "Citing Kyodo"),
    ("It failed, state news agency Xinhua reported on Monday.", "attribution", "xinhua", "Xinhua reported"),
    ("The New York Times first reported it.", "attribution", "new-york-times", "The New York Times first reported"),
    ("The letter, seen by Reuters, names a bridge.", "attribution", "reuters", "seen by Reuters"),
    # attribution, German
    ("Der Damm bleibt geschlossen, berichtet die FAZ.", "attribution", "faz", "berichtet die FAZ"),
    ("Wie die dpa meldet, bleibt der Damm geschlossen.", "attribution", "dpa", "dpa meldet"),
    ("Laut „Spiegel“ bleibt der Damm zu.", "attribution", "spiegel", "Laut „Spiegel“"),
    ("Nach dpa-Informationen bleibt der Damm zu.", "attribution", "dpa", "dpa-Informationen"),
    ("Es hält, sagte Olt nach Informationen der dpa.", "attribution", "dpa", "nach Informationen der dpa"),
    ("Es hält, sagte Olt laut der Zeitung „Welt“.", "attribution", "welt", "laut der Zeitung „Welt“"),
    ("Das meldete die russische Nachrichtenagentur Interfax.", "attribution", "interfax", None),
    ("Der „Bild“-Zeitung zufolge war der Damm marode.", "attribution", "bild", None),
    # attribution, Romance languages
    ("Le barrage est fermé, selon l'AFP.", "attribution", "afp", "selon l'AFP"),
    ("Le barrage est fermé, a rapporté Le Monde.", "attribution", "le-monde", "a rapporté Le Monde"),
    ("Trois ponts sont clos, d’après l’agence de presse ANSA.", "attribution", "ansa", None),
    ("El dique sigue cerrado, según informó EFE.", "attribution", "efe", "según informó EFE"),
    ("El dique sigue cerrado, de acuerdo con la agencia Reuters.", "attribution", "reuters", None),
    ("La diga è chiusa, secondo l'ANSA.", "attribution", "ansa", "secondo l'ANSA"),
    ("A barragem fechou, segundo a agência Lusa.", "attribution", "lusa", "segundo a agência Lusa"),
    # attribution, other scripts
    ("Плотина закрыта, сообщает ТАСС.", "attribution", "tass", "сообщает ТАСС"),
    ("По данным агентства Интерфакс, плотина закрыта.", "attribution", "interfax", None),
    ("أغلق السد يوم الأحد وفق رويترز.", "attribution", "reuters", "وفق رويترز"),
    ("أغلق السد بحسب وكالة الأناضول.", "attribution", "anadolu", "بحسب وكالة الأناضول"),
    ("أغلق السد وفقا لوكالة رويترز.", "attribution", "reuters", "وفقا لوكالة رويترز"),
    ("रॉयटर्स के अनुसार बांध बंद है।", "attribution", "reuters", "रॉयटर्स के अनुसार"),
    ("एएनआई की रिपोर्ट के मुताबिक बांध बंद है।", "attribution", "ani", None),
    ("新华社报道，大坝已经关闭。", "attribution", "xinhua", "新华社报道"),
    ("据路透社报道，大坝已经关闭。", "attribution", "reuters", "据路透社"),
    ("ロイター通信によると、ダムは閉鎖された。", "attribution", "reuters", "ロイター通信によると"),
    ("로이터통신에 따르면 댐이 폐쇄됐다.", "attribution", "reuters", "로이터통신에 따르면"),
    ("Reuters was the first to report it.", "attribution", "reuters", "Reuters was the first to report"),
    ("The story was broken by Reuters.", "attribution", "reuters", "broken by Reuters"),
    # datelines
    ("BERLIN (dpa) – Der Damm bleibt geschlossen.", "dateline", "dpa", "BERLIN (dpa)"),
    ("PARIS, Jan 5 (Reuters) - The dam will stay closed.", "dateline", "reuters", "PARIS, Jan 5 (Reuters)"),
    ("MADRID, 5 Ene. (EFE).- El dique sigue cerrado.", "dateline", "efe", None),
    ("القاهرة (رويترز) - أغلق السد.", "dateline", "reuters", "القاهرة (رويترز)"),
    ("新华社北京3月5日电 大坝已经关闭。", "dateline", "xinhua", "新华社北京3月5日电"),
    ("Ostmark City (AP) — The dam will stay closed.", "dateline", "ap", "Ostmark City (AP)"),
    ("नई दिल्ली (भाषा) - बांध बंद है।", "dateline", "pti", None),
    # credit lines
    ("The dam will stay closed. (AFP)", "credit-line", "afp", "(AFP)"),
    ("Der Damm bleibt zu.\n(dpa)", "credit-line", "dpa", "(dpa)"),
    ("Der Damm bleibt zu. mbo/dpa", "credit-line", "dpa", "mbo/dpa"),
    ("Der Damm bleibt zu. Quelle: dpa", "credit-line", "dpa", "Quelle: dpa"),
    ("Der Damm bleibt zu. Quelle: Ostmark.de, Ada Pohl, dpa", "credit-line", "dpa", None),
    ("Der Damm bleibt zu. OSM/abc mit dpa", "inputs", "dpa", "OSM/abc mit dpa"),
    ("Der Damm bleibt zu. (mit dpa) [Nachtrag der Redaktion]", "inputs", "dpa", "(mit dpa)"),
    ("Der Damm bleibt zu. Quelle: dpa Alle Rechte liegen dort.", "credit-line", "dpa", "Quelle: dpa"),
    ("The dam will stay closed.\n– Reuters", "credit-line", "reuters", None),
    ("The dam will stay closed.\nSource: AP", "credit-line", "ap", "Source: AP"),
    ("By the Associated Press\nThe dam will stay closed.", "credit-line", "ap", "By the Associated Press"),
    ("大坝已经关闭。\n来源：新华社", "credit-line", "xinhua", "来源：新华社"),
    ("El dique sigue cerrado.\nFuente: EFE", "credit-line", "efe", "Fuente: EFE"),
    ("The dam will stay closed.\n\n(The Hindu)\n\nIt rained.", "credit-line", "the-hindu", "(The Hindu)"),
    ("The dam will stay closed. [The Hindu]", "credit-line", "the-hindu", "[The Hindu]"),
    ("The dam will stay closed.\nVia The Hindu", "credit-line", "the-hindu", "Via The Hindu"),
    # inputs
    ("The dam will stay closed. (With PTI inputs)", "inputs", "pti", None),
    ("The dam will stay closed. (With inputs from ANI)", "inputs", "ani", None),
    ("Der Damm bleibt zu. Mit Material von dpa", "inputs", "dpa", "Mit Material von dpa"),
    ("Le barrage est fermé. (avec AFP)", "inputs", "afp", None),
    ("El dique sigue cerrado. Con información de EFE.", "inputs", "efe", "Con información de EFE"),
    ("The dam will stay closed. Associated Press contributed to this report.", "inputs", "ap", None),
    # syndication
    ("Der Damm ist zu.\nDieser Text wurde von der Nachrichtenagentur dpa übernommen.", "syndication", "dpa", None),
    ("It holds.\n(This report was auto-generated from a PTI wire feed.)", "syndication", "pti", None),
    # photographs
    ("A dam [Photo by Ada Pohl/Getty Images]\nIt holds.", "photo", "getty-images", "[Photo by Ada Pohl/Getty Images]"),
    ("Der Damm am Morgen. Bild: dpa", "photo", "dpa", "Bild: dpa"),
    ("Der Damm am Morgen. (Foto: Ada Pohl/dpa)", "photo", "dpa", "(Foto: Ada Pohl/dpa)"),
    ("Der Damm am Morgen. Foto: Ada Pohl / AFP Es regnet.", "photo", "afp", "Foto: Ada Pohl / AFP"),
    ("Der Damm am Morgen. (Quelle: Ada Pohl/AP) Es regnet.", "photo", "ap", None),
    ("The dam at dawn. AP Photo/Ada Pohl", "photo", "ap", None),
    ("The dam at dawn. REUTERS/Ada Pohl", "photo", "reuters", "REUTERS/Ada Pohl"),
    ("Photo: AFP", "photo", "afp", "Photo: AFP"),
    # venues
    ("The dam holds, Mara Olt told Reuters.", "venue", "reuters", "told Reuters"),
    ("In an interview with the BBC she denied it.", "venue", "bbc", "In an interview with the BBC"),
    ("Der Damm halte, sagte Olt am Montag der dpa.", "venue", "dpa", "sagte Olt am Montag der dpa"),
    ("Das teilte das Amt der Deutschen Presse-Agentur mit.", "venue", "dpa", None),
    ("Der Damm halte, berichtete Olt der dpa.", "venue", "dpa", None),
    ("Le barrage tient, a déclaré Mme Olt à l'AFP.", "venue", "afp", None),
    ("El dique aguanta, dijo Mara Olt a EFE.", "venue", "efe", None),
    ("El dique aguanta, informó a EFE el alcalde.", "venue", "efe", "informó a EFE"),
    ("她告诉路透社记者，大坝没有问题。", "venue", "reuters", "告诉路透社"),
    ("قالت المهندسة لرويترز إن السد آمن.", "venue", "reuters", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "outlet", "phrase"), CREDITED)
def test_phrases_of_every_kind(text: str, kind: str, outlet: str, phrase: str | None) -> None:
    credits = found(text)
    assert [(one[0], one[1]) for one in credits] == [(kind, outlet)]
    if phrase is not None:
        assert credits[0][2] == phrase


LISTED = [
    ("The dam holds, AFP and Reuters reported.", {("attribution", "afp"), ("attribution", "reuters")}),
    ("Der Damm bleibt zu. (AFP, dpa)", {("credit-line", "afp"), ("credit-line", "dpa")}),
    ("Der Damm bleibt zu. Mit Material der Nachrichtenagenturen dpa und SID", {("inputs", "dpa"), ("inputs", "sid")}),
    (
        "Der Damm bleibt zu. Quelle: abc./AFP/Reuters Alle Rechte liegen dort.",
        {("credit-line", "afp"), ("credit-line", "reuters")},
    ),
    ("Das berichten die »Süddeutsche Zeitung«, NDR und WDR.", {("attribution", o) for o in ("sz", "ndr", "wdr")}),
    ("Der Damm am Morgen. (Foto: picture alliance/dpa)", {("photo", "picture-alliance"), ("photo", "dpa")}),
]


@pytest.mark.parametrize(("text", "expected"), LISTED)
def test_names_that_are_listed_together_share_their_phrase(text: str, expected: set[tuple[str, str]]) -> None:
    assert {one[:2] for one in found(text)} == expected


DECOYS = [
    # a line that shouts
    "The dam will stay closed.\nCLICK HERE TO GET THE RIVER NEWS APP",
    # things that are spelt like a dateline's end
    "新华社、中央广播电视总台的记者来了。",
    # people and things of a medium
    "The committee heard an NBC reporter out.",
    "A Reuters photographer was hurt.",
    "Die AFP-Fotografin wurde verletzt.",
    "The Associated Press building is old.",
    "She worked for the BBC and for Reuters in Cairo.",
    "He reads the Guardian every day.",
    # a medium as a business, a survey with its name
    "The New York Times reported a loss of nine million.",
    "A CNN poll found a tie.",
    "According to an ABC News/Washington Post poll, it is a tie.",
    # brackets within a text that goes on
    "It was a long report. (The Hindu) The dam will stay closed, as it was before, and nobody was asked.",
    "She reads two papers (The Hindu) every day.",
    # bodies, offices, persons, companies, places
    "Police reported two thefts on Monday.",
    "The ministry reported a fall in births.",
    "The Post Office reported a delay, the Health Department reported.",
    "Apple reported record sales. Tesla reported 900 cars.",
    "Texas reported 300 cases, and, Florida reported 12 cases.",
    "According to Johnson, the dam holds. Johnson reported it twice.",
    "According to the Washington Institute, it holds.",
    "As per Article 370 of the code, as per Section 5, as per Rule 2.",
    # words that are also names
    "Die Welt ist rund, und die Zeit vergeht.",
    "Das Bild zeigt den Damm.",
    "Der Spiegel hing an der Wand.",
    "Bloomberg ran for mayor.",
    "He bought AP shares, and UNI courses.",
    "The list of the missing (MIA) is long.",
]


@pytest.mark.parametrize("text", DECOYS)
def test_what_only_looks_like_a_credit(text: str) -> None:
    assert found(text) == []


NOTICES = [
    (
        "It holds.\n(This story was not edited by staff and is auto-generated from a syndicated feed.)",
        "syndication",
    ),
    ("It holds.\nIt is published from a wire agency feed without modifications to the text.", "syndication"),
    ("It holds. (With inputs from agencies)", "inputs"),
    ("It holds.\n(With agency inputs)", "inputs"),
    ("Der Damm bleibt zu.\nMit Agenturmaterial", "inputs"),
    ("El dique sigue cerrado. (Con información de agencias)", "inputs"),
    ("बांध बंद है।\n(एजेंसी इनपुट)", "inputs"),
]


@pytest.mark.parametrize(("text", "kind"), NOTICES)
def test_notices_without_a_name_invent_none(text: str, kind: str) -> None:
    (credit,) = find_credits(text, REGISTRY)
    assert (credit.kind, credit.name, credit.outlet, credit.name_span) == (kind, None, None, None)
    assert credit.is_source


EXCERPTS = [
    ("It is a scandal. From Politico: The dam holds.", "politico", "Politico"),
    ("It is a scandal.\nVia Fox News:\nThe dam holds.", "fox-news", "Fox News"),
    ("It is a scandal! From the Brevik Review Journal: “The dam holds.”", None, "Brevik Review Journal"),
    ("Seen enough? Here’s the Hollow Creek Patriot: The dam holds.", None, "Hollow Creek Patriot"),
    ("A video  From NorthwireDaily: The dam holds.", None, "NorthwireDaily"),
    ("So it goes. As Bridge Watchers reported: The dam holds.", None, "Bridge Watchers"),
    ("So it goes. (Photo: Getty) From Politico: The dam holds.", "politico", "Politico"),
    ("So it goes. As Politico reported: The dam holds.", "politico", "Politico"),
    ("Ein Skandal. Aus dem Tagesspiegel: Der Damm hält.", "tagesspiegel", "Tagesspiegel"),
    ("Un escándalo. Vía El País: El dique aguanta.", "el-pais", "El País"),
]


@pytest.mark.parametrize(("text", "outlet", "name"), EXCERPTS)
def test_excerpts_that_are_announced(text: str, outlet: str | None, name: str) -> None:
    credits = [credit for credit in find_credits(text, REGISTRY) if credit.is_source]
    assert [(credit.kind, credit.outlet, credit.name) for credit in credits] == [("excerpt", outlet, name)]
    assert all(text[credit.span.end - 1] == ":" for credit in credits)


@pytest.mark.parametrize(
    "text",
    [
        "The dam holds. From Brevik: no news at all.",  # a place, or a person
        "The dam holds. From the Ministry of Dams: it holds.",
        "He had a letter from Hollow Creek Patriot: it was long.",  # within a sentence
        "The dam holds. From Hollow Creek Patriot:",  # nothing follows
        "The dam holds. From 10:30 on. From Olt:it was wet.",
    ],
)
def test_what_only_looks_like_an_announcement(text: str) -> None:
    assert find_credits(text, REGISTRY) == ()


STRANGERS = [
    ("The dam holds, the Brevik Courant reported.", ["Brevik Courant"]),
    ("As per Ostmark Daily News, the dam holds.", ["Ostmark Daily News"]),
    ("According to the Hollow Creek Gazette, it holds.", ["Hollow Creek Gazette"]),
    ("Selon La Gazette du Val, le barrage tient.", ["La Gazette du Val"]),
    ("El dique aguanta, según el Diario Ribera.", ["Diario Ribera"]),
    ("The dam holds, Northwire reported. It was dry, Northwire reported.", ["Northwire", "Northwire"]),
    ("“It holds,” Northwire quoted Olt as saying. It was dry, Northwire reported.", ["Northwire", "Northwire"]),
    ("The dam holds, Northwire reported.", []),  # once is not enough without a media word
]


@pytest.mark.parametrize(("text", "names"), STRANGERS)
def test_media_that_the_registry_does_not_know(text: str, names: list[str]) -> None:
    credits = find_credits(text, REGISTRY)
    assert [credit.name for credit in credits] == names
    assert all(credit.outlet is None and credit.kind == "attribution" for credit in credits)


def test_a_known_outlet_of_the_input_is_resolved() -> None:
    registry = REGISTRY.with_outlets(["Northwire"])
    (credit,) = find_credits("The dam holds, Northwire reported.", registry)
    assert (credit.name, credit.outlet) == ("Northwire", "northwire")


def test_the_house_itself_is_no_credit() -> None:
    text = "The New Arab reported the fall. AFP reported it later."
    assert [one[1] for one in found(text, own="the-new-arab")] == ["afp"]
    assert [one[1] for one in found(text)] == ["the-new-arab", "afp"]


def test_a_credit_within_a_quotation_is_marked() -> None:
    text = "“The dam is shut, Reuters reported,” she said. Reuters reported it too."
    credits = find_credits(text, REGISTRY, quotes=find_quotes(text))
    assert [credit.in_quote for credit in credits] == [True, False]
    assert [credit.is_source for credit in credits] == [False, True]


WORDS = st.sampled_from(
    ["Reuters", "AFP", "dpa", "(", ")", "/", "–", "reported", "according to", "Foto:", "sagte", "der", "新华社", "据",
     "报道", "\n", ". ", " ", "“", "”", "'", "-", "Courant", "syndicated feed", "رويترز", "ل", "quoted"]
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(
    st.one_of(
        st.text(max_size=200), st.lists(WORDS, max_size=40).map("".join), st.lists(WORDS, max_size=40).map(" ".join)
    )
)
def test_any_text_gives_spans_inside_it(text: str) -> None:
    credits = find_credits(text, REGISTRY, article="x", quotes=find_quotes(text))
    assert [credit.span for credit in credits] == sorted(credit.span for credit in credits)
    for credit in credits:
        assert 0 <= credit.span.start < credit.span.end <= len(text)
        assert (credit.name is None) == (credit.name_span is None)
        if credit.name_span is not None:
            assert text[slice(*credit.name_span)] == credit.name
            assert credit.span.start <= credit.name_span.start < credit.name_span.end <= credit.span.end


@pytest.mark.parametrize(
    "unit", ["AFP (", "dpa/", "Foto: A/", "Aa Bb reported ", "according to ", "新华社据", "sagte der "]
)
def test_time_is_linear(unit: str) -> None:
    def taken(size: int) -> float:
        return seconds(lambda: find_credits(unit * (size // len(unit)), REGISTRY))

    assert taken(6_000) < 3.5 * taken(3_000) + 0.02


@pytest.mark.parametrize("unit", ["citing AFP, ", "With inputs from AFP. ", "From Politico: x. "])
def test_many_credits_in_one_text_take_linear_time(unit: str) -> None:
    """What is quadratic in the credits shows only where there are thousands: then it took 18 times as long, not 4."""

    def taken(size: int, times: int) -> float:
        return seconds(lambda: find_credits(unit * (size // len(unit)), REGISTRY), times)

    assert taken(40_000, 1) < 9 * taken(10_000, 2)


@pytest.mark.skipif(not SEEDS.exists(), reason="the measuring data is not here")
def test_seed_articles() -> None:
    truth = json.loads((SEEDS / "truth.json").read_text(encoding="utf-8"))
    lines = (SEEDS / "articles.jsonl").read_text(encoding="utf-8").split("\n")
    for record in (json.loads(line) for line in lines if line):
        text = record["text"]
        credits = find_credits(text, REGISTRY, article=record["id"], quotes=find_quotes(text))
        sources = [(tuple(c.name_span), tuple(c.span)) for c in credits if c.is_source and c.name_span]
        expected = [one for one in truth["credits"] if one["article"] == record["id"]]
        assert sources == [(tuple(one["span"]), tuple(one["phrase_span"])) for one in expected]
        assert all(credit.outlet == "al-jazeera" for credit in credits if credit.is_source and credit.name)
        others = [(c.kind, Span(*c.span)) for c in credits if c.name is None or not c.is_source]
        wanted: dict[str, list[tuple[str, Span]]] = {
            "ndtv": [("syndication", Span(*truth["unseen_sources"][0]["evidence"][0]["span"]))],
            "new-arab": [("photo", Span(*truth["decoys"][1]["spans"]["new-arab"][0]))],
        }
        assert others == wanted.get(record["id"], [])
