"""`trace`: who took from whom among some articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice, repeat
from typing import Any

import numpy as np

from lineage import finding, pipeline
from lineage.dataclass import dataclass
from lineage.descent.again import Given
from lineage.descent.base_rate import names
from lineage.descent.classes import Ancestry
from lineage.descent.evidence import since_1970
from lineage.descent.features import Story
from lineage.descent.groups import Groups
from lineage.descent.nearest import NEAREST, Looked, Nearest
from lineage.descent.told import Told
from lineage.descent.verdict import Descent, Gates, descend, linked, same_story
from lineage.descent.witness import Witness
from lineage.garbage import uncollected
from lineage.model import Article, Lineage, Named, Origins, Overlap, Skipped, Span
from lineage.overlap.aside import outside
from lineage.overlap.collection import Parsed
from lineage.overlap.counterparts import counterparts
from lineage.overlap.reprints import FEWEST, Families, in_order, reprints
from lineage.overlap.rewording import with_rewrites
from lineage.overlap.rewrites import NEWS
from lineage.overlap.winnow import THOROUGH
from lineage.reports.wording import count
from lineage.settings import Settings
from lineage.text.outlets import Registry

MOST_HOLDERS = 50  # articles: of a passage with more, each is compared with one of them, and that is said; of the
# parents told of 10,000 articles .99 are right, as with 20 or 150, which takes a third more time
SMALL = NEAREST + 1  # articles: in so small an input every pair is looked at, and no family is so large as to be folded
TOGETHER = 200  # articles of small inputs that are looked at together: with more, nothing is gained
SURE = 0.9  # an edge below this probability widens the interval of independent origins


def trace(
    articles: Iterable[Article],
    *,
    settings: Settings = Settings(),
    aside: Mapping[str, Sequence[Span]] = {},
    now: datetime | None = None,
) -> Lineage:
    """Infer who took from whom among some articles, what they take from texts that are not among them, and what
    cannot be told.

    `aside` are stretches, by article id, that are known to be furniture: what the articles share there means nothing.
    What is dated after `now` (which is taken for the present) has a clock that lies.

    The articles' order does not matter. An article whose id has occurred already is left out if its text is the
    same, and renamed otherwise; both are noted in `Lineage.skipped`, with what the reader skipped. Raises
    `UsageError` when there is no article at all, `InputError` when there is something, of which nothing can be read.
    """
    (found,) = trace_all([(articles, aside)], settings=settings, now=now)
    return found


def trace_all(
    inputs: Iterable[tuple[Iterable[Article], Mapping[str, Sequence[Span]]]],
    *,
    settings: Settings = Settings(),
    now: datetime | None = None,
    brief: bool = False,
) -> Iterator[Lineage]:
    """`trace` of many inputs, each by itself, with what is known to be furniture in its articles. In `brief`, questions
    come without passages and reasons, and sources without wording: an archive keeps none of these.

    Small ones are looked at together: most of the time of one goes into calls that could as well do the work of fifty.
    """
    now, changed = now or datetime.now(UTC), settings.changed()
    for some in _together(map(_input, inputs)):
        with uncollected():
            parsed: dict[str, Parsed] = {}
            looked = _looked(some, settings, now, parsed)
            given = [Given(one.witnesses, one.overlaps) for one in looked]
            found = descend(given, _gates(settings), now, partial(_told, parsed), brief=brief)
            told = [_lineage(*both, changed, now) for both in zip(looked, found, strict=True)]
        yield from told


def names_in(
    inputs: Iterable[tuple[Iterable[Article], Mapping[str, Sequence[Span]]]],
    *,
    settings: Settings = Settings(),
    now: datetime | None = None,
) -> Iterator[Mapping[str, Named]]:
    """The `names` that `trace_all` would tell of many inputs, for which nothing is inferred."""
    now = now or datetime.now(UTC)
    for some in _together(map(_input, inputs)):
        with uncollected():
            found = [names(one.witnesses, one.overlaps) for one in _looked(some, settings, now, {})]
        yield from found


@dataclass(frozen=True, slots=True)
class _Input:
    """Articles with ids that differ, what was skipped, and stretches that are furniture."""

    articles: list[Article]
    skipped: tuple[Skipped, ...]
    aside: Mapping[str, Sequence[Span]]


def _input(given: tuple[Iterable[Article], Mapping[str, Sequence[Span]]]) -> _Input:
    articles, aside = given
    held, noted = pipeline.unique(articles)
    skipped: Sequence[Skipped] = getattr(articles, "skipped", ())
    if not held:
        raise pipeline.nothing_to("trace", skipped)
    return _Input(held, (*skipped, *noted), aside)


def _together(inputs: Iterable[_Input]) -> Iterator[list[_Input]]:
    """Inputs in groups that are looked at together: small ones, whose articles' ids differ, or one large one."""
    group: list[_Input] = []
    ids: set[str] = set()
    for one in inputs:
        own = {article.id for article in one.articles}
        if group and (len(one.articles) > SMALL or len(ids) + len(own) > TOGETHER or not ids.isdisjoint(own)):
            yield group
            group, ids = [], set()
        group.append(one)
        ids |= own
        if len(one.articles) > SMALL:
            yield group
            group, ids = [], set()
    if group:
        yield group


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured of a story before anything is inferred: what the ledger is trained on.

    `groups` has the group of linked articles that each witness is of.
    """

    story: Story
    groups: dict[int, int]


def measured(articles: Iterable[Article], *, settings: Settings = Settings(), now: datetime | None = None) -> Measured:
    """Measure the articles of a story."""
    now = now or datetime.now(UTC)
    parsed: dict[str, Parsed] = {}
    (looked,) = _looked([_input((articles, {}))], settings, now, parsed)
    links = linked(looked.witnesses, looked.overlaps, _gates(settings))
    story = Story(looked.witnesses, links, now, _told(parsed, looked.witnesses, list(links)))
    return Measured(story, same_story(links, range(len(looked.witnesses))))


def _told(held: Mapping[str, Parsed], witnesses: Sequence[Witness], pairs: Sequence[tuple[int, int]]) -> Told:
    """The sentences in which linked articles tell the same; `held` are texts that are parsed, by the articles' ids."""
    parsed = {place: held[w.article.id] for place, w in enumerate(witnesses) if w.article.id in held}
    return Told(*counterparts([w.article.text for w in witnesses], [w.tokens for w in witnesses], pairs, parsed))


