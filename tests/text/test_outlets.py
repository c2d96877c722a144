"""The registry of outlets: names in many forms and scripts, users' files, and what a text says of itself."""

from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.errors import RegistryError
from lineage.text.outlets import Outlet, Registry, slug
from lineage.text.own_outlet import guess_outlet

SHARED = Path(__file__).parents[3] / "shared" / "data"
REGISTRY = Registry.load()

NAMES = [
    ("al-jazeera", "al-jazeera"),
    ("Al Jazeera", "al-jazeera"),
    ("ALJAZEERA", "al-jazeera"),
    ("aljazeera.com", "al-jazeera"),
    ("www.aljazeera.com", "al-jazeera"),
    ("الجزيرة", "al-jazeera"),
    ("New Arab", "the-new-arab"),
    ("the new arab", "the-new-arab"),
    ("El Pais", "el-pais"),
    ("edition.cnn.com", "cnn"),
    ("https://www.bbc.co.uk/news", "bbc"),
    ("ap", "ap"),
    ("رويترز", "reuters"),
    ("路透社", "reuters"),
    ("रॉयटर्स", "reuters"),
    ("पीटीआई", "pti"),
    ("أ ف ب", "afp"),
    ("الأناضول", "anadolu"),
    ("新华社", "xinhua"),
    ("Deutsche Presse Agentur", "dpa"),
    ("Süddeutsche Zeitung", "sz"),
    ("sueddeutsche.de", "sz"),
    ("Agência Brasil", "agencia-brasil"),
]


@pytest.mark.parametrize(("name", "id"), NAMES)
def test_a_name_is_resolved_in_any_form(name: str, id: str) -> None:
    outlet = REGISTRY.resolve(name)
    assert outlet is not None
    assert outlet.id == id


@pytest.mark.parametrize("name", ["", "  ", "Northwire", "The", "...", "Brevik Times"])
def test_a_stranger_is_not_resolved(name: str) -> None:
    assert REGISTRY.resolve(name) is None


def test_every_outlet_is_found_by_all_that_it_is_called() -> None:
    assert len(REGISTRY.outlets) > 400
    for outlet in REGISTRY.outlets:
        for name in (outlet.id, outlet.name, *outlet.aliases, *outlet.domains):
            assert REGISTRY.resolve(name) == outlet


def test_wires() -> None:
    assert all(REGISTRY.is_wire(name) for name in ("Reuters", "AFP", "dpa", "भाषा", "ТАСС", "共同社", "Europa Press"))
    assert not any(REGISTRY.is_wire(name) for name in ("BBC", "Getty Images", "Northwire", "Zee News"))


def test_new_names_become_known_once() -> None:
    registry = REGISTRY.with_outlets(["Northwire", "NORTHWIRE", "BBC", "Brevik Blatt"])
    assert len(registry.outlets) == len(REGISTRY.outlets) + 2
    assert registry.resolve("brevik-blatt") == Outlet("brevik-blatt", "Brevik Blatt")
    assert registry.with_outlets(["northwire", "bbc.com"]) is registry
    assert REGISTRY.resolve("Northwire") is None


