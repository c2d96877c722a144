"""Words of like use, found by counting: a lexicon for texts that were found.

Six words make a set if they end alike, stand mostly after the same word and are about as frequent: a crude
stand-in for synonyms that leaves grammar mostly whole and sense not. What it keeps is what matters for lineage: how
many words change, how rare they are, and that every change is as likely as the one back (odds are the words' counts).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from corpus.newsroom.bureau.grammar import Choice, Lexicon, choice

SET_SIZE = 6  # words that can stand for one another
SEEN = 3  # times: of rarer words too little is known
FUNCTION_WORDS = 45  # the most frequent words are grammar, and stay
SHORTEST = 4  # letters
ENDINGS: Final = ("tion", "ing", "ers", "ies", "ed", "ly", "al", "ity", "er", "es", "s", "e")

_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")


def with_kin(lexicon: Lexicon, sentences: Iterable[str]) -> Lexicon:
    """The lexicon and, for the words it does not know, sets of words of like use in the sentences."""
    counts: Counter[str] = Counter()
    before: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        words = _WORD.findall(sentence)
        counts.update(words)
        for left, right in pairwise(words):
            before[right][left] += 1
    grammar = {word for word, _ in _ranked(counts)[:FUNCTION_WORDS]}
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for word, seen in _ranked(counts):
        if seen >= SEEN and len(word) >= SHORTEST and word.isalpha() and word.islower() and word not in grammar:
            groups[_ending(word), _usual(before[word], grammar)].append(word)
    entries: dict[str, Choice] = dict(lexicon.entries)
    for key in sorted(groups):
        free = [word for word in groups[key] if word not in entries]
        for start in range(0, len(free) - SET_SIZE + 1, SET_SIZE):
            kin = free[start : start + SET_SIZE]
            made = choice([f"{word}:{counts[word]}" for word in kin])
            entries.update(dict.fromkeys(kin, made))
    return Lexicon(entries, lexicon.first_words | frozenset(entries), lexicon.capitals)


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _ending(word: str) -> str:
    return next((ending for ending in ENDINGS if word.endswith(ending)), "")


def _usual(neighbours: Counter[str], grammar: set[str]) -> str:
    """The commonest neighbour if it is a word of grammar: nouns stand after "the", verbs after "to"."""
    best = _ranked(neighbours)[:1]
    return best[0][0] if best and best[0][0] in grammar else ""