@dataclass(frozen=True, slots=True)
class _Looked:
    """The articles of an input with all that is measured of them before anything is inferred."""

    articles: list[Article]
    witnesses: list[Witness]
    overlaps: list[Overlap]
    skipped: tuple[Skipped, ...]


def _gates(settings: Settings) -> Gates:
    gates = settings.descent
    return Gates(gates.narrated_words, gates.narrated_words_credited, gates.undetermined, gates.wires)


def _looked(inputs: Sequence[_Input], settings: Settings, now: datetime, parsed: dict[str, Parsed]) -> list[_Looked]:
    """Measure the articles of some inputs: several small ones, or one. Texts that are parsed go to `parsed`, by id."""
    registries = [pipeline.registry(one.articles, settings) for one in inputs]
    witnesses = _witnesses(inputs, [one.articles for one in inputs], registries)
    found, skipped = _shared(inputs, witnesses, settings, now, parsed)
    least = settings.descent.narrated_words
    made = zip(inputs, found, witnesses, registries, strict=True)
    named = [pipeline.outlets_from_credits(one.articles, shared, own, known, least) for one, shared, own, known in made]
    again = [number for number, one in enumerate(inputs) if named[number] != one.articles]
    others = [named[number] for number in again]
    renewed = _witnesses([inputs[n] for n in again], others, [pipeline.registry(own, settings) for own in others])
    for number, own in zip(again, renewed, strict=True):
        witnesses[number] = own
    notes = ((*one.skipped, *own) for one, own in zip(inputs, skipped, strict=True))
    return list(map(_Looked, named, witnesses, found, notes))


