"""What a generated story is: its articles and the truth about them, down to the stretch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from lineage.model import Article, ArticleClass, DerivationKind, Span

UnseenKind = Literal["wire", "release", "lost"]
DecoyKind = Literal["credit", "venue", "photo", "mention"]


@dataclass(frozen=True, slots=True)
class Edge:
    """One article took text from another, and where: pairs of a stretch of the child and one of the parent.

    Stretches are characters, in the child's order, cut at sentences or clauses: what stands in the child's stretch
    was written from the parent's, in the same or in other words. `decidable` is False when nothing in the texts or
    the clocks tells the direction, not even to one who knows how the copy was made. `credited` says that the child
    names the parent's outlet as its source.
    """

    child: str
    parent: str
    kind: DerivationKind
    stretches: tuple[tuple[Span, Span], ...]
    decidable: bool
    credited: bool


@dataclass(frozen=True, slots=True)
class Unseen:
    """A text behind some articles that is not among them. `name` is None unless an article below it names it.

    `children` took from it themselves or through texts that are not among the articles either; `text` is the whole
    of it, for measuring reconstructions.
    """

    id: str
    name: str | None
    kind: UnseenKind
    text: str
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decoy:
    """A phrase that looks like a credit and is none: `name` is what it names, `span` the sentence it stands in."""

    article: str
    name: str
    kind: DecoyKind
    span: Span


@dataclass(frozen=True, slots=True)
class TrueCredit:
    """A credit for text: the article, the name in it (None for "agencies"), the sentence.

    `source` is the id of the article or unseen text it speaks of, None when it speaks of a text without trace here.
    `inherited` marks one that the article took over with the text of another.
    """

    article: str
    name: str | None
    span: Span
    source: str | None
    inherited: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known about a generated story.

    `relations` are the pairs without a common origin that share a quotation of eight words or more; `independent`
    are the articles that neither took nor gave; `classes` goes by the share of an article's words (furniture and
    credits apart) that it took: wholly from .85, partly from .05; `origins` counts the articles that stand under
    nothing, and the unseen texts. `furniture` are stretches of pages that are no article text, by article.
    """

    edges: tuple[Edge, ...]
    unseen: tuple[Unseen, ...]
    relations: tuple[tuple[str, str], ...]
    independent: tuple[str, ...]
    decoys: tuple[Decoy, ...]
    credits: tuple[TrueCredit, ...]
    classes: dict[str, ArticleClass]
    origins: int
    furniture: dict[str, tuple[Span, ...]]

    @property
    def named(self) -> frozenset[str]:
        """Ids of the unseen texts that an article names."""
        return frozenset(source.id for source in self.unseen if source.name is not None)

    @property
    def misnamed(self) -> frozenset[tuple[str, str]]:
        """Articles with the names that they credit and did not take from."""
        return frozenset((decoy.article, decoy.name) for decoy in self.decoys)

    @property
    def unrelated(self) -> set[tuple[str, str]]:
        """Pairs of articles, ids in order, without a text behind both: independent reports of one event."""
        above: dict[str, set[str]] = {id: {id} for id in self.classes}
        for source in self.unseen:
            for child in source.children:
                above[child].add(source.id)
        for _ in self.classes:
            for edge in self.edges:
                above[edge.child] |= above[edge.parent]
        return {(one, other) for one, other in combinations(sorted(above), 2) if not above[one] & above[other]}


@dataclass(frozen=True, slots=True)
class GeneratedStory:
    """One story: articles in an order that says nothing, the truth, and how it was made (for breakdowns of scores).

    `operators` counts what was done to the texts, by name of the operator; `clocks` is the kind of clock used.
    """

    seed: int
    level: str
    clocks: str
    language: str
    articles: tuple[Article, ...]
    truth: Truth
    operators: dict[str, int]


def truth_document(story: GeneratedStory) -> dict[str, Any]:
    """The truth of a story as plain values for JSON; spans become two-element lists."""
    truth = story.truth
    return {
        "seed": story.seed,
        "level": story.level,
        "clocks": story.clocks,
        "language": story.language,
        "operators": story.operators,
        "edges": [
            {
                "child": edge.child,
                "parent": edge.parent,
                "kind": edge.kind,
                "decidable": edge.decidable,
                "credited": edge.credited,
                "stretches": [[list(child), list(parent)] for child, parent in edge.stretches],
            }
            for edge in truth.edges
        ],
        "unseen": [
            {"id": u.id, "name": u.name, "kind": u.kind, "children": list(u.children), "text": u.text}
            for u in truth.unseen
        ],
        "relations": [list(pair) for pair in truth.relations],
        "independent": list(truth.independent),
        "decoys": [{"article": d.article, "name": d.name, "kind": d.kind, "span": list(d.span)} for d in truth.decoys],
        "credits": [
            {"article": c.article, "name": c.name, "span": list(c.span), "source": c.source, "inherited": c.inherited}
            for c in truth.credits
        ],
        "classes": truth.classes,
        "origins": truth.origins,
        "furniture": {id: [list(span) for span in spans] for id, spans in truth.furniture.items()},
    }
