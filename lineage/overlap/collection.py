"""Texts made ready for the rewrite-tolerant aligner: word stems, sentence units, and how common each stem is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass
from lineage.kernel import ready
from lineage.overlap.shingles import NO_SHINGLE, shingles
from lineage.text import unicode
from lineage.text.tokens import Tokens, batches, tokenize, tokenize_batch

Integers = NDArray[np.int64]

STEM_LETTERS = 6  # first letters of a folded word: as good as Snowball's stems (.945 against .947), in any language
LEAST_WORDS = 50_000  # a word of two articles is not one of every hundred words of the language
LEAST_RARITY = 0.1  # nats: what a stem that stands in every sentence still weighs
LONGEST_UNIT = 45  # words: a longer sentence is cut
SHORTEST_UNIT = 3  # words: a shorter one joins the next
TELLING = 3  # letters: shorter words say nothing of what a sentence is about
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # keeps the letters beyond Latin-1 apart when six are packed into 64 bits
_STOPS = np.zeros(1 << 16, bool)  # by code point: the signs that end a sentence; none lies beyond
_STOPS[[ord(sign) for sign in "\n!.?؟।…。！？"]] = True


@dataclass(frozen=True, slots=True)
class Parsed:
    """What is known of a text by itself; see `Prepared`. `stems` uint64[k] are its different stems, ascending, and
    `sentences` int64[k] in how many of its sentences each stands; places and cells say `stems[i]` by i.
    """

    text: str
    hashes: NDArray[np.uint64]
    starts: Integers
    ends: Integers
    alone: NDArray[np.bool_]
    stems: NDArray[np.uint64]
    counts: Integers
    sentences: Integers
    place: Integers
    edges: NDArray[np.uint8]
    units: Integers
    cell_unit: Integers
    cell_type: Integers
    cell_count: Integers


def parse(text: str) -> Parsed:
    """Cut a text into words, stems and sentences."""
    (parsed,) = parse_all([text])
    return parsed


def parse_all(texts: Iterable[str], words: Iterable[Tokens] | None = None) -> Iterator[Parsed]:
    """The same of texts one after another; the words of many are read at once, unless they are known already."""
    if words is not None:
        yield from map(_parsed, texts, words)
        return
    for some in batches(texts):
        batch = tokenize_batch(some)
        yield from (_parsed(text, batch.article(number)) for number, text in enumerate(some))


def _parsed(text: str, tokens: Tokens) -> Parsed:
    codes = _codes(text)
    cut = _cut(codes, tokens, _stems(text, codes, tokens))
    return Parsed(text, tokens.hashes, tokens.starts, tokens.ends, tokens.alone, *cut)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _cut(codes: NDArray[np.uint32], tokens: Tokens, stems: NDArray[np.uint64]) -> tuple[NDArray[Any], ...]:
    """A text's stems and sentences: the columns of `Parsed` from `stems` to `cell_count`."""
    words = tokens.starts, tokens.ends, tokens.alone, stems
    if found := ready.cut(codes, _STOPS, words, (LONGEST_UNIT, SHORTEST_UNIT, TELLING)):
        return found
    types, place, counts = np.unique(stems, return_inverse=True, return_counts=True)
    edges = _edges(codes, tokens.starts)
    units = _units(edges)
    telling = (tokens.ends - tokens.starts >= TELLING) | tokens.alone
    owner = np.repeat(np.arange(len(units) - 1), np.diff(units))[telling]
    width = max(1, len(types))
    cells, often = np.unique(owner * width + place[telling], return_counts=True)
    sentences = np.bincount(cells % width, minlength=len(types))[: len(types)]
    return types, counts, sentences, place, edges, units, cells // width, cells % width, often


@dataclass(frozen=True, slots=True)
class Sentences:
    """Where a text's words begin, in characters, and its sentences, in words: as in `Prepared`."""

    starts: NDArray[np.int32]
    units: NDArray[np.int32]

    @classmethod
    def of(cls, text: str, words: Tokens | None = None) -> Sentences:
        """Cut a text, of which the words may be known already."""
        starts = (words or tokenize(text)).starts
        return cls(starts.astype(np.int32), _units(_edges(_codes(text), starts)).astype(np.int32))