def _witnesses(
    inputs: Sequence[_Input], articles: Sequence[Sequence[Article]], registries: Sequence[Registry]
) -> list[list[Witness]]:
    """The articles of each input as witnesses, by the outlets that it knows."""
    known = chain.from_iterable(repeat(own, len(some)) for own, some in zip(registries, articles, strict=True))
    aside = {id: spans for one in inputs for id, spans in one.aside.items()}
    names = chain.from_iterable(map(pipeline.called, articles))
    made = iter(pipeline.witnesses(list(chain.from_iterable(articles)), known, names, aside))
    return [list(islice(made, len(own))) for own in articles]


def _shared(
    inputs: Sequence[_Input],
    witnesses: Sequence[Sequence[Witness]],
    settings: Settings,
    now: datetime,
    parsed: dict[str, Parsed],
) -> tuple[list[list[Overlap]], list[tuple[Skipped, ...]]]:
    """What the articles of each input share, and what of them was not compared."""
    parts = [_families(own, now) for own in witnesses]
    ordered = [article for articles, _ in parts for article in articles]
    number = {article.id: place for place, (articles, _) in enumerate(parts) for article in articles}
    nearest = [Nearest(articles, settings.descent.narrated_words) for articles, _ in parts]
    single = len(inputs) == 1  # of several, each is so small that it has no families, and that all pairs are wanted
    families, wanted = (parts[0][1], nearest[0].wanted) if single else (None, None)
    collections = None if single else np.array(list(number.values()), np.int64)
    stream = finding.OverlapStream(ordered, _thorough(settings), None, families, wanted, collections)
    for overlap in stream:
        nearest[number[overlap.a]].add(overlap)
    looked = [own.looked() for own in nearest]
    words = {witness.article.id: witness.tokens for own in witnesses for witness in own}
    near = (overlap for own in looked for overlap in own.near)
    found: list[list[Overlap]] = [[] for _ in inputs]
    for overlap in with_rewrites(near, ordered, NEWS, stream.standing, words, parsed):
        found[number[overlap.a]].append(overlap)
    result = [
        [left for overlap in (*own, *rest.slight) if (left := outside(overlap, one.aside)) is not None]
        for one, own, rest in zip(inputs, found, looked, strict=True)
    ]
    aside = zip(stream.aside, looked, strict=True)
    return result, [(*finding.in_words(own), *_left_out(rest)) for own, rest in aside]


def _thorough(settings: Settings) -> Settings:
    """As closely as a story is looked at."""
    overlap = settings.overlap
    window, holders = min(overlap.window, THOROUGH), min(overlap.max_holders, MOST_HOLDERS)
    return replace(settings, overlap=replace(overlap, window=window, max_holders=holders))


def _left_out(looked: Looked) -> Iterator[Skipped]:
    """What of a large story was not looked at, in words."""
    if looked.left_out:
        reason = (
            f"{count(looked.left_out, 'pair of articles was', 'pairs of articles were')} not looked at: of each "
            f"article only the {looked.most} were that share the most with it"
        )
        yield Skipped("", reason, kind="capped")


