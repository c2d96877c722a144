"""The tree: who stands below whom, what is said of each, and how it fits."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.model import Article, CreditState, Derivation, Lineage, Origins, Reason, Relation, Share, Skipped
from lineage.reports.terminal import Style, columns
from lineage.reports.tree import tree
from lineage.reports.wording import name, short_id

FAMILY = """\
Story 1: 5 articles, 1 Apr 2025 to 2 Apr 2025
◌ unseen source, not named  Gazette says so: “Words from a feed”
├── Gazette?  [gazette]  2 Apr 2025 · took from it: very probably (90 %)
└── Herald  [herald]  took from it: probably (70 %)
Courier  [courier-1]  1 Apr 2025 08:00
└── Post  [post-1]  1 Apr 2025 09:30 +02:00
    │     71 % copied (10 words), uncredited: very probably (92 %)
    └── Post  [post-2]  2 Apr 2025
              an update: 85 % of it stood in the earlier one (13 words): almost certainly (98 %)
              also from Herald [herald]: 10 % copied (9 words), credited: probably (60 %)
"""
QUOTER = "Quoter  [quoter]  3 Apr 2025 · independent; shares only quotations with Courier\n"
TWINS = """\
Twin  [twin-a]
Twin  [twin-b]
? Twin [twin-a] and Twin [twin-b] share 7 words: one took from the other, or both from one source;
  direction undetermined (Twin [twin-a] from Twin [twin-b] 40 %, the reverse 35 %, both from
  elsewhere 25 %)
