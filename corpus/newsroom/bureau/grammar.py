"""Templates: sentences with choices. A choice is drawn when a sentence is written, and drawn anew when it is reworded.

    "firefighters (battled|fought) the blaze at {site} (for hours|through the night|)"

`(a|b|c)` is a choice, `{name}` a slot that the event fills, and every word of the lexicon is a choice among the words
of its set. A choice is always drawn from the same odds, whatever stood there before: writing and rewording have one
distribution, so no wording is older than another by its looks (a reversible chain; Gibbs sampling).
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final, overload

_MARK: Final = re.compile(r"\(([^()|]*\|[^()]*)\)|\{(\w+)\}")
_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")
LONGEST_PHRASE: Final = 4  # words of a lexicon entry
RANK_SHIFT: Final = 20  # of Zipf's law as Mandelbrot has it: the commonest few do not stand in every sentence


@dataclass(frozen=True, slots=True)
class Choice:
    """Options with cumulative odds. One with a `house` key is not drawn: the outlet's house style decides.

    The first `full` options are for a person's or body's first mention in a text, the others for later ones.
    """

    options: tuple[str, ...]
    odds: tuple[float, ...]
    house: str = ""
    full: int = 0

    def draw(self, rng: Random, later: bool = False) -> int:
        """An option's number by the odds; of the later mentions if so asked."""
        if self.full:
            return rng.randrange(self.full, len(self.options)) if later else rng.randrange(self.full)
        return min(bisect(self.odds, rng.random() * self.odds[-1]), len(self.options) - 1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that the event fills with a choice of its own."""

    name: str


Part = str | Choice | Slot


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled sentence. `key` names it across runs; `attributed` says that it is told as somebody's statement."""

    key: str
    parts: tuple[Part, ...]
    attributed: bool = False
    choices: tuple[Choice | Slot, ...] = field(default=(), compare=False)


def choice(options: Sequence[str], house: str = "", full: int = 0) -> Choice:
    """A choice from "word" or "word:odds" texts."""
    words, odds = [], []
    for option in options:
        word, mark, number = option.rpartition(":")
        weighted = bool(mark) and number.replace(".", "", 1).isdigit()
        words.append(word if weighted else option)
        odds.append(float(number) if weighted else 1.0)
    return Choice(tuple(words), tuple(accumulate(odds)), house, full)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of words that can stand for one another, looked up by any member. Each member is in one set.

    `first_words` are those that an entry begins with; `capitals` those that mean the same with a capital, at the start
    of a sentence: any other word with a capital may be a name.
    """

    entries: Mapping[str, Choice]
    first_words: frozenset[str]
    capitals: frozenset[str]

    def split(self, text: str, capitals: bool = False) -> Iterable[tuple[str | Choice, str]]:
        """The text in parts, each with its words: what the lexicon knows as choices, the rest as it is. With
        `capitals`, words with a capital are looked up too, and their options get one."""
        tokens = list(_WORD.finditer(text))
        done = i = 0
        while i < len(tokens):
            found, width = self._longest(text, tokens, i, capitals)
            if found is None:
                i += 1
                continue
            if tokens[i].start() > done:
                yield text[done : tokens[i].start()], ""
            start, done = tokens[i].start(), tokens[i + width - 1].end()
            yield found, text[start:done]
            i += width
        if done < len(text):
            yield text[done:], ""

    def _longest(self, text: str, tokens: list[re.Match[str]], i: int, capitals: bool) -> tuple[Choice | None, int]:
        first = tokens[i][0]
        if first not in self.first_words and not (capitals and first.lower() in self.capitals):
            return None, 1
        for width in range(min(LONGEST_PHRASE, len(tokens) - i), 0, -1):
            phrase = text[tokens[i].start() : tokens[i + width - 1].end()]
            if found := self.entries.get(phrase):
                return found, width
            lowered = phrase[0].lower() + phrase[1:]
            if capitals and (found := self.entries.get(lowered)) and not found.house:
                return Choice(tuple(capital(word) for word in found.options), found.odds), width
        return None, 1


def lexicon(sets: Iterable[Sequence[str]], house: Mapping[str, Sequence[str]]) -> Lexicon:
    """A lexicon from sets of "word:odds" texts, and from house forms by key.

    A word's odds are 1/rank within its set unless given: news prefers some words, and the chain stays reversible.
    Words with a leading `=` are offered and not looked up.
    """
    entries: dict[str, Choice] = {}
    for words in sets:
        ranked = [word if ":" in word else f"{word}:{1 / (rank + 1.5):.3f}" for rank, word in enumerate(words)]
        made = choice([word.removeprefix("=") for word in ranked])
        for word, option in zip(words, made.options, strict=True):
            if not word.startswith("="):
                entries.setdefault(option, made)
    for key, words in house.items():
        made = choice(words, house=key)
        for word in made.options:
            entries.setdefault(word, made)
    first = frozenset(match[0] for word in entries if (match := _WORD.match(word)))
    return Lexicon(entries, first, first)


def modified(words: Lexicon, closed: Sequence[str], modifiers: Sequence[str], share: float) -> Lexicon:
    """The lexicon in which every article is a choice: bare, or (a `share` of them) with one of the modifiers, whose
    odds fall with their rank. `closed` phrases stay as they are."""
    if not modifiers:
        return words
    ranks = [1 / (rank + RANK_SHIFT) for rank in range(len(modifiers))]
    scale = share / (1 - share) / sum(ranks)
    entries = dict(words.entries)
    for phrase in closed:
        entries.setdefault(phrase, choice([phrase]))
    for article in ("the", "a", "an"):
        odds = [f"{article} {word}:{scale * rank:.5f}" for word, rank in zip(modifiers, ranks, strict=True)]
        entries[article] = choice([f"{article}:1", *odds])
    first = words.first_words | {"the", "a", "an"}
    return Lexicon(entries, first, words.capitals)


NO_WORDS: Final = Lexicon({}, frozenset(), frozenset())


@lru_cache(maxsize=8192)
def _inline(options: str) -> Choice:
    return choice(options.split("|"))


def compile_template(key: str, text: str, words: Lexicon = NO_WORDS) -> Template:
    """A template from its text; a leading `~` marks a statement that somebody makes."""
    attributed = text.startswith("~")
    text = text.removeprefix("~").strip()
    parts: list[Part] = []
    done = 0
    for mark in _MARK.finditer(text):
        parts.extend(part for part, _ in words.split(text[done : mark.start()]))
        parts.append(Slot(mark[2]) if mark[2] else _inline(mark[1]))
        done = mark.end()
    parts.extend(part for part, _ in words.split(text[done:]))
    return Template(key, tuple(parts), attributed, tuple(part for part in parts if not isinstance(part, str)))


@dataclass(frozen=True, slots=True)
class Wordings(Sequence[Template]):
    """Templates of one key from their texts, compiled when they are asked for: most details are never told."""

    key: str
    texts: tuple[str, ...]
    words: Lexicon
    compiled: dict[int, Template] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, at: int) -> Template: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Template]: ...
    def __getitem__(self, at: int | slice) -> Template | Sequence[Template]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        if at not in self.compiled:
            self.compiled[at] = compile_template(self.key, self.texts[at], self.words)
        return self.compiled[at]


def raw_template(key: str, text: str, words: Lexicon) -> tuple[Template, list[int]]:
    """A template from a sentence that was written elsewhere, in which only the lexicon's words are choices, and the
    picks that give the sentence back (but for the house forms, which follow the outlet)."""
    parts = list(words.split(text, capitals=True))
    chosen = [(part, phrase) for part, phrase in parts if isinstance(part, Choice)]
    picks = [part.options.index(phrase) for part, phrase in chosen]
    return Template(key, tuple(p for p, _ in parts), False, tuple(part for part, _ in chosen)), picks


def written(template: Template, words: str) -> Template:
    """A template that says exactly this."""
    return Template(template.key, (words,))


def hang(template: Template, aside: Template) -> Template:
    """The template in the place that the aside leaves for it, `{C}`."""
    at = next(i for i, part in enumerate(aside.parts) if isinstance(part, Slot) and part.name == "C")
    parts = aside.parts[:at] + template.parts + aside.parts[at + 1 :]
    choices = tuple(part for part in parts if not isinstance(part, str))
    return Template(template.key, parts, template.attributed, choices)


def render(template: Template, picks: Sequence[int], slots: Mapping[str, Choice], style: Mapping[str, int]) -> str:
    """The sentence with these picks (one a choice or slot, in order), these slots and this house style."""
    out: list[str] = []
    index = 0
    for part in template.parts:
        if type(part) is str:
            out.append(part)
            continue
        made = slots[part.name] if isinstance(part, Slot) else part
        assert isinstance(made, Choice)
        number = style[made.house] if made.house else picks[index]
        out.append(made.options[number % len(made.options)])
        index += 1
    return "".join(out)


def capital(text: str) -> str:
    """The text with its first letter as a capital; opening marks are passed over."""
    for i, char in enumerate(text[:3]):
        if char.isalnum():
            return text[:i] + char.upper() + text[i + 1 :]
    return text
