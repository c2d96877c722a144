"""Furniture: forms by language, decoys that only begin like one, repeats, and properties of any text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.text.furniture import LONGEST_LINE, find_furniture
from tests.timing import seconds

SEEDS = Path(__file__).parents[3] / "shared" / "data" / "seeds"
BODY = "The dam will stay closed until spring, the engineers decided after a long night."


def taken(text: str) -> list[str]:
    return [text[slice(*span)] for span in find_furniture(text)]


LINES = [
    "Advertisement", "Share this article", "Read more", "Related stories", "Follow us:", "Newsletter",
    "Anzeige", "Mehr zum Thema", "Lesen Sie auch", "Das könnte Sie auch interessieren", "Artikel teilen",
    "Publicité", "À lire aussi", "Partager l’article", "Sur le même sujet", "Abonnez-vous",
    "Publicidad", "Lea también", "Te puede interesar", "Noticias relacionadas", "Compartir",
    "Leggi anche", "Leia também", "Lees ook", "Читайте также", "Реклама",
    "اقرأ أيضا", "إعلان", "مواضيع ذات صلة", "यह भी पढ़ें", "विज्ञापन",
    "相关阅读", "广告", "延伸阅读", "関連記事", "관련기사",
    "Read more: Nine ways to cross a dry river",
    "Also read | The night of the long rain", "Tags: dams, rivers, rain",
    "Lesen Sie auch: Neun Wege über den Fluss",
    "À lire aussi : Neuf ponts sur le fleuve", "Lea también: Nueve puentes",
    "اقرأ أيضا: تسعة جسور على النهر", "यह भी पढ़ें: नौ पुल", "相关阅读：九座桥",
    "Follow us on Facebook and Twitter",
    "Subscribe to our newsletter for more stories", "Sign up for our morning briefing",
    "Stay informed on all the rivers, and follow the headlines on Brevik Courant.",
    "Download our app for live updates",
    "Track Latest News Live on Brevik.com and get updates",
    "Listen to the latest songs, day and night, on Brevik Radio",
    "All rights reserved.", "We use cookies to improve your visit.", "This website uses cookies.",
    "(This story has not been edited by our staff.)",
    "The views expressed in this article are the author’s own.",
    "Hier können Sie die Rechte an diesem Bericht kaufen.",
    "Folgen Sie uns auf Instagram", "Alle Rechte vorbehalten.",
    "Suivez-nous sur les réseaux", "Síguenos en nuestras redes",
    "Todos los derechos reservados", "تابعونا على فيسبوك",
    "欢迎关注我们的频道",
    "Published on 12 May 2031, 10:30", "Last updated: May 12, 2031", "Stand: 12.05.2031, 10:30 Uhr",
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_furniture(line: str) -> None:
    assert taken(f"{BODY}\n{line}\nThe second paragraph tells of a bridge that also fell.") == [line]


DECOYS = [
    "Advertisement spending rose by a third last year.",
    "Related costs were borne by the town.",
    "Share prices fell on Monday after the news from Ostmark.",
    "Follow us, she told the crowd, and they did.",
    "“Follow us on foot,” she told the crowd.",
    "“Click here to win,” said the message, which thousands believed.",
    "Read more than nine books a year, the teacher advised.",
    "Published on Monday, the report names nine bridges.",
    "Download speeds fell by half in the valley.",
    "Comments by the mayor angered the town.",
    "Home is where the dam is, she said.",
    "The advertisement was shown nine times.",
    "Mehr zur Lage am Damm weiß niemand.",
    "Anzeige erstattete am Montag ein Anwohner aus dem Tal.",
    "Dieser Artikel wurde 1949 aus der Verfassung gestrichen.",
    "Lea Olt también estuvo en el puente aquel día.",
    "Partager le pouvoir, voilà ce que demande le maire.",
    "广告业去年增长三分之一。",
    "Subscribe, subscribe, the mayor shouted from the dam.",
    "The photo by her sister hangs in the hall.",
    "Das Bild: ein Fluss ohne Wasser, ein Damm ohne Zweck.",
]


@pytest.mark.parametrize("line", DECOYS)
def test_a_line_that_only_begins_like_furniture(line: str) -> None:
    assert taken(f"{BODY}\n{line}") == []
    assert taken(line) == []


CREDITS = [
    ("The dam at dawn [Photo by Ada Pohl/Getty Images]", "[Photo by Ada Pohl/Getty Images]"),
    ("The dam at dawn (Photo: Ada Pohl)", "(Photo: Ada Pohl)"),
    ("Der Damm am Morgen. Bild: dpa", "Bild: dpa"),
    ("Der Damm am Morgen. Foto: Ada Pohl/dpa Es regnet seit neun Tagen.", "Foto: Ada Pohl/dpa"),
    ("The dam at dawn. (AP Photo/Ada Pohl)", "(AP Photo/Ada Pohl)"),
    ("Le barrage (Photo : Ada Pohl)", "(Photo : Ada Pohl)"),
    ("Der Damm (Foto: picture alliance/dpa)", "(Foto: picture alliance/dpa)"),
]


@pytest.mark.parametrize(("text", "credit"), CREDITS)
def test_only_the_credit_of_a_caption_is_taken(text: str, credit: str) -> None:
    assert taken(text) == [credit]


STAMPS = [
    (" date 2031-05-12 The dam is shut.", " date 2031-05-12 "),
    ("Published: 12 May 2031 The dam is shut.", "Published: 12 May 2031 "),
    ("Updated 2031-05-12 10:30 The dam is shut.", "Updated 2031-05-12 10:30 "),
    ("Stand: 12.05.2031 Der Damm ist zu.", "Stand: 12.05.2031 "),
    ("Posted on May 12, 2031, 10:30 AM IST The dam is shut.", "Posted on May 12, 2031, 10:30 AM IST "),
]


@pytest.mark.parametrize(("text", "stamp"), STAMPS)
def test_a_date_fused_to_the_head(text: str, stamp: str) -> None:
    assert taken(text) == [stamp]


def test_sentences_in_a_text_without_line_breaks() -> None:
    text = f"{BODY} {BODY.replace('dam', 'lock')} All rights reserved. Follow us on Facebook for more."
    assert taken(text) == ["All rights reserved.", "Follow us on Facebook for more."]
    assert taken(f"{BODY} Story Continued Below {BODY.replace('dam', 'lock')}") == ["Story Continued Below"]


def test_of_copies_the_one_in_the_running_text_counts() -> None:
    pulled = "Nobody in the valley had seen so much water since the year of the flood."
    paragraph = f"{pulled} It rose until noon."
    for text in (f"{pulled}\n{paragraph}", f"{paragraph}\n{pulled}"):
        (span,) = find_furniture(text)
        assert text[slice(*span)] == pulled
        assert text[span.end : span.end + 3] != " It"


def test_of_equal_copies_the_last_counts() -> None:
    headline = "Dam at Ostmark stays shut until spring, engineers say"
    text = f"{headline}\nA short line.\n{headline.upper()}\n{BODY}"
    assert find_furniture(text) == ((0, len(headline)),)


def test_short_sentences_may_repeat() -> None:
    assert taken("It holds. Nobody knows why. It holds.\nIt holds.") == []


def test_a_long_line_is_never_taken_whole() -> None:
    line = "Follow us on " + "every river and every road of this wide valley " * 8
    assert len(line) > LONGEST_LINE
    assert taken(line) == []


@given(st.one_of(st.text(max_size=150), st.text(alphabet='ab .\n"[(Photo:/dpa)]', max_size=80)))
def test_any_text_gives_sorted_disjoint_spans(text: str) -> None:
    end = 0
    for span in find_furniture(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@pytest.mark.parametrize(
    "unit", ["photo: ", "(", "[photo by ", "Follow us on ", ". ", "a b c d e f g h i. ", "\n", "Aa/", "1-"]
)
def test_time_is_linear(unit: str) -> None:
    def taken(size: int) -> float:
        return seconds(lambda: find_furniture(unit * (size // len(unit))))

    assert taken(40_000) < 3.5 * taken(20_000) + 0.02


@pytest.mark.skipif(not SEEDS.exists(), reason="the measuring data is not here")
def test_seed_articles() -> None:
    truth = json.loads((SEEDS / "truth.json").read_text(encoding="utf-8"))
    notice = tuple(truth["unseen_sources"][0]["evidence"][0]["span"])
    lines = (SEEDS / "articles.jsonl").read_text(encoding="utf-8").split("\n")
    for record in (json.loads(line) for line in lines if line):
        spans = {tuple(span) for span in find_furniture(record["text"])}
        expected = {tuple(one["span"]) for one in truth["furniture"] if one["article"] == record["id"]}
        assert expected <= spans
        extra = spans - expected
        if record["id"] == "ndtv":
            repeated = [record["text"][slice(*span)] for span in extra - {notice}]
            assert len(repeated) == 2
            assert all(record["text"].count(sentence) == 2 for sentence in repeated)
        else:
            assert not extra