@dataclass(frozen=True)
class Prepared:
    """One text, ready.

    Per word: hash uint64[n], first and past-the-last character int64[n], whether `alone` bool[n]. `types` int64[k] are
    the numbers of its different stems in the collection, ascending, `counts` int64[k] how often each occurs, and
    `place` int64[n] which of them each word has. `edges` uint8[n + 1] marks the words before which a sentence or a line
    ends, and the end. `units` int64[u + 1] are the words at which its sentences begin, neither short nor long, and the
    end. In sentence `cell_unit` int64[c] the stem `cell_type` (into `types`) stands `cell_count` times, words of three
    letters or more only.
    """

    text: str
    hashes: NDArray[np.uint64]
    starts: Integers
    ends: Integers
    alone: NDArray[np.bool_]
    types: Integers
    counts: Integers
    place: Integers
    edges: NDArray[np.uint8]
    units: Integers
    cell_unit: Integers
    cell_type: Integers
    cell_count: Integers

    def __len__(self) -> int:
        return len(self.hashes)

    @property
    def stems(self) -> Integers:
        """The number of each word's stem in the collection, int64[n]."""
        return self.types[self.place]

    @cached_property
    def shingles(self) -> NDArray[np.uint64]:
        """Its shingles, sorted, uint64[s]."""
        values = shingles(self.hashes, np.array([0, len(self)]), self.alone)
        values.sort()
        return values[: np.searchsorted(values, NO_SHINGLE)]


Columns = tuple[Integers, ...]  # counts, sentences, place, cell_unit, cell_type and cell_count of a `Parsed`


class _Numbers(dict[int, int]):
    """A number for each stem, in the order in which they come."""

    def __missing__(self, stem: int) -> int:
        number = self[stem] = len(self)
        return number

    def number(self, stems: NDArray[np.uint64], columns: Columns) -> Columns:
        """The twin of `ready.Numbers.number`."""
        return _renumbered(np.array(list(map(self.__getitem__, stems.tolist())), np.int64), columns)


def _renumbered(known: Integers, columns: Columns) -> Columns:
    """The numbers of a text's stems, ascending, and its columns in their order."""
    counts, sentences, place, cell_unit, cell_type, cell_count = columns
    if np.all(known[1:] > known[:-1]):
        return (known, *columns)
    order = np.argsort(known)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    types = rank[cell_type]
    cells = np.argsort(cell_unit * len(order) + types)
    ordered = known[order], counts[order], sentences[order], rank[place]
    return (*ordered, cell_unit[cells], types[cells], cell_count[cells])


class Counts:
    """How common stems are among some texts: by a stem's number, how often it occurs and how many sentences hold it."""

    def __init__(self) -> None:
        self.words = self.units = 0
        self._occurrences, self._sentences = np.zeros(0, np.int64), np.zeros(0, np.int64)

    def count(self, parsed: Parsed, numbered: Columns) -> Prepared:
        """Count a text, of which `numbered` are its stems' numbers and its columns; it is ready then."""
        types, counts, sentences, place, cell_unit, cell_type, cell_count = numbered
        size = int(types[-1]) + 1 if len(types) else 0
        if size > len(self._occurrences):
            more = np.zeros(2 * size - len(self._occurrences), np.int64)
            self._occurrences = np.concatenate([self._occurrences, more])
            self._sentences = np.concatenate([self._sentences, more])
        self._occurrences[types] += counts
        self._sentences[types] += sentences
        self.words += int(counts.sum())
        self.units += len(parsed.units) - 1
        return Prepared(
            parsed.text, parsed.hashes, parsed.starts, parsed.ends, parsed.alone, types, counts, place, parsed.edges,
            parsed.units, cell_unit, cell_type, cell_count,
        )  # fmt: skip

    def frequency(self, stems: Integers) -> NDArray[np.float64]:
        """The share of all words that each stem makes up, in a collection of at least `LEAST_WORDS`."""
        return np.asarray(self._occurrences[stems] / max(LEAST_WORDS, self.words))

    def rarity(self, stems: Integers) -> NDArray[np.float64]:
        """ln(sentences / sentences with the stem) in nats, at least `LEAST_RARITY`."""
        held = np.maximum(1, self._sentences[stems])
        return np.maximum(LEAST_RARITY, np.log(max(2, self.units) / held))


