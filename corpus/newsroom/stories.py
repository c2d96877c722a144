"""Stories with known lineage: who reports, who copies whom, what each says of when."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Literal

from corpus.newsroom import copying, lexicon
from corpus.newsroom.bureau.book import Split
from corpus.newsroom.copying import Habits, Text
from corpus.newsroom.prose import Event, Sentence, paragraphs
from lineage.model import Article, Span

Level = Literal["easy", "medium", "hard"]
Clocks = Literal["none", "day", "coarse", "noisy", "edited", "lying", "good", "mixed"]
CLOCKS: tuple[Clocks, ...] = ("none", "day", "coarse", "noisy", "edited", "lying", "good")
LEAST_TAKEN = 25  # words outside quotations that make an edge of the truth
WHOLLY, PARTLY = 0.85, 0.05  # shares of an article's words that it took


@dataclass(frozen=True, slots=True)
class Edge:
    """`child` took the `stretches` (of the child, of the parent) from `parent`. Not decidable: no clock
    and no third text tells which was first, and nothing was done to one that is not as likely to have been done to the
    other.
    """

    child: str
    parent: str
    kind: Literal["copy", "update"]
    stretches: tuple[tuple[Span, Span], ...]
    decidable: bool


@dataclass(frozen=True, slots=True)
class Unseen:
    """A text that articles were made from and that is not in the story."""

    id: str
    name: str | None
    kind: Literal["wire", "release", "lost"]
    text: str
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of a story. `named` are the unseen texts that some child credits."""

    edges: tuple[Edge, ...]
    unseen: tuple[Unseen, ...]
    named: frozenset[str]
    independent: tuple[str, ...]
    decoys: tuple[tuple[str, str], ...]
    classes: dict[str, str]

    @property
    def origins(self) -> int:
        """Texts with nothing above them: independent articles, roots of edges, unseen texts."""
        above = {edge.child for edge in self.edges} | {child for node in self.unseen for child in node.children}
        return sum(id not in above for id in self.classes) + len(self.unseen)

    @property
    def misnamed(self) -> frozenset[tuple[str, str]]:
        """Articles with the names that they credit and did not take from."""
        return frozenset(self.decoys)

    @property
    def unrelated(self) -> set[tuple[str, str]]:
        """Pairs of articles, in the ids' order, without a text behind both: independent reports of one event."""
        above: dict[str, set[str]] = {id: {id} for id in self.classes}
        for node in self.unseen:
            for child in node.children:
                above[child].add(node.id)
        for _ in self.classes:
            for edge in self.edges:
                above[edge.child] |= above[edge.parent]
        return {(one, other) for one, other in combinations(sorted(above), 2) if not above[one] & above[other]}


@dataclass(frozen=True, slots=True)
class GeneratedStory:
    """Articles in no order, and the truth about them."""

    seed: int
    level: Level
    clocks: Clocks
    articles: list[Article]
    truth: Truth


@dataclass
class Draft:
    """A text that is being made: where it is from, its outlet's house style, and when it came."""

    outlet: str
    text: Text
    parents: list[Draft] = field(default_factory=list)
    kind: Literal["own", "copy", "update", "wire", "release"] = "own"
    done: set[str] = field(default_factory=set)
    credits: list[str] = field(default_factory=list)
    decoys: list[str] = field(default_factory=list)
    minutes: float = 0.0
    id: str = ""
    style: str = ""

    @property
    def unseen(self) -> bool:
        return self.kind in ("wire", "release")


