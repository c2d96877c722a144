"""The words around a name: how a phrase before or after it is read, from the lists in credit_phrases.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

from lineage.dataclass import dataclass
from lineage.patterns import pattern
from lineage.text.lists import shipped

REACH: Final = 110  # characters read on either side of a name: the longest phrase with what may stand between
INTERVIEW_WORDS: Final = 16  # from "sagte" to "der dpa": the speaker's name, office and the weekday stand between
LONGEST_PHRASE: Final = 8  # words
LONGEST_ASIDE: Final = 6  # words in brackets or between dashes after a name: "(AP)", "(Montagausgabe)"

_WIDE, _WIDEST = "\u2e80", "\u9fff"  # scripts without spaces, of which each character is a word


def _words_apart_from(wide: str) -> str:
    """A genitive, a word that has none of the characters `wide` where its parts begin, or a mark."""
    begin, inside = rf"[^\W_{wide}]", r"[\w\u0300-\u036f\u0900-\u0dff]*"
    return rf"['’]s(?![^\W_])|{begin}{inside}(?:[.'’]{begin}{inside})*['’]?|[^\w\s]"


FAR: Final = pattern(r"[^\x00-\u05ff\u2000-\u2e7f]")  # what is neither Latin, Greek, Cyrillic, Hebrew nor a sign
# Two, as Python goes through all the characters of a range to make a pattern of it: 7 ms, and few texts have any.
_NARROW: Final = pattern(_words_apart_from(""))
_ANY: Final = pattern(f"[{_WIDE}-{_WIDEST}]|{_words_apart_from(f'{_WIDE}-{_WIDEST}')}")
_BREAK: Final = pattern(r"[\n\r\u2028\u2029\x85]")
_MARKS: Final = frozenset("\"'“”„‟‘’‚«»‹›「」『』*_")


class Word(NamedTuple):
    """A word or a mark of a text, in lower case, with its place."""

    text: str
    start: int
    end: int


class Found(NamedTuple):
    """A phrase beside a name: what it makes of the name, and from where to where it stands."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Grammar:
    """The lists, ready to be looked up: phrases as words joined by blanks."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    lines: frozenset[str]
    articles: frozenset[str]
    appositions: frozenset[str]
    adverbs: frozenset[str]
    verbs: frozenset[str]
    recipients: frozenset[str]
    notices: Mapping[str, str]
    media: frozenset[str]
    bodies: frozenset[str]
    media_verbs: frozenset[str]
    business: frozenset[str]
    excerpts: tuple[Sequence[str], Sequence[str], Sequence[str]]
    joining: frozenset[str]
    supplied: frozenset[str]
    staff: frozenset[str]
    agencies: frozenset[str]
    people: frozenset[str]
    triggers: tuple[tuple[str, ...], tuple[str, ...]]


@cache
def grammar() -> Grammar:
    """The shipped lists."""
    tables = shipped("credit_phrases.toml")
    strip, unknown, author = tables["strip"], tables["unknown"], tables["author"]
    before = _phrases(tables["before"], ("attribution", "venue", "inputs"))
    after = _phrases(tables["after"], ("attribution", "venue", "inputs", "nothing"))
    cased = [
        tuple(phrase for language in sorted(_CASED & side.keys()) for phrase in side[language])
        for side in (tables["before"]["attribution"], tables["after"]["attribution"])
    ]
    return Grammar(
        before=before,
        after=after,
        lines=frozenset(_phrases(tables["before"], ("line",))),
        articles=_set(strip["articles"]),
        appositions=_set(strip["appositions"]),
        adverbs=_set(strip["adverbs"]),
        verbs=_set(tables["interview"]["verbs"]),
        recipients=_set(tables["interview"]["recipients"]),
        notices={phrase: kind for kind in ("syndication", "inputs") for phrase in tables["notices"][kind]},
        media=_set(unknown["media"]),
        bodies=_set(unknown["bodies"]),
        media_verbs=_set(unknown["verbs"]),
        business=_set(unknown["business"]),
        excerpts=(tables["excerpt"]["from"], tables["excerpt"]["as"], tables["excerpt"]["verbs"]),
        joining=_set(author["joining"]),
        supplied=_set(author["supplied"]),
        staff=_set(author["staff"]),
        agencies=_set(author["agencies"]),
        people=_set(author["people"]),
        triggers=(cased[0], cased[1]),
    )


_CASED: Final = frozenset(("en", "fr", "es", "it", "pt", "nl", "sv", "pl", "ru", "uk"))  # German nouns are capitals


def key_of(phrase: str) -> str:
    """A phrase as it is looked up: its words in lower case, joined by blanks."""
    if (phrase.isascii() or max(phrase) < _WIDE) and phrase.replace(" ", "").isalpha():
        return phrase.lower()
    if all(map(_alone, phrase)):  # most phrases in such scripts, for which the pattern is then not made
        return " ".join(phrase.replace(" ", "").replace("’", "'"))
    return " ".join(word.text for word in words_of(phrase, 0, len(phrase)))


def _alone(char: str) -> bool:
    """Whether a character is a word or a mark by itself, or a blank."""
    return _WIDE <= char <= _WIDEST or not (char.isalnum() or char == "_" or char.isspace()) or char == " "


def is_media_name(name: str) -> bool:
    """Whether a name of two words or more holds a word that media bear: "Brevik Courant"."""
    words = [word.casefold() for word in re.split(r"[ \-]", name)]
    return len(words) > 1 and any(word in grammar().media for word in words)


def words_of(text: str, start: int, end: int) -> list[Word]:
    """The words and marks of a stretch of a text."""
    narrow = text.isascii() or FAR.search(text, start, end) is None
    narrow = narrow or not any(_WIDE <= char <= _WIDEST for char in text[start:end])
    return [
        Word(found[0].lower().replace("’", "'"), found.start(), found.end())
        for found in (_NARROW if narrow else _ANY).finditer(text, start, end)
    ]


def line_start(text: str, at: int, reach: int = REACH) -> int:
    """Where the line of a place begins, or where the reach before it does."""
    low = max(0, at - reach)
    last = low
    for found in _BREAK.finditer(text, low, at):
        last = found.end()
    return last


def line_end(text: str, at: int, reach: int = REACH) -> int:
    """Where the line of a place ends, or where the reach after it does."""
    found = _BREAK.search(text, at, at + reach)
    return found.start() if found else min(len(text), at + reach)


def phrase_before(left: Sequence[Word]) -> Found | None:
    """The phrase that stands before a name, past articles, quotation marks and appositions."""
    lists = grammar()
    end = len(left)
    loose = 0  # adjectives may stand before an apposition: "the state-run news agency"
    while end > 0:
        for size in range(min(LONGEST_PHRASE, end), 0, -1):
            kind = lists.before.get(joined_words(left[end - size : end]))
            if kind is not None:
                return Found(kind, left[end - size].start, left[-1].end)
        taken = _taken(left, end, lists)
        if taken:
            loose = 3 if taken[1] else loose
            end -= taken[0]
        elif loose and left[end - 1].text.replace("-", "").isalpha():
            loose -= 1
            end -= 1
        else:
            return None
    return None


def _taken(left: Sequence[Word], end: int, lists: Grammar) -> tuple[int, bool] | None:
    """How many words before `end` may stand between a phrase and a name, and whether they are an apposition."""
    for size in (3, 2, 1):
        if size <= end and joined_words(left[end - size : end]) in lists.appositions:
            return size, True
    word = left[end - 1].text
    return (1, False) if word in lists.articles or word in _MARKS else None


def interview_before(left: Sequence[Word]) -> Found | None:
    """A verb of saying with a dative before the name: "sagte sie am Montag der", "a déclaré le maire à l'"."""
    lists = grammar()
    recipient = False
    index = len(left)
    while index > 0:  # the dative stands next to the name, or next to its apposition
        word = left[index - 1].text
        taken = _taken(left, index, lists)
        if word in lists.recipients:
            recipient = True
            break
        if taken is None:
            break
        index -= taken[0]
    if not recipient:
        return None
    for back in range(index - 1, max(-1, index - 1 - INTERVIEW_WORDS), -1):
        word = left[back].text
        if word in ".!?;:" and back + 1 < len(left) and left[back + 1].start > left[back].end:
            return None
        if word in lists.verbs or joined_words(left[max(0, back - 1) : back + 1]) in lists.verbs:
            return Found("venue", left[back].start, left[-1].end)
    return None


def phrase_after(right: Sequence[Word]) -> Found | None:
    """The phrase that stands after a name, past quotation marks, brackets, appositions and adverbs."""
    lists = grammar()
    start = 0
    while start < len(right):
        for size in range(min(LONGEST_PHRASE, len(right) - start), 0, -1):
            kind = lists.after.get(joined_words(right[start : start + size]))
            if kind is not None:
                return _quoted_as(Found(kind, right[0].start, right[start + size - 1].end), right[start:])
        skipped = _skipped(right, start, lists)
        if not skipped:
            return None
        start += skipped
    return None


def _skipped(right: Sequence[Word], start: int, lists: Grammar) -> int:
    """How many words from `start` may stand between a name and the phrase after it."""
    word = right[start].text
    if word in ("(", "（"):
        for size, other in enumerate(right[start : start + LONGEST_ASIDE + 2]):
            if other.text in (")", "）"):
                return size + 1
        return 0
    hyphen = int(word == "-")  # „Bild“-Zeitung
    for size in (3, 2, 1):
        if joined_words(right[start + hyphen : start + hyphen + size]) in lists.appositions:
            return hyphen + size
    return 1 if word in _MARKS or word in lists.adverbs else 0


def _quoted_as(found: Found, words: Sequence[Word]) -> Found:
    """The whole of "quoted Putin as saying"."""
    if words[0].text not in ("quoted", "quotes", "cited", "cites"):
        return found
    for first, second in pairwise(words[1:10]):
        if first.text == "as" and second.text in ("saying", "stating", "telling"):
            return Found(found.kind, found.start, second.end)
    return found


def joined_words(words: Sequence[Word]) -> str:
    """Words as phrases are looked up."""
    return " ".join([word.text for word in words])


def _set(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(key_of(phrase) for phrase in phrases)


def _phrases(table: Mapping[str, Any], kinds: Sequence[str]) -> dict[str, str]:
    """Phrases and their kinds; a phrase of two kinds keeps the first."""
    found: dict[str, str] = {}
    for kind in kinds:
        for phrases in table[kind].values():
            for phrase in phrases:
                found.setdefault(key_of(phrase), kind)
    return found
