"""A family of articles made by hand, with one of everything that a report can show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lineage.model import (
    Article,
    Credit,
    Derivation,
    Lineage,
    Origins,
    Passage,
    Provenance,
    Reason,
    Relation,
    Skipped,
    Source,
    Span,
    Unresolved,
)

BRIDGE = "The footbridge at Lower Amsley will stay shut until the autumn, engineers said on Tuesday."
COPY = "The footbridge at Lower Amsley will stay closed until the autumn, the Courier reported."


def whole(a: str, b: str, words: int, grade: str = "exact") -> Passage:
    left, right = Span(0, len(a)), Span(0, len(b))
    return Passage(left, right, words, 0.9, 0.0, grade, ((left, right),))  # type: ignore[arg-type]


def bridge_passage() -> Passage:
    """The footbridge's passage: in the copy "shut" has become "closed"."""
    shut, closed = BRIDGE.index("shut"), COPY.index("closed")
    end, copied = BRIDGE.index(", engineers"), COPY.index(", the Courier")
    return Passage(
        Span(0, end), Span(0, copied), 10, 0.91, 0.0, "edited",
        ((Span(0, shut - 1), Span(0, closed - 1)), (Span(shut + 5, end), Span(closed + 7, copied))),
    )  # fmt: skip


def provenance() -> Provenance:
    return Provenance("0.1.0", {}, "0" * 32, datetime(2025, 5, 1, tzinfo=UTC))


@pytest.fixture
def family() -> Lineage:
    """A copy, an update of it, a feed with two children, a second parent, an open question, two singles."""
    passage = bridge_passage()
    articles = [
        Article("courier-1", BRIDGE, "Courier", "2025-04-01T08:00:00Z"),
        Article("post-1", COPY, "Post", "2025-04-01T09:30:00+02:00"),
        Article("post-2", COPY + " More follows.", "Post", "2025-04-02"),
        Article("gazette", "Words from a feed about the ferry.", "Gazette", "2025-04-02", guessed=("outlet",)),
        Article("herald", "Words from a feed about the ferry, too.", "Herald"),
        Article("twin-a", "Nobody knows which of these came first.", "Twin"),
        Article("twin-b", "Nobody knows which of these came first!", "Twin"),
        Article("quoter", "“It will stay shut,” said Dana Wirth.", "Quoter", "2025-04-03"),
        Article("hermit", "Something else entirely."),
    ]
    said = Span(0, len("Words from a feed"))
    declared = Reason("declared", 2.2, "Gazette says so: “Words from a feed”", (said,))
    texts = {article.id: article.text for article in articles}
    ledger = (
        Reason("text", 3.0, "they share 10 words of narration", (passage.b,), (passage.a,)),
        Reason("credit", 1.5, "Post credits Courier", (Span(COPY.index("the Courier"), len(COPY) - 1),)),
        Reason("rivals", -2.0, "weighed against its reverse"),
        Reason("calibration", 0.0, "kept as it is"),
    )
    twins = whole(texts["twin-a"], texts["twin-b"], 7)
    return Lineage(
        articles={article.id: article for article in articles},
        derivations=(
            Derivation("post-1", "courier-1", "copy", 0.924, 0.71, False, (passage,), ledger, {"herald": 0.03}),
            Derivation("post-2", "post-1", "update", 0.98, 0.85, False, (whole(COPY, COPY, 13),), (), {}),
            Derivation("post-2", "herald", "copy", 0.6, 0.1, True, (whole(COPY, COPY, 9),), (), {}),
        ),
        sources=(
            Source(
                "source-1", None, "declared", ("gazette", "herald"), {"gazette": 0.9, "herald": 0.7},
                {"gazette": (declared,), "herald": (Reason("sibling", 0.85, "shares the feed's words"),)},
                ("a feed about the ferry",),
            ),
        ),
        relations=(Relation("courier-1", "quoter", "quotations", 22, (whole(BRIDGE, BRIDGE, 22),)),),
        unresolved=(Unresolved("twin-a", "twin-b", 0.4, 0.35, (twins,), (Reason("text", 2.0, "they share 7 words"),)),),
        credits=(Credit("post-1", "attribution", Span(70, 80), "Courier", "courier", Span(70, 77)),),
        classes=dict.fromkeys(texts, "not"),
        origins=Origins(5, 4, 7),
        skipped=(
            Skipped("dump.jsonl", "broken JSON", 3),
            Skipped("notes.pdf", "of another kind; not read", kind="noted"),
        ),
        provenance=provenance(),
    )  # fmt: skip


@pytest.fixture
def crowd() -> Lineage:
    """Thirty articles: one pair that share a quotation, three that name a feed, the rest with nothing in common."""
    articles = {f"a{number:02}": Article(f"a{number:02}", "Words.", f"Paper {number}") for number in range(30)}
    ids = list(articles)
    feeds = tuple(
        Source(f"source-{n}", name, "declared", (ids[n],), {ids[n]: 0.9}, {ids[n]: ()})
        for n, name in ((2, "Nordwire"), (3, "Nordwire"), (4, None))
    )
    relation = Relation("a00", "a01", "quotations", 30, ())
    brief = Relation("a05", "a06", "brief", 9, ())
    return Lineage(
        articles, (), feeds, (relation, brief), (), (), {}, Origins(30, 30, 30), (), provenance()
    )  # fmt: skip