def generate(
    seed: int,
    level: Level = "medium",
    *,
    clocks: Clocks = "none",
    split: Literal["train", "held", "all"] = "train",
    size: tuple[int, int] = (4, 14),
    languages: Sequence[str] = ("en",),
    base_texts: Sequence[str] = (),
    alone: bool = False,
) -> GeneratedStory:
    """One story. The same arguments give the same story on every machine.

    `split` chooses the kinds of events and the patterns of sentences: `train` and `held` have none in common.
    `languages` are those of the credits' wording. `base_texts` are texts to use, in place of made-up wire copy, for
    what the first source of the story says. `alone`: every article is a report of its own.
    """
    rng = random.Random(f"{seed} {level} {split}")
    _, drafts = drafted(rng, level, split, size, languages, base_texts, alone)
    kind = rng.choice(CLOCKS) if clocks == "mixed" else clocks
    seen = [draft for draft in drafts if not draft.unseen]
    order = rng.sample(range(1, len(seen) + 1), len(seen))
    for draft, number in zip(seen, order, strict=True):
        draft.id = f"a{number:02}"
    for number, draft in enumerate([draft for draft in drafts if draft.unseen], 1):
        draft.id = f"unseen-{number}"
    articles = [_article(rng, draft, kind) for draft in sorted(seen, key=lambda draft: draft.id)]
    truth = _truth(drafts, {a.id: a for a in articles}, kind != "none")
    return GeneratedStory(seed, level, clocks, articles, truth)


def drafted(
    rng: random.Random,
    level: Level,
    split: Split,
    size: tuple[int, int] = (4, 14),
    languages: Sequence[str] = ("en",),
    base_texts: Sequence[str] = (),
    alone: bool = False,
) -> tuple[Event, list[Draft]]:
    """The event of a story, and its texts in the order in which they were made, unseen ones too."""
    event = Event.of(rng, split)
    count = rng.randint(*size)
    if alone:
        return event, _alone(rng, event, count, languages)
    return event, _drafts(rng, event, level, count, languages, base_texts)


def _drafts(
    rng: random.Random,
    event: Event,
    level: Level,
    count: int,
    languages: Sequence[str],
    base_texts: Sequence[str],
) -> list[Draft]:
    outlets = rng.sample(lexicon.OUTLETS, min(count, len(lexicon.OUTLETS)))
    habits = {outlet: Habits.of(rng, level) for outlet in outlets}
    drafts: list[Draft] = []
    if rng.random() < 0.6:
        kind = "wire" if rng.random() < 0.75 else "release"
        text = _based(rng, event, base_texts) if base_texts else event.report(rng, rng.randint(10, 16))
        drafts.append(Draft(rng.choice(lexicon.WIRES) if kind == "wire" else "", text, kind=kind))  # type: ignore[arg-type]
        if kind == "wire" and rng.random() < 0.15:
            other = rng.choice([wire for wire in lexicon.WIRES if wire != drafts[0].outlet])
            drafts.append(Draft(other, event.report(rng, rng.randint(8, 14)), kind="wire"))
    minute = 0.0
    free = list(outlets)
    for _ in range(count):
        minute += rng.expovariate(1 / 40)
        drafts.append(_next(rng, event, drafts, habits, free, level, languages))
        drafts[-1].minutes = minute
    for draft in drafts:
        draft.style = habits[draft.outlet].style if draft.outlet in habits else ""
    for draft in [draft for draft in drafts if draft.unseen]:
        users = [other for other in drafts if draft in other.parents]
        if not users or (len(users) == 1 and draft.outlet not in users[0].credits):
            # nobody could know of it: what it said is its user's own
            drafts.remove(draft)
            for user in users:
                user.parents.remove(draft)
                if not user.parents:
                    user.kind = "own"
    return drafts


def _alone(rng: random.Random, event: Event, count: int, languages: Sequence[str]) -> list[Draft]:
    """Independent reports of the event, as many as there are outlets at most."""
    drafts: list[Draft] = []
    for outlet in rng.sample(lexicon.OUTLETS, min(count, len(lexicon.OUTLETS))):
        drafts.append(_own(rng, event, outlet, drafts, languages))
        drafts[-1].minutes = 40.0 * len(drafts)
    return drafts


def _own(rng: random.Random, event: Event, outlet: str, seen: Sequence[Draft], languages: Sequence[str]) -> Draft:
    return _finished(rng, event, Draft(outlet, event.report(rng, rng.randint(7, 15))), seen, languages)


