"""Credits: a table of phrases by language and kind, decoys by class, and properties that hold for any text."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.model import Span
from lineage.text.credits import find_credits
from lineage.text.outlets import Registry
from lineage.text.quotes import find_quotes

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
    ("The talks failed, state news agency Xinhua reported on Monday.", "attribution", "xinhua", "Xinhua reported"),
    ("The New York Times first reported the sale.", "attribution", "new-york-times", "The New York Times first reported"),
    ("The letter, seen by Reuters, names a bridge.", "attribution", "reuters", "seen by Reuters"),
    # attribution, German
    ("Der Damm bleibt geschlossen, berichtet die FAZ.", "attribution", "faz", "berichtet die FAZ"),
    ("Wie die dpa meldet, bleibt der Damm geschlossen.", "attribution", "dpa", "dpa meldet"),
    ("Laut „Spiegel“ bleibt der Damm zu.", "attribution", "spiegel", "Laut „Spiegel“"),
    ("Nach dpa-Informationen bleibt der Damm zu.", "attribution", "dpa", "dpa-Informationen"),
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
    ("The dam will stay closed.\n– Reuters", "credit-line", "reuters", None),
    ("The dam will stay closed.\nSource: AP", "credit-line", "ap", "Source: AP"),
    ("By the Associated Press\nThe dam will stay closed.", "credit-line", "ap", "By the Associated Press"),
    ("大坝已经关闭。\n来源：新华社", "credit-line", "xinhua", "来源：新华社"),
    ("El dique sigue cerrado.\nFuente: EFE", "credit-line", "efe", "Fuente: EFE"),
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
    ("Der Damm am Morgen. (Foto: picture alliance/dpa)", "photo", "dpa", None),
    ("The dam at dawn. AP Photo/Ada Pohl", "photo", "ap", None),
    ("The dam at dawn. REUTERS/Ada Pohl", "photo", "reuters", "REUTERS/Ada Pohl"),
    ("Photo: AFP", "photo", "afp", "Photo: AFP"),
    # venues
    ("The dam holds, Mara Olt told Reuters.", "venue", "reuters", "told Reuters"),
    ("In an interview with the BBC she denied it.", "venue", "bbc", "In an interview with the BBC"),
    ("Der Damm halte, sagte Olt am Montag der dpa.", "venue", "dpa", "sagte Olt am Montag der dpa"),
    ("Das teilte das Amt der Deutschen Presse-Agentur mit.", "venue", "dpa", None),
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
