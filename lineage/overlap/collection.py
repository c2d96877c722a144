"""Texts made ready for the rewrite-tolerant aligner: word stems, sentence units, and how common each stem is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lineage.text.tokens import tokenize

Integers = NDArray[np.int64]

STEM_LETTERS = 6  # first letters of a folded word: as good as Snowball's stems (.945 against .947), in any language
LEAST_WORDS = 50_000  # a word of two articles is not one of every hundred words of the language
LONGEST_UNIT = 45  # words: a longer sentence is cut
SHORTEST_UNIT = 3  # words: a shorter one joins the next
_STOPS = re.compile(r"[.!?…。！？؟।\n]+")


@dataclass(frozen=True, slots=True)
class Prepared:
    """One text, ready: per word its hash uint64[n], stem int64[n], first and past-the-last character int64[n], and
    whether it has three letters or more bool[n]; `units` int64[u + 1] are the words at which its sentences begin, and
    the end.
    """

    text: str
    hashes: NDArray[np.uint64]
    stems: Integers
    starts: Integers
    ends: Integers
    telling: NDArray[np.bool_]
    units: Integers

    def __len__(self) -> int:
        return len(self.hashes)


@dataclass(slots=True)
class Collection:
    """The stems of all texts prepared so far: numbers, occurrences, and sentences that hold them."""

    numbers: dict[str, int] = field(default_factory=dict)
    occurrences: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    words: int = 0
    units: int = 0

    def prepare(self, text: str) -> Prepared:
        """Make a text ready, and count it."""
        tokens = tokenize(text)
        folded = text.casefold()
        source = folded if len(folded) == len(text) else text
        bounds = zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
        stems = [source[start : min(end, start + STEM_LETTERS)] for start, end in bounds]
        numbers = self.numbers
        ids = np.array([numbers.setdefault(stem, len(numbers)) for stem in stems], np.int64)
        units = _units(text, tokens.starts)
        missing = len(numbers) - len(self.occurrences)
        self.occurrences.extend([0] * missing)
        self.sentences.extend([0] * missing)
        values, counts = np.unique(ids, return_counts=True)
        for stem, count in zip(values.tolist(), counts.tolist(), strict=True):
            self.occurrences[stem] += count
        owner = np.repeat(np.arange(len(units) - 1), np.diff(units))
        for stem in (np.unique(owner * (len(numbers) + 1) + ids) % (len(numbers) + 1)).tolist():
            self.sentences[stem] += 1
        self.words += len(ids)
        self.units += len(units) - 1
        telling = (tokens.ends - tokens.starts >= 3) | tokens.alone
        return Prepared(text, tokens.hashes, ids, tokens.starts, tokens.ends, telling, units)

    def frequency(self, stems: Integers) -> NDArray[np.float64]:
        """The share of all words that each stem makes up, in a collection of at least `LEAST_WORDS`."""
        counts = np.array([self.occurrences[stem] for stem in stems.tolist()], np.float64)
        return counts / max(LEAST_WORDS, self.words)

    def rarity(self, stems: Integers) -> NDArray[np.float64]:
        """ln(sentences / sentences with the stem), at least .1."""
        held = np.array([self.sentences[stem] for stem in stems.tolist()], np.float64)
        return np.maximum(0.1, np.log(max(2, self.units) / np.maximum(1, held)))


def _units(text: str, starts: Integers) -> Integers:
    """The words at which sentences begin, and the number of words."""
    stops = np.array([match.end() for match in _STOPS.finditer(text)], np.int64)
    count = len(starts)
    breaks = np.unique(np.concatenate([[0], np.searchsorted(starts, stops), [count]])).tolist()
    units = [0]
    for place in breaks[1:]:
        while place - units[-1] > LONGEST_UNIT:
            units.append(units[-1] + LONGEST_UNIT)
        if place - units[-1] >= SHORTEST_UNIT:
            units.append(place)
    if units[-1] < count or len(units) == 1:
        units.append(count)
    return np.array(units, np.int64)