def _families(witnesses: Sequence[Witness], now: datetime) -> tuple[list[Article], Families]:
    """The articles and their families of reprints, neither depending on the order of the input.

    The article that stands for a family is the one that most others credit, or the earliest: where the text most
    probably comes from. Those that others credit are compared with everything, too.
    """
    # which of two texts comes first decides between equally good alignments
    ordered = sorted(witnesses, key=lambda witness: (witness.article.text, witness.article.id))
    if len(ordered) < FEWEST:
        return [witness.article for witness in ordered], Families(np.arange(len(ordered)), 0)
    named = Counter(outlet for w in witnesses for outlet in {c.outlet for c in w.credits} if outlet != w.outlet)
    credits = [0 if w.outlet is None else named[w.outlet] for w in ordered]
    keys = [(-count, since_1970(w.article, now)) for count, w in zip(credits, ordered, strict=True)]
    numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
    ranks = np.array([numbers[key] for key in keys], np.int64)
    first = reprints([witness.article.text for witness in ordered], ranks)
    families: dict[int, list[int]] = {}
    for place in np.argsort(ranks, kind="stable").tolist():
        if credits[place] and np.count_nonzero(first == first[place]) > 1:
            families.setdefault(int(first[place]), []).append(place)
    order, found = in_order(first, [place for members in families.values() for place in members[:NEAREST]])
    return [ordered[place].article for place in order.tolist()], found


def _lineage(looked: _Looked, found: Descent, changed: Mapping[str, Any], now: datetime) -> Lineage:
    articles, witnesses = looked.articles, looked.witnesses
    ancestry = Ancestry(witnesses, looked.overlaps, found.derivations, found.sources)
    return Lineage(
        {article.id: article for article in articles},
        tuple(found.derivations),
        tuple(found.sources),
        tuple(found.relations),
        tuple(found.unresolved),
        tuple(credit for witness in witnesses for credit in witness.credits),
        ancestry.classes(),
        origins(articles, found),
        looked.skipped,
        pipeline.provenance(articles, changed, now),
        tuple(ancestry.shares()),
        names(witnesses, looked.overlaps),
    )


def origins(articles: Iterable[Article], found: Descent | Lineage) -> Origins:
    """How many independent origins there are: sources, and articles with a text, that have nothing above them.

    The least takes pairs with a brief common stretch as one, the most takes every doubtful edge as none.
    """
    ids = [article.id for article in articles if article.text.strip()]
    above: dict[str, str] = {}
    for claim in found.derivations:
        above.setdefault(claim.child, claim.parent)
    for source in found.sources:
        above.update((child, source.id) for child in source.children if child not in above)
    count = len(ids) + len(found.sources) - len(above)
    count -= len(found.unresolved)
    first = {claim.child: claim.probability for claim in reversed(found.derivations)}
    doubtful = sum(probability < SURE for probability in first.values())
    doubtful += sum(
        p < SURE for source in found.sources if len(source.children) > 1 for p in source.probability.values()
    )
    roots = {id: _top(id, above) for id in ids}
    joined = Groups[str]()
    brief = sum(joined.join(roots[r.a], roots[r.b]) for r in found.relations if r.kind == "brief")
    return Origins(count, max(min(1, count), count - brief), count + doubtful)


def _top(id: str, above: Mapping[str, str]) -> str:
    while id in above:
        id = above[id]
    return id


def split(lineage: Lineage) -> Iterator[Lineage]:
    """The stories of a lineage, each as a lineage of its own."""
    for ids in lineage.stories():
        if len(ids) == len(lineage.articles):
            yield lineage
            return
        own = frozenset(ids)
        part = replace(
            lineage,
            articles={id: lineage.articles[id] for id in ids},
            derivations=tuple(claim for claim in lineage.derivations if claim.child in own),
            sources=tuple(source for source in lineage.sources if own.issuperset(source.children)),
            relations=tuple(r for r in lineage.relations if r.a in own and r.b in own),
            unresolved=tuple(question for question in lineage.unresolved if question.a in own),
            credits=tuple(credit for credit in lineage.credits if credit.article in own),
            classes={id: lineage.classes[id] for id in ids if id in lineage.classes},
            shares=tuple(share for share in lineage.shares if share.article in own),
            names={id: lineage.names[id] for id in ids if id in lineage.names},
        )
        yield replace(part, origins=origins(part.articles.values(), part))
