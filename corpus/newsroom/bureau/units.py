"""A unit: one sentence or clause of an article with the choices behind its words, and whom it was taken from.

An article in the making is a `Draft` of units. Copying copies units and draws some of their choices anew, so that
what was taken from where is known to the sentence, whatever the wording.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, Literal

from corpus.newsroom.bureau.grammar import Choice, Slot, Template, capital, render
from corpus.newsroom.bureau.nouns import DecoyKind
from lineage.model import Span

UnitKind = Literal["plain", "quote", "credit", "decoy", "furniture"]
AL: Final = ("al-", "Al-", "", "el-")
MR: Final = ("", "Mr ", "", "Mr. ")
MARK_STYLES: Final = ("al", "mr", "quotes")
NO_SLOTS: Final[Mapping[str, Choice]] = {}
NO_STYLE: Final[Mapping[str, int]] = dict.fromkeys(MARK_STYLES, 0)

_AN: Final = re.compile(r"\b([Aa]) (?=(?:8|11\b|18\b|[aeiou])(?!ni|ne\b|se|uro))")
_A: Final = re.compile(r"\b([Aa])n (?=[bcdfgjklmnpqrstvwxyz2-7])")
_ENDS: Final = tuple(".!?:“”\"'…»」。！？।)]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A credit, or what looks like one (`decoy`). `name` is None for "agencies"; `source` is the node it speaks of."""

    name: str | None
    source: int | None = None
    decoy: DecoyKind | None = None


@dataclass(slots=True)
class Unit:
    """One sentence or clause. `took` are the units it was taken from, as pairs of node and unit number.

    `family` is the node whose author first wrote it; `join` is the number of the conjunction that ties it to the
    next unit of its paragraph, -1 for none; `sentences` are those of a quotation; `aside` is what its author hung on
    the fact (part of `template`); `clause` hangs on its end.
    """

    uid: int
    kind: UnitKind
    fact: str
    family: int
    template: Template
    picks: list[int]
    slots: Mapping[str, Choice] = field(default_factory=dict)
    style: Mapping[str, int] = field(default_factory=lambda: NO_STYLE)
    frame: Template | None = None
    frame_picks: list[int] = field(default_factory=list)
    speaker: str = ""
    sentences: tuple[str, ...] = ()
    version: int = 0
    aside: Template | None = None
    join: int = -1
    took: tuple[tuple[int, int], ...] = ()
    mark: Mark | None = None
    clause: str = ""
    text: str = ""

    def copied(self, uid: int, node: int) -> Unit:
        """The same unit, taken from `node`; it shares what is never changed in place."""
        return Unit(
            uid, self.kind, self.fact, self.family, self.template, self.picks, self.slots, self.style, self.frame,
            self.frame_picks, self.speaker, self.sentences, self.version, self.aside, self.join,
            ((node, self.uid),), self.mark, self.clause, self.text,
        )  # fmt: skip

    @property
    def is_content(self) -> bool:
        """Whether it is article text: narration or quotation."""
        return self.kind in ("plain", "quote")

    @property
    def words(self) -> int:
        """Words of it; in scripts without blanks five characters count as three words."""
        text = wording(self)
        return text.count(" ") + 1 if " " in text else 1 + len(text) * 3 // 5


@dataclass(slots=True)
class Draft:
    """An article in the making: a title, a dateline, paragraphs of units."""

    title: Unit | None
    dateline: Unit | None
    paragraphs: list[list[Unit]]

    def content(self) -> list[Unit]:
        """The units of the text proper, in order."""
        return [unit for paragraph in self.paragraphs for unit in paragraph if unit.is_content]

    def everything(self) -> list[Unit]:
        """All units with a place in the text but the title, in order."""
        opening = [self.dateline] if self.dateline else []
        return opening + [unit for paragraph in self.paragraphs for unit in paragraph]


def draw(template: Template, rng: Random, slots: Mapping[str, Choice], later: bool = False) -> list[int]:
    """Picks for every choice and slot of a template; persons as on a later mention if so asked."""
    picks = []
    for part in template.choices:
        made = slots.get(part.name) if isinstance(part, Slot) else part
        picks.append(made.draw(rng, later) if made is not None else 0)
    return picks


