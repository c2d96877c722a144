"""Many words as one regular expression that reads a text once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

MANY: Final = 256  # texts after which it pays to compile all forms at any rate
FEW: Final = 8  # patterns of a part of the forms that are compiled before that of all
_LEAF: Final = ""  # the key that marks the end of a word; characters are never empty
_RUN: Final = re.compile(r"[^\W_\u2e80-\u9fff]+")


class Forms:
    """Many forms as one regular expression that is compiled when texts need it.

    To compile all takes longer than to read some articles with it. So the first texts get a pattern of the forms whose
    first word they have, which finds the same; after `FEW` of these, or `MANY` texts, all forms are.

    `build` makes the pattern of some forms. It must not find a form that begins or ends inside of a word (a run of
    letters and digits; characters of scripts without spaces are none).
    """

    def __init__(self, forms: Iterable[str], build: Callable[[list[str]], re.Pattern[str]]) -> None:
        self._build, self._forms = build, list(forms)
        self._keys = [_key(form) for form in self._forms]
        self._known = set(self._keys)
        self._active: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._turns = self._texts = 0

    def pattern(self, text: str) -> re.Pattern[str]:
        """A pattern that finds in a text what the pattern of all forms finds there."""
        pattern, active = self._pattern, self._active
        if pattern is not None and self._turns > FEW:
            return pattern
        self._texts += 1
        whole = self._turns >= FEW or self._texts > MANY
        wanted = _words(text) & self._known
        if pattern is not None and wanted <= active and not whole:
            return pattern
        active = active | wanted | {""}
        chosen = [form for form, key in zip(self._forms, self._keys, strict=True) if whole or key in active]
        made = self._build(chosen)
        self._turns = FEW + 1 if whole else self._turns + 1
        self._pattern, self._active = made, active
        return made


@lru_cache(maxsize=16)
def _words(text: str) -> frozenset[str]:
    """The words of a text, each once; several forms are looked for in it one after another."""
    return frozenset(map(_folded, set(_RUN.findall(text))))


def _key(form: str) -> str:
    """The first word of a form, blank where none is sure to stand apart from what is around it in a text."""
    found = _RUN.search(form)
    return "" if found is None else _folded(found[0])


def _folded(word: str) -> str:
    """What two words have in common that differ in case only, as regular expressions see it."""
    return word if word.isascii() and word.islower() else word.casefold().replace("ı", "i").replace("i\u0307", "i")


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