class Collection(Counts):
    """Texts that are prepared one after another: their stems are numbered as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = ready.numbers() or _Numbers()

    def prepare(self, text: str) -> Prepared:
        """Make a text ready, and count it."""
        return self.add(parse(text))

    def prepare_all(self, texts: Iterable[str]) -> Iterator[Prepared]:
        """The same of texts one after another; the words of many are read at once."""
        return map(self.add, parse_all(texts))

    def add(self, parsed: Parsed) -> Prepared:
        """The same of a text that is parsed already: its stems get their numbers in this collection."""
        return self.count(parsed, self._numbers.number(parsed.stems, _columns(parsed)))


def paired(one: Parsed, other: Parsed) -> tuple[Prepared, Prepared, Counts]:
    """Two texts ready, with the counts of both: as in a `Collection` of the two, without its dictionary."""
    place = np.searchsorted(one.stems, other.stems)
    lacking = one.stems.take(place, mode="clip") != other.stems if len(one.stems) else np.ones(len(other.stems), bool)
    known = np.where(lacking, len(one.stems) + np.cumsum(lacking) - 1, place)
    counts = Counts()
    first = counts.count(one, _renumbered(np.arange(len(one.stems)), _columns(one)))
    return first, counts.count(other, _renumbered(known, _columns(other))), counts


def _columns(parsed: Parsed) -> Columns:
    return parsed.counts, parsed.sentences, parsed.place, parsed.cell_unit, parsed.cell_type, parsed.cell_count


def _stems(text: str, codes: NDArray[np.uint32], tokens: Tokens) -> NDArray[np.uint64]:
    """The first six folded letters of each word, packed: uint64[n]."""
    kinds, folds, _ = unicode.columns()
    words = tokens.starts, tokens.ends
    if found := ready.stems(codes, (kinds, folds), unicode.fill, words, STEM_LETTERS, int(_SPREAD)):
        stems, said = found
        if said & ready.IS_ODD or (said & ready.HAS_MARKS and not unicodedata.is_normalized("NFC", text)):
            _restem(stems, text, codes, tokens)
        return stems
    folded = codes if text.isascii() and text.islower() else unicode.known(codes).folds[codes]
    letters = np.zeros(len(codes) + STEM_LETTERS, np.uint64)
    letters[: len(codes)] = folded
    letters[letters >= 256] *= _SPREAD
    lengths = tokens.ends - tokens.starts
    stems = letters[tokens.starts]
    for letter in range(1, STEM_LETTERS):
        chosen = letters[tokens.starts + letter]
        chosen[lengths <= letter] = 0
        stems += chosen << np.uint64(8 * letter)
    if not text.isascii():
        _restem(stems, text, codes, tokens)
    return stems


def _restem(stems: NDArray[np.uint64], text: str, codes: NDArray[np.uint32], tokens: Tokens) -> None:
    """Fold the words anew that hold a character that folds to none or several, or a mark of its own."""
    entries = unicode.known(codes).kinds[codes]
    odd = (unicode.tables().folds[codes] >= unicode.LONG) | (entries & unicode.KIND == unicode.DROPPED)
    if not unicodedata.is_normalized("NFC", text):
        odd |= entries & unicode.MARK > 0
    at = np.flatnonzero(odd)
    if not at.size:
        return
    words = np.unique(np.searchsorted(tokens.starts, at, "right") - 1)
    for word in words[words >= 0].tolist():
        composed = unicodedata.normalize("NFC", text[tokens.starts[word] : tokens.ends[word]])
        own = np.array(list(map(ord, composed.casefold())), np.uint32)
        letters = own[unicode.known(own).kinds[own] & unicode.KIND != unicode.DROPPED][:STEM_LETTERS].tolist()
        packed = sum((c if c < 256 else c * int(_SPREAD)) << 8 * k for k, c in enumerate(letters))
        stems[word] = packed % 2**64


def _edges(codes: NDArray[np.uint32], starts: Integers) -> NDArray[np.uint8]:
    """Before which words a sentence or a line ends; the text's beginning and end are such places."""
    edges = np.zeros(len(starts) + 1, np.uint8)
    edges[np.searchsorted(starts, np.flatnonzero(_STOPS.take(codes, mode="clip")))] = 1
    edges[0] = edges[-1] = 1
    return edges


def _units(edges: NDArray[np.uint8]) -> Integers:
    """The words at which sentences begin, and the number of words."""
    count = len(edges) - 1
    units = [0]
    for place in np.flatnonzero(edges).tolist():
        while place - units[-1] > LONGEST_UNIT:
            units.append(units[-1] + LONGEST_UNIT)
        if place - units[-1] >= SHORTEST_UNIT:
            units.append(place)
    if units[-1] < count or len(units) == 1:
        units.append(count)
    return np.array(units, np.int64)
