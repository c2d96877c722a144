"""The nouns of lineage: frozen values, no input or output, no opinions about each other.

A measurement (`Overlap`) has no direction. A claim (`Derivation`, `Source`) is laid over it, with its reasons.
Offsets count characters (code points) of `Article.text`; spans are half-open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from lineage.article import Article as Article
from lineage.article import parse_published as parse_published
from lineage.dataclass import dataclass

Grade = Literal["exact", "edited", "rewritten", "related"]
CreditPlace = Literal["text", "author"]
CreditKind = Literal["credit-line", "attribution", "dateline", "inputs", "syndication", "excerpt", "photo", "venue"]
DerivationKind = Literal["copy", "update"]
RelationKind = Literal["quotations", "formulas", "brief"]
ArticleClass = Literal["wholly", "partly", "not"]
CreditState = Literal["present", "elsewhere", "stripped", "absent"]
Named = Literal["absent", "here", "both"]
SourceKind = Literal["declared", "inferred"]
SkipKind = Literal["unreadable", "noted", "capped"]


class Span(NamedTuple):
    """A stretch of an article's text: characters, half-open."""

    start: int
    end: int

    def __bool__(self) -> bool:
        return self.end > self.start


@dataclass(frozen=True, slots=True)
class Passage:
    """What two articles share, once: a stretch of each, and how alike they are.

    `words` counts the equal words (in scripts without spaces 5 characters count as 3 words); `identity` is
    their share of the longer side (0..1); `quoted` is the share of the equal words that stand inside quotation
    marks in both; `matches` are the equal blocks.
    """

    a: Span
    b: Span
    words: int
    identity: float
    quoted: float
    grade: Grade
    matches: tuple[tuple[Span, Span], ...] = ()

    def swapped(self) -> Passage:
        """The same passage seen from the other article."""
        return Passage(
            self.b, self.a, self.words, self.identity, self.quoted, self.grade,
            tuple((right, left) for left, right in self.matches),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overlap:
    """Everything that two articles share. It has no direction.

    `a_in_b` is the share of a's words that also stand in b (0..1), `b_in_a` the reverse. `narrated` counts the
    shared words outside quotation marks, `quoted` those inside. `related` are stretches that tell of the same, but
    whose words do not keep their order; no number counts them.
    """

    a: str
    b: str
    passages: tuple[Passage, ...]
    a_in_b: float
    b_in_a: float
    narrated: int
    quoted: int
    related: tuple[Passage, ...] = ()

    def swapped(self) -> Overlap:
        """The same overlap seen from the other article."""
        return Overlap(
            self.b, self.a, tuple(passage.swapped() for passage in self.passages),
            self.b_in_a, self.a_in_b, self.narrated, self.quoted, tuple(passage.swapped() for passage in self.related),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Credit:
    """Where an article says that text came from elsewhere, or says something that looks like it but is not.

    `span` is the whole phrase, `name_span` the name in it. `outlet` is the registry's id, None for a name it
    does not know or a notice without a name. `in_quote` marks a phrase inside quotation marks. `place` is the field of
    the article in which it stands, and whose characters the spans count: its text or its author.
    """

    article: str
    kind: CreditKind
    span: Span
    name: str | None = None
    outlet: str | None = None
    name_span: Span | None = None
    in_quote: bool = False
    place: CreditPlace = "text"

    @property
    def is_source(self) -> bool:
        """Whether it speaks of text: photo credits, interview venues and quoted phrases do not."""
        return self.kind not in ("photo", "venue") and not self.in_quote


@dataclass(frozen=True, slots=True)
class Reason:
    """One row of a ledger: a kind of evidence, its weight in natural-log odds, a sentence, the proof.

    `child_spans` and `parent_spans` point at the evidence in the two texts; both may be empty.
    """

    kind: str
    weight: float
    note: str
    child_spans: tuple[Span, ...] = ()
    parent_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """A claim that one article of the input took text from another.

    `probability` is that of this edge (0..1); the weights of `reasons` sum to its logit. In `passages` a is the
    parent and b the child. `copied` is the share of the child's words that stand in the parent. `alternatives`
    gives other parents and their probabilities.
    """

    child: str
    parent: str
    kind: DerivationKind
    probability: float
    copied: float
    credited: bool
    passages: tuple[Passage, ...]
    reasons: tuple[Reason, ...]
    alternatives: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A text that must have existed but is not in the input: a wire, a release, a lost version.

    `name` is None unless a text names it; it is `doubtful` where no line says that the text is from there and no more
    than half of the children cite it. `probability` is per child (0..1); so are `reasons`, whose weights sum to its
    logit. `wording` holds what can be reconstructed of it.
    """

    id: str
    name: str | None
    kind: SourceKind
    children: tuple[str, ...]
    probability: Mapping[str, float]
    reasons: Mapping[str, tuple[Reason, ...]]
    wording: tuple[str, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """What an article has of a text above it: `source` is the id of an article or of an unseen source.

    `words` counts the words of the article's narration in the stretches that the two share (small changes within them
    included), `narration` is their share of the article's narration, `used` the share of the other's narration that
    the article has kept (0..1; None where it cannot be known, as of a text that is not in the input). `credit` tells
    whether the article names that text, or one behind it (`present`); only others, from whom it has nothing
    (`elsewhere`); nobody, although a credit came with the text (`stripped`); or nobody (`absent`).
    """

    article: str
    source: str
    words: int | None
    narration: float | None
    used: float | None
    credit: CreditState


@dataclass(frozen=True, slots=True)
class Relation:
    """Two articles that share words from which no derivation follows: quotations, formulas, a brief stretch."""

    a: str
    b: str
    kind: RelationKind
    words: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Two articles of which one took from the other, or both from a third, and the texts do not say which.

    `a_from_b` and `b_from_a` are the probabilities of the two directions (0..1).
    """

    a: str
    b: str
    a_from_b: float
    b_from_a: float
    passages: tuple[Passage, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """How many independent origins the articles have, and the least and most that the evidence allows."""

    count: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not read, or not used whole. `line` counts from 1; `record` is an id if one is known."""

    file: str
    reason: str
    line: int | None = None
    record: str | None = None
    kind: SkipKind = "unreadable"

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Furniture:
    """A passage set aside because it recurs from story to story: `holders` articles hold it, `article` is one."""

    text: str
    holders: int
    article: str
    span: Span
    outlet: str | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a result: version, settings that differ from the defaults, digest of the input, time (UTC)."""

    version: str
    settings: Mapping[str, Any]
    input_digest: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Lineage:
    """Who took from whom among some articles, what could not be told, and what was left out.

    `names` tells of articles with much of another outlet's text whom they credit: an outlet that is absent, one that is
    here and has that text, or both; it has none that credit neither.
    """

    articles: Mapping[str, Article]
    derivations: tuple[Derivation, ...]
    sources: tuple[Source, ...]
    relations: tuple[Relation, ...]
    unresolved: tuple[Unresolved, ...]
    credits: tuple[Credit, ...]
    classes: Mapping[str, ArticleClass]
    origins: Origins
    skipped: tuple[Skipped, ...]
    provenance: Provenance
    shares: tuple[Share, ...] = ()
    names: Mapping[str, Named] = field(default_factory=dict)

    @property
    def told(self) -> bool:
        """Whether anything was inferred: not of a story of an archive that is too large, or whose text is not kept."""
        said = (self.classes, self.derivations, self.sources, self.unresolved, self.relations)
        return any(said) or not self.articles

    def parents(self, id: str) -> tuple[str, ...]:
        """Ids of the articles that `id` took from, most probable first."""
        found = sorted((d for d in self.derivations if d.child == id), key=lambda d: (-d.probability, d.parent))
        return tuple(d.parent for d in found)

    def children(self, id: str) -> tuple[str, ...]:
        """Ids of the articles that took from the article or source `id`, in the articles' order."""
        taken = {d.child for d in self.derivations if d.parent == id}
        taken.update(child for source in self.sources if source.id == id for child in source.children)
        return tuple(child for child in self.articles if child in taken)

    def roots(self) -> tuple[str, ...]:
        """Ids of the articles with no parent among the articles (an unseen source may stand above them)."""
        taken = {d.child for d in self.derivations}
        return tuple(id for id in self.articles if id not in taken)

    def stories(self) -> Iterator[tuple[str, ...]]:
        """Groups of articles that are joined by a derivation, a source or an open question.

        Common quotations do not join: one much quoted sentence would make one story of a whole campaign.
        """
        links = [(d.child, d.parent) for d in self.derivations]
        links += [(child, source.children[0]) for source in self.sources for child in source.children]
        links += [(u.a, u.b) for u in self.unresolved]
        leader = {id: id for id in self.articles}

        def find(id: str) -> str:
            while leader[id] != id:
                leader[id] = leader[leader[id]]
                id = leader[id]
            return id

        for left, right in links:
            leader[find(left)] = find(right)
        groups: dict[str, list[str]] = {}
        for id in self.articles:
            groups.setdefault(find(id), []).append(id)
        for group in groups.values():
            yield tuple(group)
