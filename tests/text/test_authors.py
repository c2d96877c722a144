"""Credits of the author field: forms by language, persons and pictures that are none, and a byline's answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corpus.stories import Story, load_stories
from lineage import Article, Lineage, check, read_articles, scan, trace
from lineage.archive.archive import Archive
from lineage.checking import uses
from lineage.model import Credit
from lineage.reports.document import lineage_document
from lineage.text.authors import LONGEST_FIELD, author_credits
from lineage.text.outlets import Registry
from tests.timing import seconds

REGISTRY = Registry.load().with_outlets(["Ostmark Courier", "Hart & Berg", "Nordwacht_Politik"])
OWN = REGISTRY.resolve("Ostmark Courier")


def credits(author: str, own: str | None = "Ostmark Courier") -> tuple[Credit, ...]:
    return author_credits(Article("a", "", author=author), REGISTRY, REGISTRY.resolve(own) if own else None)


def found(author: str, own: str | None = "Ostmark Courier") -> list[tuple[str, str | None]]:
    """Kind and outlet of each credit of an author field."""
    return [(credit.kind, credit.outlet) for credit in credits(author, own)]


LINE, WITH = "credit-line", "inputs"
NAMED = [
    # English
    ("Reuters", [(LINE, "reuters")]),
    ("By AFP", [(LINE, "afp")]),
    ("BY THE ASSOCIATED PRESS", [(LINE, "ap")]),
    ("associated press", [(LINE, "ap")]),
    ("Reuters Staff", [(LINE, "reuters")]),
    ("Ada Pohl, The Associated Press", [(LINE, "ap")]),
    ("ada pohl and ben olt, associated press", [(LINE, "ap")]),
    ("Ada Pohl | Associated Press", [(LINE, "ap")]),
    ("Associated Press in Kabul", [(LINE, "ap")]),
    ("Al Jazeera and news agencies", [(LINE, "al-jazeera"), (WITH, None)]),
    ("Staff and agencies", [(WITH, None)]),
    ("Ada Pohl with AFP", [(WITH, "afp")]),
    ("With inputs from PTI", [(WITH, "pti")]),
    ("PTI inputs", [(WITH, "pti")]),
    ("www.reuters.com", [(LINE, "reuters")]),
    ("By Hart & Berg", [(LINE, "hart-berg")]),
    # German
    ("dpa", [(LINE, "dpa")]),
    ("Von dpa/AFP", [(LINE, "dpa"), (LINE, "afp")]),
    ("nh/dpa (AFP, Reuters)", [(LINE, "dpa"), (LINE, "afp"), (LINE, "reuters")]),
    ("ap./ dpa", [(LINE, "dpa")]),
    ("hoe. /AFP", [(LINE, "afp")]),
    ("Ada Pohl mit dpa", [(WITH, "dpa")]),
    ("Mit Material von dpa; Ada Pohl", [(WITH, "dpa")]),
    ("Cl Mit Dpa", [(WITH, "dpa")]),
    ("Tim/Ada Von Olt/Dpa", [(LINE, "dpa")]),
    ("Deutsche Presse-Agentur (dpa)", [(LINE, "dpa")]),
    ("mit Agenturmaterial", [(WITH, None)]),
    # French
    ("Par AFP", [(LINE, "afp")]),
    ("l’AFP", [(LINE, "afp")]),
    ("Le Monde avec AFP", [(LINE, "le-monde"), (WITH, "afp")]),
    ("La rédaction avec l'Agence France-Presse", [(WITH, "afp")]),
    ("Ada Pohl avec agences", [(WITH, None)]),
    # Spanish, Portuguese, Italian
    ("EFE / Redacción", [(LINE, "efe")]),
    ("Por Agencia EFE", [(LINE, "efe")]),
    ("Redacción con información de EFE", [(WITH, "efe")]),
    ("Agencias", [(WITH, None)]),
    ("Da Redação, com Reuters", [(WITH, "reuters")]),
    ("di Redazione ANSA", [(LINE, "ansa")]),
    # Arabic
    ("رويترز", [(LINE, "reuters")]),
    ("رويترز وفرانس برس", [(LINE, "reuters"), (LINE, "afp")]),
    ("وكالة الأناضول", [(LINE, "anadolu")]),
    ("الجزيرة + وكالات", [(LINE, "al-jazeera"), (WITH, None)]),
    ("واشنطن بوست", [(LINE, "washington-post")]),
    # Hindi
    ("रॉयटर्स", [(LINE, "reuters")]),
    ("भाषा", [(LINE, "pti")]),
    ("रॉयटर्स के इनपुट के साथ", [(WITH, "reuters")]),
    ("एजेंसी, एएनआई", [(WITH, None), (LINE, "ani")]),
    # Chinese
    ("新华社", [(LINE, "xinhua")]),
    ("路透社、法新社", [(LINE, "reuters"), (LINE, "afp")]),
    ("来源：新华社", [(LINE, "xinhua")]),
    ("综合路透社", [(WITH, "reuters")]),
]  # fmt: skip

NOBODY = [
    "", " ", "/", "Von", "Ada Pohl", "By Ada Pohl",
    # persons who bear a name, or a part of one
    "Paris Reuters-Smith", "Daniel Stern", "Stern, Daniel", "Mia", "Mia, Anna", "Pohl, Mia", "Ani", "Petra",
    "Petra Sand", "Jasper von Welt", "Graf von Bild", "Mark Time",
    # persons of an agency, who may write elsewhere
    "Associated Press reporter John Olt at the White House", "ada pohl, ap business writer",
    "dpa-Korrespondent Ada Pohl", "新华社记者 张三",
    # initials
    "ap", "ap.", "Afp", "epa", "mj.",
    # the house itself
    "Ostmark Courier", "The Ostmark Courier staff", "Ostmark-Courier Redaktion", "Redaktion", "Staff",
    # pictures
    "Foto: dpa/AFP", "Ada Pohl, Foto: dpa", "picture alliance/dpa", "AFP/Getty Images", "Getty Images",
]  # fmt: skip


@pytest.mark.parametrize(("author", "expected"), NAMED, ids=[author for author, _ in NAMED])
def test_agencies_and_outlets_are_credited(author: str, expected: list[tuple[str, str | None]]) -> None:
    assert found(author) == expected
    for credit in credits(author):
        assert (credit.place, credit.in_quote, credit.is_source) == ("author", False, True)
        assert (credit.name is None) == (credit.outlet is None) == (credit.name_span is None)
        assert author[slice(*credit.span)].strip()
        if credit.name_span is not None and credit.name is not None:
            named = REGISTRY.resolve(author[slice(*credit.name_span)])
            assert named is not None
            assert credit.name in (named.name, *named.aliases)
            assert named.id == credit.outlet
            assert credit.span.start <= credit.name_span.start < credit.name_span.end <= credit.span.end


@pytest.mark.parametrize("author", NOBODY)
def test_persons_initials_pictures_and_the_house_are_not(author: str) -> None:
    assert found(author) == []


def test_a_paper_does_not_credit_itself_in_its_sections_and_feeds() -> None:
    assert found("Der Spiegel", "Spiegel") == found("SPIEGEL mit dpa", "Spiegel_Politik")[:-1] == []
    registry = REGISTRY.with_outlets(["spiegelpolitik"])
    author = Article("a", "", author="DER SPIEGEL")
    assert author_credits(author, registry, registry.resolve("spiegelpolitik")) == ()
    assert found("Der Spiegel") == [(LINE, "spiegel")]


def test_where_the_outlet_is_not_known_only_agencies_count() -> None:
    assert found("Al Jazeera and AFP", None) == [(LINE, "afp")]


def test_a_name_is_given_as_its_bearer_writes_it() -> None:
    assert [credit.name for credit in credits("Ada Pohl/Dpa, associated press")] == ["dpa", "Associated Press"]


def test_an_article_in_a_list_has_each_author(tmp_path: Path) -> None:
    row = {"text": "The dam holds.", "outlet": "Ostmark Courier", "authors": ["Ada Pohl", {"name": "Reuters"}]}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (tmp_path / "b.csv").write_text("text,outlet,byline\nIt holds.,Ostmark Courier,Ada Pohl; dpa\n", encoding="utf-8")
    read = list(read_articles(tmp_path))
    assert [[c.outlet for c in author_credits(a, REGISTRY, OWN)] for a in read] == [["reuters"], ["dpa"]]


@given(st.text(max_size=60) | st.lists(st.sampled_from([author for author, _ in NAMED] + NOBODY)).map(", ".join))
def test_any_field_is_read(author: str) -> None:
    outlets = [credit.outlet for credit in credits(author)]
    assert len(outlets) == len(set(outlets))
    assert all(0 <= c.span.start < c.span.end <= min(len(author), LONGEST_FIELD) for c in credits(author))


def test_a_long_field_takes_no_longer() -> None:
    short, long = (seconds(lambda n=n: credits("Ada Pohl, dpa / " * n)) for n in (50, 50_000))
    assert long < 50 * short


# a byline in the text and the author field: the same answer
BYLINES = ["Reuters", "AFP", "dpa", "Deutsche Presse-Agentur", "Associated Press", "EFE", "The Guardian"]
STORIES = [story for story in load_stories() if all(a.outlet for a in story.articles)]


def essence(lineage: Lineage) -> object:
    return (
        sorted((c.child, c.parent, c.kind, c.credited) for c in lineage.derivations),
        sorted((s.name or "", s.kind, s.children) for s in lineage.sources),
        sorted((u.a, u.b) for u in lineage.unresolved),
        sorted((c.article, c.kind, c.outlet or "", c.name or "") for c in lineage.credits if c.is_source),
        sorted(lineage.names.items()),
        sorted((s.article, s.source, s.credit) for s in lineage.shares),
    )


def chances(lineage: Lineage) -> dict[tuple[str, str], float]:
    edges = {(claim.child, claim.parent): claim.probability for claim in lineage.derivations}
    return edges | {(id, source.id): p for source in lineage.sources for id, p in source.probability.items()}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(STORIES), st.sampled_from(BYLINES), st.integers(1, 7))
def test_an_author_counts_as_a_byline_does(story: Story, name: str, which: int) -> None:
    """`which` has a bit for each of the first three articles; a byline before a dateline may hide it."""
    chosen = {article.id for place, article in enumerate(story.articles) if which >> place & 1}
    given = [replace(a, author=f"By {name}") if a.id in chosen else a for a in story.articles]
    lined = [replace(a, text=f"By {name}\n\n{a.text}") if a.id in chosen else a for a in story.articles]
    by_author, by_line = trace(given), trace(lined)
    kinds = [sorted((c.article, c.kind, c.outlet or "") for c in found.credits) for found in (by_author, by_line)]
    assume(kinds[0] == kinds[1])
    assert {credit.article for credit in by_author.credits if credit.place == "author"} == chosen
    assert essence(by_author) == essence(by_line)
    for key, chance in chances(by_author).items():
        assert chance == pytest.approx(chances(by_line)[key], abs=0.1)  # the line is two words more of text


WIRED = ["Harbour Post", "Ostmark Courier", "Valley Times"]
TEXT = (
    "The harbour board closed the eastern lock on Monday after divers found cracks in two of its gates. Engineers "
    "expect that repairs will take until the end of March. Barges are sent through the western canal, which adds "
    "forty kilometres to the way to the sea, and shipping companies have asked for lower tolls until then."
)


def wired(author: str | None) -> list[Article]:
    texts = [TEXT, TEXT.replace("on Monday ", "").replace("two", "three"), TEXT.replace("expect", "now think")]
    return [Article(f"a{n}", text, WIRED[n], author=author if n else None) for n, text in enumerate(texts)]


def test_the_reasons_and_documents_say_where_it_stands() -> None:
    lineage = trace(wired("Ada Pohl/AFP"))
    (source,) = lineage.sources
    assert (source.name, source.kind) == ("AFP", "declared")
    reasons = {id: [r for r in source.reasons[id] if r.kind == "declared"] for id in ("a1", "a2")}
    for (reason,) in reasons.values():
        assert reason.note.endswith("says so: “AFP” in its author field")
        assert reason.weight > 0
        assert reason.child_spans == ()
    written = json.loads(lineage_document(lineage))["credits"]
    assert [(row["place"], row["name"], row["span"]) for row in written] == [
        ("author", "AFP", {"start": 9, "end": 12})
    ] * 2
    copied = trace(wired("Harbour Post"))
    for claim in copied.derivations:
        assert (claim.parent, claim.credited) == ("a0", True)
        (row,) = [reason for reason in claim.reasons if reason.kind == "credit"]
        assert row.note.endswith("credits Harbour Post once: “Harbour Post” in its author field")
        assert row.weight > 0
    assert {claim.child for claim in copied.derivations} == {"a1", "a2"}
    assert not any(claim.credited for claim in trace(wired(None)).derivations)


def test_an_archive_answers_as_trace_does(tmp_path: Path) -> None:
    articles = wired("Ada Pohl/AFP")
    scan(articles, archive=tmp_path / "archive").close()
    with Archive.open(tmp_path / "archive") as archive:
        assert [archive.article(article.id).author for article in articles] == [a.author for a in articles]
        rows = list(archive.table("sources"))
        known = trace(articles)
        assert {(row["child"], row["name"]) for row in rows} == {(id, "AFP") for id in known.sources[0].children}
        assert {row["child"] for row in rows if row["credited"]} == {"a1", "a2"}
        asked = check(replace(articles[2], id="new", outlet="Nordwacht"), archive)
        assert asked.lineage is not None
        assert [source.name for source in asked.lineage.sources if "new" in source.children] == ["AFP"]
        (used, *_) = uses(articles[0], archive)
        assert not used.credited
    scan(wired("Harbour Post"), archive=tmp_path / "other").close()
    with Archive.open(tmp_path / "other") as archive:
        assert all(use.credited for use in uses(articles[0], archive))