def _next(
    rng: random.Random,
    event: Event,
    drafts: list[Draft],
    habits: dict[str, Habits],
    free: list[str],
    level: Level,
    languages: Sequence[str],
) -> Draft:
    """The next article of the story: its own report, a copy, a version of its outlet's own, or of several sources."""
    seen = [draft for draft in drafts if not draft.unseen]
    wires = [draft for draft in drafts if draft.unseen]
    chance = rng.random()
    if seen and (chance < 0.1 or not free):
        parent = rng.choice(seen)
        return Draft(parent.outlet, copying.updated(rng, event, parent.text), [parent], "update", {"update"})
    outlet = free.pop()
    own = habits[outlet]
    if not drafts or chance < 0.3:
        return _own(rng, event, outlet, seen, languages)
    if chance < 0.3 + {"easy": 0.02, "medium": 0.1, "hard": 0.2}[level] and len(drafts) > 1:
        parents = rng.sample(drafts, 2)
        if not _related(*parents):
            made = Draft(outlet, copying.merged(rng, event, [p.text for p in parents], own), parents, "copy", {"merge"})
            return _finished(rng, event, _credit(rng, event, made, own, languages), seen, languages)
    parent = rng.choice(wires) if wires and rng.random() < 0.5 else rng.choice(drafts)
    text, done = copying.copied(rng, event, parent.text, own)
    made = Draft(outlet, text, [parent], "copy", done)
    return _finished(rng, event, _credit(rng, event, made, own, languages), seen, languages)


def _related(one: Draft, other: Draft) -> bool:
    """Whether two drafts have words of one writing in common, outside quotations."""
    return len(_numbers(one.text) & _numbers(other.text)) > 8


def _numbers(text: Text) -> set[int]:
    return {word.number for paragraph in text for s in paragraph if s.kind != "quote" for word in s.words}


def _credit(rng: random.Random, event: Event, draft: Draft, habits: Habits, languages: Sequence[str]) -> Draft:
    """The draft, crediting its sources by its outlet's habit. What its source credited may have come along."""
    for parent in draft.parents:
        if parent.outlet and rng.random() < habits.credits:
            draft.text = copying.credited(rng, event, draft.text, parent.outlet, rng.choice(list(languages)))
            draft.credits.append(parent.outlet)
            draft.done.add("credit")
    return draft


def _finished(rng: random.Random, event: Event, draft: Draft, seen: Sequence[Draft], languages: Sequence[str]) -> Draft:
    """The draft with what has nothing to do with its source: decoys, furniture."""
    if rng.random() < 0.12:
        names = [*(d.outlet for d in seen), rng.choice(lexicon.WIRES)]
        name = rng.choice([name for name in names if name not in draft.credits and name != draft.outlet] or ["AP"])
        sentence = rng.choice(lexicon.DECOYS).replace("X", name).replace("{town}", event.names["town"])
        draft.text = [*draft.text, [event.written(sentence, "decoy")]]
        draft.decoys.append(name)
    if rng.random() < 0.25:
        draft.text = [*draft.text, [event.written(rng.choice(lexicon.BOILERPLATE), "furniture")]]
    return draft


def _based(rng: random.Random, event: Event, base_texts: Sequence[str]) -> Text:
    """A real text as the wire's copy: sentences that can be cut, moved and dropped, but not reworded by facts."""
    pieces = [piece for piece in rng.choice(list(base_texts)).replace("\n", " ").split(". ") if piece.strip()]
    return paragraphs(rng, [event.written(piece.strip().rstrip(".") + ".", "fact") for piece in pieces[:30]])


def rendered(text: Text) -> tuple[str, list[tuple[int, int, int, Sentence]]]:
    """A text as it is printed, and for each word its number, first and past-the-last character, and sentence."""
    places: list[tuple[int, int, int, Sentence]] = []
    parts: list[str] = []
    at = 0
    for number, paragraph in enumerate(text):
        if number:
            parts.append("\n\n")
            at += 2
        words = [(word, sentence) for sentence in paragraph for word in sentence.words]
        for place, (word, sentence) in enumerate(words):
            if place:
                parts.append(" ")
                at += 1
            parts.append(word.text)
            places.append((word.number, at, at + len(word.text), sentence))
            at += len(word.text)
    return "".join(parts), places


