"""Excerpts that are announced: "From the Brevik Courant:", and then what the Courant wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from lineage.model import Span
from lineage.patterns import pattern
from lineage.text.grammar import grammar, line_start
from lineage.text.strangers import CAPITAL, SMALL, named

LONGEST: Final = 80  # characters of the sentence: a lead-in, a name of four words and a verb

_BREAK: Final = pattern(r"[.!?…)\]][\"”’»)\]]*\s+|\s{2,}")
_OWN_SPELLING: Final = pattern(r"[a-z]{3}[A-Z]|\w\.(?:com|org|net|info|co)\b")  # NorthWire, example.org


def announced(text: str) -> Iterator[tuple[Span, Span]]:
    """The sentences before a colon that only say from whom what follows is, and the name in each, without an article.

    Whether the name is one of a medium is told by `may_be_one`.
    """
    at = text.find(":")
    while at >= 0:
        if text[at + 1 : at + 2].isspace() and text[at + 1 : at + LONGEST].strip():
            low = line_start(text, at, LONGEST)
            found = _announcement().fullmatch(text, _begin(text, low, at), at)
            name = named(text, *found.span("one" if found["one"] else "other")) if found else None
            if found is not None and name is not None:
                yield Span(found.start(), at + 1), name
        at = text.find(":", at + 1)


def may_be_one(name: str) -> bool:
    """Whether a name that is in no registry may be a medium's: of two words, or spelled as only media are."""
    return " " in name or _OWN_SPELLING.search(name) is not None


def _begin(text: str, low: int, end: int) -> int:
    """Where the sentence begins that ends at a place, at the earliest at `low`."""
    return max((found.end() for found in _BREAK.finditer(text, low, end)), default=low)


@cache
def _announcement() -> re.Pattern[str]:
    lead_ins, openings, verbs = grammar().excerpts
    name = rf"(?:{CAPITAL}(?: (?:{SMALL} ){{0,2}}{CAPITAL}){{0,5}})"
    article = r"(?:the |The |a |la |le |el |il |o |l['’])?"
    return pattern(
        rf"\W{{0,3}}(?:(?:{_any(lead_ins)}) {article}(?P<one>{name})"
        rf"|(?:{_any(openings)}) {article}(?P<other>{name}) (?:also |first |recently )?(?:{'|'.join(verbs)}))"
    )


def _any(phrases: Iterable[str]) -> str:
    """As they begin a sentence."""
    return "|".join(re.escape(phrase[0].upper() + phrase[1:]).replace("'", "['’]") for phrase in phrases)
