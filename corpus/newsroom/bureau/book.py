"""The book of a language: lexicon, kinds of events, facts, quotations, frames, credits, names, from its data files.

A book is made for a part: of every list, `train` has the entries with even numbers and `held` those with odd ones,
so that no template, lexicon set, credit form or name of the one occurs in the other. House forms (per cent, %) are
facts of spelling and stand in both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from corpus.newsroom.bureau.details import with_inflections
from corpus.newsroom.bureau.grammar import Lexicon, Template, compile_template, lexicon, modified

DATA = Path(__file__).parent / "data"
Split = Literal["train", "held", "all"]
MODIFIED = 0.3  # of articles have a modifier behind them: adjectives are 6 of 100 words of news, articles 9
MENTIONS = ("full", "later")  # how a person is mentioned: grammar, not vocabulary
LANGUAGES = ("en", "de", "fr", "es", "ar", "hi", "zh")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to be told, in several wordings. `quoted` marks a quotation: `speaker` is the slot of who says it."""

    name: str
    templates: Sequence[Template]
    speaker: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: how it is headed and opened, its facts, who speaks, how its slots are filled."""

    name: str
    headline: Fact
    lead: Fact
    facts: tuple[Fact, ...]
    people: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CreditForms:
    """How credits and what looks like them are worded; `{name}` is the source's name.

    `inline` are sentences or parts of them, `end` closing lines, `dateline` openings, `notice` nameless closing
    lines, `clause` what is hung on a sentence ("…, {name} reported").
    """

    inline: tuple[str, ...]
    clause: tuple[str, ...]
    end: tuple[str, ...]
    dateline: tuple[str, ...]
    notice: tuple[str, ...]
    venue: tuple[str, ...]
    photo: tuple[str, ...]
    mention: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All that a newsroom needs to write in one language. `lexicon` are the words that can stand for one another,
    `prose` these and what may stand between an article and its noun (not for texts that were found: they have theirs).
    """

    language: str
    split: Split
    lexicon: Lexicon
    prose: Lexicon
    kinds: tuple[Kind, ...]
    shared: tuple[Fact, ...]
    statement: Fact
    quote_one: Fact
    quote_two: Fact
    venue_frame: str
    joins: tuple[str, ...]
    credits: CreditForms
    furniture: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    colour: Mapping[str, tuple[str, ...]]
    stop: str
    spaced: bool


def part_of(entries: Sequence[str], split: Split) -> tuple[str, ...]:
    """The entries of a list that belong to a part; a list of one serves both."""
    if split == "all" or len(entries) < 2:
        return tuple(entries)
    return tuple(entries[split == "held" :: 2])


@cache
def open_book(language: str, split: Split) -> Book:
    """The book of a language, for a part. Raises ValueError for a language without one."""
    if language not in LANGUAGES:
        raise ValueError(f"no newsroom writes {language!r}; there are {', '.join(LANGUAGES)}")
    raw: dict[str, Any] = {}
    for path in sorted((DATA / language).glob("*.toml")):
        for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if isinstance(value, dict):
                raw.setdefault(key, {}).update(value)
            else:
                raw[key] = value
    words = lexicon([*raw.get("common", []), *part_of(raw.get("sets", []), split)], raw.get("house", {}))
    prose = modified(words, raw.get("closed", []), part_of(raw.get("modifiers", []), split), MODIFIED)
    defaults = {key: raw.get(key, {}) for key in ("people", "slots")}
    names = {key: tuple(v) if key in MENTIONS else part_of(v, split) for key, v in raw["names"].items()}
    colour = {key: part_of(values, split) for key, values in with_inflections(raw.get("colour", {})).items()}
    credits = {key: part_of(forms, split) for key, forms in raw["credits"].items()}
    return Book(
        language=language,
        split=split,
        lexicon=words,
        prose=prose,
        kinds=tuple(_kind(name, entry, defaults, prose, split) for name, entry in raw["kinds"].items()),
        shared=tuple(_facts("shared", raw["shared"], prose, split)),
        statement=_fact("frame.statement", raw["frames"]["statement"], words, split),
        quote_one=_fact("frame.quote_one", raw["frames"]["quote_one"], words, split),
        quote_two=_fact("frame.quote_two", raw["frames"]["quote_two"], words, split),
        venue_frame=raw["frames"]["venue"],
        joins=tuple(raw["frames"]["joins"]),
        credits=CreditForms(**credits),
        furniture=part_of(raw["names"]["furniture"], split),
        names=names,
        colour=names | colour if colour else {},
        stop=raw.get("stop", "."),
        spaced=raw.get("spaced", True),
    )


def _fact(name: str, texts: Sequence[str], words: Lexicon, split: Split, quoted: bool = False) -> Fact:
    templates = tuple(
        compile_template(f"{name}.{number}", text, words)
        for number, text in enumerate(texts)
        if split == "all" or len(texts) < 2 or number % 2 == (split == "held")
    )
    return Fact(name, templates, quoted=quoted)


def _facts(kind: str, entries: Mapping[str, Sequence[str]], words: Lexicon, split: Split) -> Iterator[Fact]:
    """Facts by name: `cause` plain, `cause@official` told by the official, `anger@critic!` what the critic says."""
    for label, texts in entries.items():
        head, _, speaker = label.partition("@")
        quoted = speaker.endswith("!")
        if quoted:  # a list of quotations is so many facts: each can be said once
            for number, text in enumerate(texts):
                if split == "all" or number % 2 == (split == "held"):
                    made = compile_template(f"{kind}.{head}.{number}", text, words)
                    yield Fact(f"{kind}.{head}.{number}", (made,), speaker[:-1], True)
            continue
        made_fact = _fact(f"{kind}.{head}", texts, words, split)
        yield Fact(made_fact.name, made_fact.templates, speaker)


def _kind(
    name: str, entry: Mapping[str, Any], defaults: Mapping[str, Mapping[str, Any]], words: Lexicon, split: Split
) -> Kind:
    slots = dict(defaults["slots"]) | entry.get("slots", {})
    people = dict(defaults["people"]) | entry.get("people", {})
    return Kind(
        name=name,
        headline=_fact(f"{name}.headline", entry["headline"], words, split),
        lead=_fact(f"{name}.lead", entry["lead"], words, split),
        facts=tuple(_facts(name, entry["facts"], words, split)),
        people={key: tuple(value) for key, value in people.items()},
        slots={key: value if isinstance(value, str) else tuple(value) for key, value in slots.items()},
    )
