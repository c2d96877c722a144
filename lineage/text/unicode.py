"""What Unicode says of each code point, as arrays to index by code point.

An entry of `kinds` is a separator, a letter, digit or mark of a word, a character that is a word by itself because its
script puts no spaces between words, or a character to be dropped in folding; with bits for what more there is to say.
The tables are filled a page of 64 code points at a time, on first use: an article needs a few of 17,408.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from lineage.dataclass import dataclass

SEPARATOR, WORD, ALONE, DROPPED = 0, 1, 2, 3
KIND = 3  # the bits of an entry that tell which of these; then:
MARK = 4  # a mark, which goes with the character before it
LOOSE = 8  # may change in normal form C, by itself or with others: the text must be composed first
BLANK, LOWER, DIGIT, ALNUM = 16, 32, 64, 128  # what Python's isspace, islower, isdecimal and isalnum say
UNKNOWN = 255  # of a page that is not filled yet
LONG = 1 << 31  # of a folding: it is row `folding & ~LONG` of `longer`

# Scripts written without spaces between words: code points, half-open (Unicode 15, Scripts.txt).
UNSPACED = (
    (0x0E00, 0x0E80),  # Thai
    (0x0E80, 0x0F00),  # Lao
    (0x1000, 0x10A0),  # Myanmar
    (0x1780, 0x1800),  # Khmer
    (0x3005, 0x3008),  # ideographic iteration marks
    (0x3040, 0x3100),  # hiragana, katakana
    (0x3400, 0x4DC0),  # ideographs, extension A
    (0x4E00, 0xA000),  # ideographs
    (0xF900, 0xFB00),  # compatibility ideographs
    (0xFF66, 0xFFA0),  # halfwidth katakana
    (0x20000, 0x32000),  # ideographs, extensions B to H
)
# What newsrooms write or leave out at will in Arabic script: short vowels, the superscript alef, tatweel.
ARABIC_OPTIONAL = ((0x064B, 0x0653), (0x0670, 0x0671), (0x0640, 0x0641))
VARIATION_SELECTORS = (0xFE00, 0xFE10)
VULGAR_FRACTIONS = (0xBC, 0xBF)
LATER_JAMO = (0x1160, 0x1200)  # of Hangul: they compose with the one before
_DROPPED = (*ARABIC_OPTIONAL, VARIATION_SELECTORS)
_PLAIN = {
    **dict(zip("’ʼ＇ªº²³¹", "'''ao231", strict=True)),
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
}
# By category: letters, marks and numbers are in words, what only formats is dropped, the rest parts words.
_KIND_OF = dict.fromkeys("Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No".split(), WORD) | {"Cf": DROPPED}
_SAID = (str.isspace, str.islower, str.isdecimal, str.isalnum)
_MOST_LONG = 512  # foldings to several characters: Unicode has 104
PAGE = 64


@dataclass(frozen=True, slots=True)
class Tables:
    """By code point: `kinds` uint8[0x110000] and `folds` uint32[0x110000]; `longer` uint32[rows, 3].

    A folding is full case folding. Beyond case, curly apostrophes are straight, and superscript digits and ordinal
    signs are plain, so that a word is the same word in every house style.
    """

    kinds: NDArray[np.uint8]
    folds: NDArray[np.uint32]
    longer: NDArray[np.uint32]


_filling = Lock()
_rows = 0  # of `longer` that are in use


@cache
def tables() -> Tables:
    """The tables as far as they are filled; ASCII always is."""
    size = sys.maxunicode + 1
    made = Tables(np.full(size, UNKNOWN, np.uint8), np.zeros(size, np.uint32), np.zeros((_MOST_LONG, 3), np.uint32))
    for page in range(0x80 // PAGE):
        _fill(made, page)
    return made


def columns() -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]]:
    """The tables as the kernel takes them."""
    made = tables()
    return made.kinds, made.folds, made.longer


def known(codes: NDArray[np.uint32]) -> Tables:
    """The tables, with the pages of some code points filled."""
    made = tables()
    if not (unknown := made.kinds.take(codes) == UNKNOWN).any():
        return made
    missing = codes[unknown]
    for page in np.flatnonzero(np.bincount(missing // PAGE)).tolist():
        fill(page)
    return made


def fill(page: int) -> None:
    """Fill the tables for code points `PAGE * page` to `PAGE * page + PAGE - 1`."""
    made = tables()
    with _filling:
        _fill(made, page)


def _fill(made: Tables, page: int) -> None:
    global _rows
    first = page * PAGE
    if made.kinds[first] != UNKNOWN:
        return
    letters = list(map(chr, range(first, first + PAGE)))
    folds = made.folds[first : first + PAGE]
    for place, letter in enumerate(letters):
        folded = _PLAIN.get(letter) or letter.casefold()
        if len(folded) == 1:
            folds[place] = ord(folded)
        else:
            made.longer[_rows, : len(folded)] = list(map(ord, folded))
            folds[place] = LONG | _rows
            _rows += 1
    # the kinds last and at once: another thread that sees them finds the foldings there
    made.kinds[first : first + PAGE] = _entries(first, letters)


def _entries(first: int, letters: list[str]) -> NDArray[np.uint8]:
    """The kinds of a page's code points."""
    categories = list(map(unicodedata.category, letters))
    kinds = np.array(list(map(_KIND_OF.get, categories, [SEPARATOR] * PAGE)), np.uint8)
    marks = np.array([category[0] == "M" for category in categories])
    kinds[(kinds == WORD) & ~marks & _within(first, UNSPACED)] = ALONE
    kinds[_within(first, _DROPPED)] = DROPPED
    kinds[_within(first, (VULGAR_FRACTIONS,))] = SEPARATOR
    composes = marks & ~_within(first, (VARIATION_SELECTORS,))  # these never do, and stand in many a text
    loose = composes | _within(first, (LATER_JAMO,))
    loose |= [not unicodedata.is_normalized("NFC", letter) for letter in letters]
    said = zip(*(map(test, letters) for test in _SAID), strict=True)
    more = [BLANK * blank | LOWER * lower | DIGIT * digit | ALNUM * alnum for blank, lower, digit, alnum in said]
    kinds |= np.array(more, np.uint8) | marks * np.uint8(MARK) | loose * np.uint8(LOOSE)
    return kinds


def _within(first: int, ranges: tuple[tuple[int, int], ...]) -> NDArray[np.bool_]:
    """Which code points of a page lie in one of some ranges; most pages are in none."""
    inside = np.zeros(PAGE, bool)
    for low, high in ranges:
        inside[max(low - first, 0) : max(high - first, 0)] = True
    return inside
