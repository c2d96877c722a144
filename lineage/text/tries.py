"""Many words as one regular expression that reads a text once, or as few that are made when they are needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from lineage.text.phrases import lower, plain_blanks

_LEAF: Final = ""  # the key that marks the end of a word; characters are never empty


def trie_pattern(words: Iterable[str]) -> str:
    """A pattern that matches the longest of the words at a place, in time independent of their number.

    The words are taken literally; a blank in them matches one blank of any kind (a no-break space, not a line
    break). An empty set gives a pattern that never matches.
    """
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        if word:
            node[_LEAF] = {}
    return _pattern(root) if root else r"(?!)"


class Openings:
    """Words that a text may begin with, in whatever case, behind at most `most` of the characters that `before`
    matches, and before what `behind` matches.

    They are sorted by their first two characters, and a pattern is made of those with which a text can begin: most
    begin with none, and one pattern of hundreds takes a tenth of a second to make.
    """

    def __init__(self, words: Iterable[str], *, before: str, most: int, behind: str) -> None:
        self._words: dict[str, list[str]] = {}
        for word in words:
            self._words.setdefault(_opening(word), []).append(word)
        self._before = re.compile(rf"{before}{{0,{most}}}")
        self._behind = behind
        self._made: dict[str, re.Pattern[str]] = {}

    def match(self, text: str) -> re.Match[str] | None:
        """The longest of the words that a text begins with, and what is behind it."""
        for at in (0,) if text[:1].isalnum() else range(self._before.match(text).end(), -1, -1):  # type: ignore[union-attr]
            if (key := _opening(text[at : at + 2])) in self._words and (found := self._pattern(key).match(text, at)):
                return found
        return None

    def _pattern(self, key: str) -> re.Pattern[str]:
        if key not in self._made:
            self._made[key] = re.compile(rf"{trie_pattern(self._words[key])}{self._behind}", re.IGNORECASE)
        return self._made[key]


def _opening(word: str) -> str:
    start = word[:2]
    return start.lower() if start.isascii() else lower(plain_blanks(start))


def _pattern(node: dict[str, Any]) -> str:
    """The pattern of what may follow a node. Recursion is as deep as the longest word."""
    branches = [_literal(char) + _pattern(child) for char, child in node.items() if char != _LEAF]
    if not branches:
        return ""
    if len(branches) == 1 and _LEAF not in node:
        return branches[0]
    return f"(?:{'|'.join(branches)})" + ("?" if _LEAF in node else "")


def _literal(char: str) -> str:
    return r"[ \u00a0\u202f]" if char == " " else re.escape(char)
