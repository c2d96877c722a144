"""What Unicode says of each code point, as arrays to index by code point.

`classes`: a separator, a letter, digit or mark of a word, a character that is a word by itself because its script
puts no spaces between words, or a character to be dropped in folding. `folds`: full case folding. Built on first
use, in about 60 ms together; text in ASCII or western European letters never needs them.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

SEPARATOR, WORD, ALONE, DROPPED = 0, 1, 2, 3

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
LAST_ASSIGNED = 0x32000  # beyond it only tags and private use
LAST_FOLDED = 0x1E944  # no code point from here on has a case folding (CaseFolding.txt)


@cache
def _categories() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The two letters of every code point's general category."""
    names = "".join(map(unicodedata.category, map(chr, range(LAST_ASSIGNED))))
    table = np.full((sys.maxunicode + 1, 2), ord("C"), np.uint8)
    table[:LAST_ASSIGNED] = np.frombuffer(names.encode(), np.uint8).reshape(-1, 2)
    table[0xE0000:0xE0100] = ord("C"), ord("f")  # tags
    table[0xE0100:0xE01F0] = ord("M"), ord("n")  # more variation selectors
    return table[:, 0], table[:, 1]


@cache
def marks() -> NDArray[np.bool_]:
    """Which code points are marks that go with the character before them, bool[0x110000]."""
    table: NDArray[np.bool_] = _categories()[0] == ord("M")
    return table


@cache
def classes() -> NDArray[np.uint8]:
    """The class of every code point, uint8[0x110000]."""
    major, minor = _categories()
    table = np.zeros(sys.maxunicode + 1, np.uint8)
    table[np.isin(major, list(b"LMN"))] = WORD
    table[(major == ord("C")) & (minor == ord("f"))] = DROPPED
    for first, last in UNSPACED:
        span = table[first:last]
        span[(span == WORD) & ~marks()[first:last]] = ALONE
    for first, last in (*ARABIC_OPTIONAL, VARIATION_SELECTORS):
        table[first:last] = DROPPED
    table[slice(*VULGAR_FRACTIONS)] = SEPARATOR
    return table


@cache
def longer() -> NDArray[np.bool_]:
    """Which code points fold to more than one character, bool[0x110000]."""
    table = np.zeros(sys.maxunicode + 1, bool)
    table[list(folds()[1])] = True
    return table


@cache
def folds() -> tuple[NDArray[np.uint32], dict[int, str]]:
    """Case folding: (uint32[0x110000] where it is one character, {code point: text} where it is longer).

    Beyond case, curly apostrophes are straight, and superscript digits and ordinal signs are plain, so that a word
    is the same word in every house style.
    """
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    table[ord("A") : ord("Z") + 1] += 32
    longer: dict[int, str] = {}
    for code in range(0x80, LAST_FOLDED):
        folded = chr(code).casefold()
        if len(folded) == 1:
            table[code] = ord(folded)
        else:
            longer[code] = folded
    table[[0x2019, 0x02BC, 0xFF07]] = ord("'")
    table[0xFF10:0xFF1A] = range(ord("0"), ord("9") + 1)
    for sign, plain in zip("ªº²³¹", "ao231", strict=True):
        table[ord(sign)] = ord(plain)
    return table, longer
