"""Names and phrases looked up by their longest words: most texts hold few of the many that there are.

A pattern of a thousand names asks at every word of a text; here only the places are looked at where a name's longest
word stands. The names found are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from lineage.kernel import wordings as kernel
from lineage.model import Span
from lineage.patterns import pattern

FEW: Final = 4  # words: so few are looked for in a text one by one, each in 2 µs; any number in one pass take 8
_WORD: Final = pattern(r"\w+")
_ASCII_APART: Final = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}


class Words:
    """A text in which phrases are looked for; every blank that does not break is a plain one."""

    def __init__(self, text: str) -> None:
        self.text = plain_blanks(text)

    @cached_property
    def different(self) -> frozenset[str]:
        """The different words."""
        return frozenset(_words_apart(self.text).split())

    @cached_property
    def pieces(self) -> kernel.Pieces | None:
        """The text as the kernel looks for words in it; None without the kernel."""
        return kernel.Pieces.of(self.text.encode("utf-8", "surrogatepass"))


def _words_apart(text: str) -> str:
    """A text with a blank for every character that is of no word: a fifth of the time of a pattern."""
    if text.isascii():
        return text.translate(_ASCII_APART)
    for char in set(text):
        if not _in_word(char):
            text = text.replace(char, " ")
    return text


class _Phrase(NamedTuple):
    """A phrase, and how far its longest word is from its beginning."""

    wording: str
    offset: int


class Phrases:
    """Some phrases, to be found where they stand as whole words. A blank in them is any blank but a line break."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_word: dict[str, list[_Phrase]] = {}
        for wording in sorted(set(map(plain_blanks, phrases))):
            words = wording.split() if wording.replace(" ", "").isalnum() else _WORD.findall(wording)
            if words:
                longest = max(words, key=len)
                self._by_word.setdefault(longest, []).append(_Phrase(wording, wording.index(longest)))
        self._longest = list(self._by_word)

    def found(self, words: Words) -> Iterator[Span]:
        """Wherever one of the phrases stands, in no order."""
        text = words.text
        for word in self._standing(words):
            phrases = self._by_word[word]
            at = text.find(word)
            while at >= 0:
                for wording, offset in phrases:
                    start, end = at - offset, at - offset + len(wording)
                    if start >= 0 and text.startswith(wording, start) and _apart(text, start, end):
                        yield Span(start, end)
                at = text.find(word, at + 1)

    @cached_property
    def _encoded(self) -> kernel.Vocabulary:
        return kernel.Vocabulary([word.encode("utf-8", "surrogatepass") for word in self._longest])

    def _standing(self, words: Words) -> Iterable[str]:
        """The longest words that stand in a text, and maybe more."""
        if len(self._longest) <= FEW:
            return self._longest
        if words.pieces is None:
            return words.different.intersection(self._longest)
        return map(self._longest.__getitem__, self._encoded.standing(words.pieces))


class Wordings:
    """Tells in which texts one of some wordings stands. Most stand in none, so all are looked for at once."""

    def __init__(self, wordings: Iterable[str]) -> None:
        self._wordings = tuple(wordings)
        self._encoded = kernel.Wordings([wording.encode("utf-8") for wording in self._wordings])

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in a text as it is."""
        found = self._encoded.stand_in(text.encode("utf-8", "surrogatepass"))
        return any(wording in text for wording in self._wordings) if found is None else found


def find_phrases(words: Words, several: Sequence[Phrases]) -> Iterator[Span]:
    """The leftmost phrase of any kind, the longest of these, and on behind it. Time is linear in the text."""
    behind = 0
    for span in sorted((span for phrases in several for span in phrases.found(words)), key=lambda s: (s.start, -s.end)):
        if span.start >= behind:
            yield span
            behind = span.end


def plain_blanks(text: str) -> str:
    """A text with plain blanks in place of those that do not break."""
    return text if text.isascii() else text.replace("\u00a0", " ").replace("\u202f", " ")


def lower(text: str) -> str:
    """A text in lower case, the letters that patterns take for an i, s or k among them: what no pattern that ignores
    case can find is not in it.
    """
    lowered = text.lower()
    return lowered if text.isascii() else lowered.replace("i\u0307", "i").replace("ı", "i").replace("ſ", "s")


def _apart(text: str, start: int, end: int) -> bool:
    """Whether a phrase begins at the edge of a word and no word goes on behind it."""
    before = start > 0 and _in_word(text[start - 1])
    return before != _in_word(text[start]) and not (end < len(text) and _in_word(text[end]))


def _in_word(char: str) -> bool:
    """Whether patterns take a character for a part of a word."""
    return char.isalnum() or char == "_"
