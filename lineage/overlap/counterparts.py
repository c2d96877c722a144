"""Sentences of two texts that tell the same: each is of all in its text the most alike to the other.

A heavily rewritten copy keeps few runs of words, but it tells what its source tells, mostly sentence by sentence. Two
reports of one event tell some of the same as well; so this shows nobody that anything was copied, only which of several
texts that share passages an article is nearest to, and in which of them each of its sentences stands most as it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.overlap.alike import seeds_of_pairs
from lineage.overlap.candidates import ranked
from lineage.overlap.collection import Parsed, parse_all
from lineage.text.tokens import Tokens

Integers = NDArray[np.int64]
Cosines = NDArray[np.float32]

# Cosine of two sentences. On generated stories 95 of 100 pairs above it tell the same fact, and of those that do two
# thirds lie above; with .2 it is 98 of 100 and three fifths.
LEAST = 0.15


def counterparts(
    texts: Sequence[str],
    words: Sequence[Tokens],
    pairs: Sequence[tuple[int, int]],
    held: Mapping[int, Parsed] = {},
) -> tuple[list[Integers], Integers, Integers, Integers, Cosines]:
    """The sentences of some pairs of texts that tell the same.

    `words` are the texts' words, `pairs` numbers of texts, `held` some that are parsed already. Returns for each text
    that is in a pair the words at which its sentences begin, and the end (empty for the others); and for each two
    sentences the number of the pair, their numbers in the first text and in the other, int64[n] each, and their cosine
    float32[n], by pair and sentence. How rare a word is, is told from the two texts alone.
    """
    wanted = sorted({number for pair in pairs for number in pair})
    missing = [number for number in wanted if number not in held]
    made = parse_all((texts[n] for n in missing), (words[n] for n in missing))
    parsed = {**held, **dict(zip(missing, made, strict=True))}
    place = {number: k for k, number in enumerate(wanted)}
    free = {number: np.ones(len(parsed[number].units) - 1, bool) for number in wanted}
    numbers, masks = [(place[a], place[b]) for a, b in pairs], [(free[a], free[b]) for a, b in pairs]
    counts, found = seeds_of_pairs([parsed[number] for number in wanted], numbers, masks, LEAST)
    pair = np.repeat(np.arange(len(pairs)), counts)
    best = _best(pair, found.a, found.cosine) & _best(pair, found.b, found.cosine)
    none = np.zeros(0, np.int64)
    begins = [parsed[number].units if number in place else none for number in range(len(texts))]
    return begins, pair[best], found.a[best], found.b[best], found.cosine[best]


def _best(pair: Integers, sentence: Integers, cosine: Cosines) -> NDArray[np.bool_]:
    """Which rows have the greatest cosine of their pair and sentence."""
    width = int(sentence.max(initial=0)) + 1
    _, group = ranked(pair * width + sentence)
    most = np.zeros(len(group), np.float32)
    np.maximum.at(most, group, cosine)
    return np.asarray(cosine >= most[group])