def test_a_users_file_adds_and_extends(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[northwire]\nname = "Northwire"\nkind = "wire"\n\n[bbc]\naliases = ["Auntie"]\n', encoding="utf-8")
    registry = Registry.load(file)
    assert registry.is_wire("Northwire")
    auntie = registry.resolve("auntie")
    assert auntie is not None
    assert (auntie.id, auntie.name) == ("bbc", "BBC")


BAD = [
    ('[northwire]\nname = "Northwire"\naliases = ["BBC"]\n', ("bbc", "northwire", "mine.toml")),
    ('[northwire]\nname = "Northwire"\ndomains = ["bbc.com"]\n', ("bbc", "northwire", "mine.toml")),
    ("[northwire]\naliases = []\n", ("northwire", "name")),
    ('[northwire]\nname = "Northwire"\nkind = "paper"\n', ("northwire", "paper", "outlet, wire")),
    ('[northwire]\nname = "Northwire"\nalias = ["N"]\n', ("northwire", "alias", "known:")),
    ('[northwire]\nname = "Northwire"\naliases = "N"\n', ("northwire", "aliases", "list")),
    ('northwire = "Northwire"\n', ("northwire", "table")),
    ("[northwire\n", ("mine.toml",)),
]


@pytest.mark.parametrize(("content", "words"), BAD)
def test_a_contradictory_or_broken_file_is_refused(tmp_path: Path, content: str, words: tuple[str, ...]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(RegistryError) as refused:
        Registry.load(file)
    assert all(word in str(refused.value) for word in words)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"none\.toml"):
        Registry.load(tmp_path / "none.toml")


MENTIONS = [
    ("Reuters and the BBC agree.", ["reuters", "bbc"]),
    ("Prereuters and BBCs do not.", []),
    ("@AP and #BBC are handles.", []),
    ("ap and bbc in small letters", []),
    ("قالت لرويترز وبي بي سي", ["reuters", "bbc"]),
    ("据新华社报道", ["xinhua"]),
    ("The Brevik Times is not The Times.", ["the-times"]),
    ("New York Times, not York", ["new-york-times"]),
]


@pytest.mark.parametrize(("text", "ids"), MENTIONS)
def test_mentions_are_whole_words(text: str, ids: list[str]) -> None:
    assert [mention.outlet.id for mention in REGISTRY.mentions(text)] == ids


def test_a_registry_can_be_sent_to_another_process() -> None:
    list(REGISTRY.mentions("Reuters"))
    copy = pickle.loads(pickle.dumps(REGISTRY))
    assert [mention.outlet.id for mention in copy.mentions("dpa")] == ["dpa"]


@pytest.mark.parametrize(
    ("name", "id"), [("Brevik Blatt", "brevik-blatt"), ("L'Écho du Val!", "l-echo-du-val"), ("报", "报"), ("!", "!")]
)
def test_slugs(name: str, id: str) -> None:
    assert slug(name) == id


BODY = "The dam will stay closed until spring. Nobody was hurt. "

OWN = [
    (BODY + "Follow all the latest headlines on Zee News.", "zee-news"),
    (BODY + "\nTrack Latest News Live on NDTV.com and get news updates", "ndtv"),
    (BODY + "\nGet the latest news from India Today!", "india-today"),
    ("The New Arab takes a look at the dam. " + BODY, "the-new-arab"),
    (BODY + "© 2031 Dawn", "dawn"),
    (BODY + "Follow Politico on Twitter.", "politico"),
    (BODY + "(This text was edited by NDTV staff.)", "ndtv"),
    (BODY + "CNN's Ada Pohl and Bo Olt contributed to this report.", "cnn"),
    (BODY + "Ihre stern-Redaktion", "stern"),
    (BODY + "Folgen Sie WELT auf Instagram", "welt"),
    (BODY + "Quelle: ntv.de, abc/dpa", "n-tv"),
    (BODY + "RND/dpa", "rnd"),
    (BODY + "Suivez toute l'actualité sur France 24.", "france-24"),
    (BODY + "Síguenos y recibe las noticias en Infobae.", "infobae"),
    ("OSTMARK (CNN)The dam will stay closed. " + BODY, "cnn"),
    ("央视网消息：大坝已经关闭。", "cctv"),
    (BODY + "Follow all the headlines on Brevik Courant.", "brevik-courant"),
    (BODY + "Get all the latest news and updates on Ostmark Daily.", "ostmark-daily"),
]


@pytest.mark.parametrize(("text", "id"), OWN)
def test_what_a_text_says_of_itself(text: str, id: str) -> None:
    guess = guess_outlet(text, REGISTRY)
    assert guess is not None
    assert guess[0].id == id
    assert REGISTRY.with_outlets(["Brevik Courant", "Ostmark Daily"]).resolve(text[slice(*guess[1])]) == guess[0]


OTHERS = [
    BODY + "Al Jazeera reported.",
    BODY + "Listen to the latest songs, only on JioSaavn.com",
    BODY + "Follow all the latest headlines on Facebook.",
    BODY + "Follow all the latest headlines on Ukraine.",
    BODY + "Mara Olt told the BBC that it holds.",
    "According to Reuters, the dam holds. " + BODY,
    "PARIS (Reuters) - The dam holds. " + BODY,
    BODY + "(AFP)",
    BODY + "© AFP",
    BODY + "Source: The Guardian",
    BODY + "Photo: Getty Images",
    BODY,
    "",
]


@pytest.mark.parametrize("text", OTHERS)
def test_a_credited_outlet_is_not_the_texts_own(text: str) -> None:
    assert guess_outlet(text, REGISTRY) is None


@given(st.text(max_size=100))
def test_any_text_and_name(text: str) -> None:
    REGISTRY.resolve(text)
    guess = guess_outlet(text, REGISTRY)
    assert guess is None or 0 <= guess[1].start < guess[1].end <= len(text)
    for mention in REGISTRY.mentions(text):
        assert REGISTRY.resolve(text[slice(*mention.span)]) == mention.outlet


@pytest.mark.skipif(not SHARED.exists(), reason="the measuring data is not here")
def test_guesses_are_right_where_they_speak() -> None:
    with gzip.open(SHARED / "us-news-2016" / "articles.jsonl.gz", "rt", encoding="utf-8", newline="\n") as file:
        records = [json.loads(line) for line in file]
    guesses = [(record["outlet"], guess_outlet(record["text"], REGISTRY)) for record in records]
    spoken = [REGISTRY.resolve(outlet) == guess[0] for outlet, guess in guesses if guess]
    assert sum(spoken) >= 0.95 * len(spoken)
    assert len(spoken) >= 250


NAMES = st.lists(
    st.sampled_from(["Post", "Daily Post", "Post Gazette", "Gazette", "The Gazette", "Daily", "山城晚报", "山城"])
)


@given(
    base=NAMES, own=NAMES, words=st.lists(st.sampled_from(["the", "Daily", "Post", "Gazette", "山城晚报", "The", "x"]))
)
def test_a_registry_that_was_extended_finds_what_one_made_at_once_finds(
    base: list[str], own: list[str], words: list[str]
) -> None:
    text = " ".join(words)
    first = Registry(()).with_outlets(base)
    layered = first.with_outlets(own)
    whole = Registry(layered.outlets)
    assert list(layered.mentions(text)) == list(whole.mentions(text))
    assert [layered.resolve(name) for name in own] == [whole.resolve(name) for name in own]