def _article(rng: random.Random, draft: Draft, clocks: Clocks) -> Article:
    base = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    moment = base + timedelta(minutes=draft.minutes)
    stamp: str | None = moment.isoformat()
    if clocks == "none":
        stamp = None
    elif clocks == "day":
        stamp = moment.date().isoformat()
    elif clocks == "coarse":
        stamp = moment.replace(minute=0, second=0).isoformat()
    elif clocks == "noisy":
        stamp = (moment + timedelta(minutes=rng.gauss(0, 45))).isoformat()
    elif clocks == "edited" and rng.random() < 0.4:
        stamp = (moment + timedelta(minutes=rng.expovariate(1 / 300))).isoformat()
    elif clocks == "lying":
        stamp = (base + timedelta(minutes=rng.uniform(0, 600))).isoformat()
    return Article(draft.id, rendered(draft.text)[0], draft.outlet, stamp)


def _truth(drafts: Sequence[Draft], articles: dict[str, Article], clocked: bool) -> Truth:
    edges, independent = [], []
    children: dict[str, list[str]] = {}
    named: set[str] = set()
    for draft in drafts:
        if draft.unseen:
            continue
        taken = 0
        for parent in draft.parents:
            if parent.unseen:
                children.setdefault(parent.id, []).append(draft.id)
                if parent.outlet in draft.credits:
                    named.add(parent.id)
                taken += 1
                continue
            stretches, words = _stretches(draft, parent)
            if words >= LEAST_TAKEN:
                kind: Literal["copy", "update"] = "update" if draft.kind == "update" else "copy"
                edges.append(Edge(draft.id, parent.id, kind, stretches, clocked or _decidable(drafts, draft, parent)))
                taken += 1
        if not taken and not any(draft in other.parents for other in drafts):
            independent.append(draft.id)
    unseen = tuple(
        Unseen(d.id, d.outlet or None, d.kind, rendered(d.text)[0], tuple(sorted(children[d.id])))  # type: ignore[arg-type]
        for d in drafts
        if d.unseen and d.id in children
    )
    decoys = tuple((draft.id, name) for draft in drafts for name in draft.decoys)
    classes = {draft.id: _class(draft) for draft in drafts if draft.id in articles}
    return Truth(tuple(edges), unseen, frozenset(named), tuple(sorted(independent)), decoys, classes)


def _decidable(drafts: Sequence[Draft], child: Draft, parent: Draft) -> bool:
    """Whether anything but other wordings and another order was done to the copy, or a third text is seen of it."""
    if child.done - {"move"} or parent.done & {"style"}:
        return True
    others = (draft for draft in drafts if draft not in (child, parent) and not draft.unseen)
    return any(_related(parent, other) for other in others)


def _stretches(child: Draft, parent: Draft) -> tuple[tuple[tuple[Span, Span], ...], int]:
    """The runs of the child's words that are the parent's, and how many stand outside quotations."""
    printed, places = rendered(parent.text)
    theirs = {number: (place, start, end) for place, (number, start, end, _) in enumerate(places)}
    own, runs = rendered(child.text), list[list[int]]()
    words, before = 0, -2
    for number, start, end, sentence in own[1]:
        place, first, last = theirs.get(number, (-2, 0, 0))
        if place < 0 or own[0][start:end] != printed[first:last]:  # a full stop may have become a comma
            before = -2
            continue
        words += sentence.kind != "quote"
        if place == before + 1:
            runs[-1][1], runs[-1][3] = end, last
        else:
            runs.append([start, end, first, last])
        before = place
    return tuple((Span(run[0], run[1]), Span(run[2], run[3])) for run in runs), words


def _class(draft: Draft) -> str:
    """METER's classes: how much of what it says, in the same or in other words, it has from the texts above it."""
    told = [s for parent in draft.parents for paragraph in parent.text for s in paragraph]
    facts = {s.fact for s in told if s.fact is not None}
    above = {word.number for s in told for word in s.words}
    taken = own = 0
    for sentence in (s for paragraph in draft.text for s in paragraph if s.kind in ("fact", "quote")):
        if sentence.fact in facts or any(word.number in above for word in sentence.words):
            taken += len(sentence.words)
        else:
            own += len(sentence.words)
    share = taken / max(1, taken + own)
    return "not" if share < PARTLY else "wholly" if share >= WHOLLY else "partly"