def wording(unit: Unit) -> str:
    """The unit in words, without capital and full stop; kept until the unit changes."""
    if not unit.text:
        text = _finish(_body(unit), unit.style)
        unit.text = text.rstrip(".") + unit.clause if unit.clause else text
    return unit.text


def _body(unit: Unit) -> str:
    if unit.sentences:
        inserts = {"Q": " ".join(_stopped(unit.sentences))}
        if len(unit.sentences) > 1:
            inserts = {"Q1": unit.sentences[0], "Q2": unit.sentences[1]}
    else:
        inserts = {"C": render(unit.template, unit.picks, unit.slots, unit.style)}
        if unit.frame is None:
            return inserts["C"]
    assert unit.frame is not None
    given = {key: Choice((text,), (1.0,)) for key, text in inserts.items()}
    if unit.speaker:
        given["S"] = unit.slots[unit.speaker]
    return render(unit.frame, unit.frame_picks, given, unit.style)


def _stopped(sentences: Sequence[str]) -> list[str]:
    return [s if i == len(sentences) - 1 or s.endswith(_ENDS) else s + "." for i, s in enumerate(sentences)]


def _finish(text: str, style: Mapping[str, int]) -> str:
    """Marks of house style resolved, "a" and "an" put right, stops that met sorted out."""
    if "«" in text:
        text = text.replace("«al»", AL[style["al"] % len(AL)]).replace("«mr»", MR[style["mr"] % len(MR)])
    if "english" in style:
        text = with_articles(text)
    for met, put in ((",,", ","), (",.", "."), (",:", ":"), (" %", "%"), ("?,”", "?”"), ("?.”", "?”"), ("?.", "?")):
        if met in text:
            text = text.replace(met, put)
    if text.endswith(","):
        text = text[:-1]
    if style["quotes"] % 3 == 1:
        text = text.replace("“", '"').replace("”", '"')
    return text


def with_articles(text: str) -> str:
    """The text with "a" and "an" put right."""
    return _A.sub(r"\1 ", _AN.sub(r"\1n ", text))


@dataclass(frozen=True, slots=True)
class Page:
    """A draft as text, and the span of each unit in it by unit number (credits' clauses included)."""

    text: str
    spans: dict[int, Span]
    title: str | None


def lay_out(
    draft: Draft, gap: str, joins: Sequence[str], stop: str = ".", blank: str = " ", titled: bool = False
) -> Page:
    """The text with `gap` between paragraphs. With `titled`, the title stands above the text, too."""
    out: list[str] = []
    spans: dict[int, Span] = {}
    at = 0

    def put(text: str) -> None:
        nonlocal at
        out.append(text)
        at += len(text)

    title = capital(wording(draft.title)) if draft.title else None
    if titled and title:
        put(title + gap)
    if draft.dateline:
        start = at
        put(wording(draft.dateline))
        spans[draft.dateline.uid] = Span(start, at)
    for number, paragraph in enumerate(draft.paragraphs):
        if number:
            put(gap)
        joined = False
        for i, unit in enumerate(paragraph):
            if i and not joined:
                put(blank)
            text = wording(unit)
            start = at
            put(text if joined else capital(text))
            joined = unit.join >= 0 and i + 1 < len(paragraph) and _can_join(unit, paragraph[i + 1])
            if not joined and unit.is_content and not text.endswith(_ENDS):
                put(stop)
            spans[unit.uid] = Span(start, at)
            if joined:
                put(joins[unit.join % len(joins)])
    return Page("".join(out), spans, title)


def _can_join(unit: Unit, other: Unit) -> bool:
    """Whether two units can be one sentence: plain narration, short enough together."""
    if unit.kind != "plain" or other.kind != "plain" or unit.clause:
        return False
    text = wording(unit)
    return not text.endswith(_ENDS) and not (text + wording(other)).count(";") and unit.words + other.words < 45
