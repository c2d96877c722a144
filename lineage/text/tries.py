"""Many words as one regular expression that reads a text once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

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