"""


def printed(lineage: Lineage, style: Style = Style(), **options: bool) -> str:  # noqa: B008
    return tree(lineage, style, **options).replace("\u00a0", " ")


def test_everything_is_said_once_in_its_place(family: Lineage) -> None:
    shown = printed(family)
    assert FAMILY in shown
    assert QUOTER in shown
    assert TWINS in shown
    assert "hermit  independent\n" in shown
    assert "unreadable: broken JSON (dump.jsonl:3)\nnoted: of another kind; not read (notes.pdf)\n" in shown
    assert shown.splitlines()[-1] == "9 articles, 5 independent origins (4–7), 1 skipped"
    for id in family.articles:
        heads = [line for line in shown.splitlines() if re.match(rf"^[├└│─ ]*(\S+  \[{id}\]|{id}  )", line)]
        assert len(heads) == 1, id


def test_what_was_not_inferred_is_not_claimed(family: Lineage) -> None:
    """A story without text, or too large, has articles and nothing else: nobody in it is called independent."""
    reason = Skipped("", "the lineage of this story was not told", kind="capped")
    bare = {f"a{n:02}": Article(f"a{n:02}", "", "Post") for n in range(30)}
    untold = Lineage(bare, (), (), (), (), (), {}, Origins(30, 1, 30), (reason,), family.provenance)
    for everything in (False, True):
        shown = printed(untold, all_articles=everything)
        assert not {"independent", "origin", "shares", "no text"} & set(re.findall(r"no text|[a-z]+", shown))
        assert shown.endswith(
            "capped: the lineage of this story was not told\n30 articles, lineage not told, 1 skipped\n"
        )
        assert shown.count("[a") == (30 if everything else 12)
    assert "and 18 more" in printed(untold)


def test_an_article_without_text_is_not_independent(family: Lineage) -> None:
    empty = Article("empty", " \n", "Nobody")
    shown = printed(replace(family, articles={**family.articles, "empty": empty}))
    assert "Nobody  [empty]  no text\n" in shown


def test_a_guess_is_explained_where_there_is_one(family: Lineage) -> None:
    assert "Gazette?" in printed(family)
    assert printed(family).count("? behind a name: the outlet is a guess") == 1
    given = {id: replace(article, guessed=()) for id, article in family.articles.items()}
    assert "guess" not in printed(replace(family, articles=given))


def test_articles_of_one_outlet_are_told_apart(family: Lineage) -> None:
    articles = {id: Article(id, "Words.", "Post") for id in ("one", "two")}
    related = (Relation("one", "two", "formulas", 9, ()),)
    alone = replace(family, articles=articles, derivations=(), sources=(), unresolved=(), relations=related)
    assert "Post  [one]  independent; shares only formulas with Post [two]\n" in printed(alone)


def test_a_source_is_told_by_the_article_that_names_it(family: Lineage) -> None:
    source = family.sources[0]
    reasons = {
        "gazette": (Reason("text", 1.0, "they share 6 words of narration"),),
        "herald": (Reason("declared", 2.0, "Herald says so: “a feed”"),),
    }
    shown = printed(replace(family, sources=(replace(source, reasons=reasons),)))
    assert "◌ unseen source, not named  Herald says so: “a feed”" in shown


def test_a_version_without_a_change_is_no_update(family: Lineage) -> None:
    again = replace(family.articles["post-2"], text=family.articles["post-1"].text)
    shown = printed(replace(family, articles={**family.articles, "post-2": again}))
    assert "the same text again (13 words): almost certainly (98 %)" in shown
    assert "an update" not in shown


def test_open_links_are_told_apart(family: Lineage) -> None:
    question = replace(family.unresolved[0], a_from_b=0.04, b_from_a=0.0)
    shown = " ".join(printed(replace(family, unresolved=(question,))).split())
    assert (
        "share 7 words: almost certainly (96 %) neither took from the other, and both have it from elsewhere" in shown
    )
    twin = replace(family.articles["twin-b"], text=family.articles["twin-a"].text)
    shown = " ".join(printed(replace(family, articles={**family.articles, "twin-b": twin})).split())
    assert "share 7 words: one article twice; nothing tells which was first" in shown


def test_the_last_line_knows_the_singular(family: Lineage) -> None:
    alone = replace(
        family, articles={"x": Article("x", "Words.")}, derivations=(), sources=(), relations=(), unresolved=(),
        origins=Origins(1, 1, 1), skipped=(),
    )  # fmt: skip
    assert printed(alone) == "x  independent\n\n1 article, 1 independent origin, 0 skipped\n"


def test_the_order_of_the_input_changes_nothing(family: Lineage) -> None:
    shuffled = dict(reversed(family.articles.items()))
    assert printed(replace(family, articles=shuffled)) == printed(family)


def test_what_stands_alone_is_summed_up_unless_all_is_wanted(crowd: Lineage) -> None:
    assert printed(crowd).splitlines() == [
        "3 articles name a source that no other has: Nordwire 2 and an unnamed feed 1",
        "4 articles share only quotations, formulas or a brief stretch with another",
        "23 articles share nothing with any other",
        "(--all lists them)",
        "",
        "30 articles, 30 independent origins, 0 skipped",
    ]
    full = printed(crowd, all_articles=True)
    assert all(f"[{id}]" in full for id in crowd.articles)
    assert "Paper 5  [a05]  independent; shares a brief stretch with Paper 6\n" in full
    assert "--all" not in full


def test_the_largest_story_comes_first(crowd: Lineage) -> None:
    chain = tuple(Derivation(f"a{n:02}", f"a{n - 1:02}", "copy", 0.9, 0.5, True, (), ()) for n in (28, 29, 1))
    shown = printed(replace(crowd, derivations=chain))
    assert shown.startswith("Story 1: 3 articles\nPaper 27")
    assert "\nStory 2: 2 articles\nPaper 0" in shown


def test_no_line_is_wider_than_the_page(family: Lineage) -> None:
    wide = Article("hermit", "Words.", "新闻联播" * 40, "no time that anybody can read, however long they try")
    longest = Article("x" * 500, "Words.", "An Outlet With a Name " * 20, title="t")
    articles = {**family.articles, "hermit": wide, longest.id: longest}
    relations = tuple(Relation(a, b, "quotations", 30, ()) for a in articles for b in articles if a < b)
    skipped = (Skipped("f" * 300, "r" * 300),)
    crowded = replace(family, articles=articles, relations=relations, skipped=skipped)
    for width in (40, 60, 100):
        *lines, last = tree(crowded, Style(width)).splitlines()
        assert max(map(columns, lines)) <= width
        assert last == "10 articles, 5 independent origins (4–7), 1 skipped"  # programs read it: never cut


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_nothing_in_an_article_can_break_the_page(outlet: str, id: str, published: str) -> None:
    evil = Article("y" + id, "Words.", outlet + "\x1b[2J\n\u202e", published, guessed=("outlet",))
    one = Article("z", "Words.")
    pair = {evil.id: evil, one.id: one}
    claim = Derivation(one.id, evil.id, "copy", 0.5, 0.5, False, (), ())
    held = Lineage(pair, (claim,), (), (), (), (), {}, Origins(1, 1, 1), (), crowd_provenance())
    shown = tree(held, Style())
    fits = columns(f"{name(evil)}  [{short_id(evil.id)}]") <= Style().width  # else the id has a line of its own
    assert len(shown.splitlines()) <= (6 if fits else 7)
    assert not set(shown) & set("\x1b\x07\r\x85\u202e\u2028")
    shown.encode()


def crowd_provenance():  # type: ignore[no-untyped-def]
    from datetime import UTC, datetime

    from lineage.model import Provenance

    return Provenance("0", {}, "", datetime(2025, 1, 1, tzinfo=UTC))


def test_a_chain_of_a_thousand_updates_is_drawn(family: Lineage) -> None:
    articles = {f"v{n:04}": Article(f"v{n:04}", "Words.") for n in range(1000)}
    chain = tuple(Derivation(f"v{n:04}", f"v{n - 1:04}", "update", 0.9, 0.9, False, (), ()) for n in range(1, 1000))
    long = replace(family, articles=articles, derivations=chain, sources=(), relations=(), unresolved=())
    lines = tree(long, Style()).splitlines()
    assert sum("v0" in line for line in lines) == 1000
    assert max(map(columns, lines)) <= 100


def test_articles_that_hang_on_each_other_are_shown_all_the_same(family: Lineage) -> None:
    circle = tuple(Derivation(a, b, "copy", 0.5, 0.5, True, (), ()) for a, b in (("x", "y"), ("y", "x")))
    articles = {id: Article(id, "Words.") for id in "xy"}
    odd = replace(family, articles=articles, derivations=circle, sources=(), relations=(), unresolved=())
    assert printed(odd).count("copied") == 2


def test_colour_marks_what_matters_and_changes_no_word(family: Lineage) -> None:
    plain, coloured = tree(family, Style()), tree(family, Style(colour=True))
    assert "\x1b[31m71\u00a0% copied (10 words), uncredited" in coloured
    assert "\x1b[31m10\u00a0%" not in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_ascii_has_the_same_tree(family: Lineage) -> None:
    shown = tree(family, Style(unicode=False))
    assert shown.isascii()
    assert "`-- Post  [post-1]" in shown
    assert shown.splitlines()[-1] == "9 articles, 5 independent origins (4-7), 1 skipped"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("absent", "uncredited:"),
        ("elsewhere", "uncredited (it names Courier):"),
        ("stripped", "uncredited (a credit in it was left out):"),
        ("present", "credited to a text behind it:"),
    ],
)
def test_a_copy_without_a_credit_says_what_it_has_instead(family: Lineage, state: CreditState, said: str) -> None:
    shares = (Share("post-1", "courier-1", 10, 0.8, 0.7, state),)
    shown = " ".join(printed(replace(family, shares=shares)).split())
    assert f"71 % copied (10 words), {said}" in shown
