"""Wires that no registry knows, learnt from the input: names that stand where only an agency's can.

A dateline's bracket is such a place, but a party or a state may stand there too; so a name counts only if two
places in the input agree, or one that says outright what it is ("the news agency X").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from lineage.patterns import pattern
from lineage.text.phrases import Wordings

SURE = 2  # points from which a name is a wire's

_WORD = r"[^\W\d_a-zà-öø-ÿ][\w.&-]{1,24}(?<![.&-])"
_AGENCY = r"(?:News|Press|Presse|Wire|Newswire|Agency|Agence|Agencia|Agentur)(?![\w-])"  # a word that agencies bear
_LONG = rf"(?:{_WORD} ){{0,2}}{_AGENCY}(?: (?:of |de |d['’])?{_WORD}){{0,2}}"
_NAME = rf"(?P<name>{_LONG}|[^\W\d_][\w.&-]{{1,24}}(?<![.&-]))"
_HEAD = r"^[ \t]*[^\W\d_a-z][\w'’.-]*(?:[ ,/-]{1,2}[\w'’.]+){0,5}"  # a place, perhaps a country and a date
_PLACES = (  # what a text must hold, the pattern, and points for a name that it finds
    ("(", pattern(rf"{_HEAD},? ?\({_NAME}\) ?(?:[-–—―]|\.(?= [^\W\d_a-z]))", re.MULTILINE), 1),
    ("(", pattern(rf"{_HEAD}: ?\((?P<name>{_LONG})\) (?=[^\W_])", re.MULTILINE), 1),
    (
        "ith ",
        pattern(rf"^[ \t(]*[Ww]ith (?:agency )?(?:inputs?|reporting) (?:from|by) {_NAME}[.)]*[ \t]*$", re.M),
        2,
    ),
    ("it Material ", pattern(rf"^[ \t(]*[Mm]it Material (?:von|der|des) {_NAME}[.)]*[ \t]*$", re.MULTILINE), 2),
    (" agency", pattern(rf"\b(?:news|press|wire) agency,? {_NAME}\b"), 2),
    ("agentur", pattern(rf"\b(?:Nachrichten|Presse)agentur,? {_NAME}\b"), 2),
    ("gence d", pattern(rf"\b[Aa]gence (?:de presse|d['’]information),? {_NAME}\b"), 2),
    ("gencia ", pattern(rf"\b[Aa]gencia (?:de noticias|de prensa|informativa),? {_NAME}\b"), 2),
)
_LAST = pattern(rf"[ \t]*[-–—―•(\[] ?{_NAME}[)\]]?\s*\Z")  # all that the last line holds
_COMMON = frozenset(
    "the a an and of in said says reported der die das hat ist und von la le el les los de du des qui que on for has "
    "which that was is agencies agenturen agences agencias".split()
)


def strange_wires(texts: Iterable[str]) -> list[str]:
    """The names of wires among some texts, by agreement of the places in which they stand; sorted.

    A name counts by its letters, whatever their case. Which of its spellings is given depends on no order.
    """
    points: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    for text in texts:
        for folded, (name, worth) in _in_one(text).items():
            points[folded] += worth
            spellings.setdefault(folded, Counter())[name] += 1
    sure = sorted(folded for folded, worth in points.items() if worth >= SURE)
    return [
        min(spellings[folded], key=lambda name: (name.isupper(), -spellings[folded][name], name)) for folded in sure
    ]


def _in_one(text: str) -> dict[str, tuple[str, int]]:
    """The names in one text, each with its most telling place."""
    found: dict[str, tuple[str, int]] = {}
    for name, worth in _places(text):
        folded = name.casefold()
        if folded not in _COMMON and worth > found.get(folded, ("", 0))[1]:
            found[folded] = (name, worth)
    return found


@cache
def _wordings() -> Wordings:
    return Wordings(held for held, _, _ in _PLACES if held != "(")


def _places(text: str) -> Iterator[tuple[str, int]]:
    places = _PLACES if "(" in text or _wordings().stand_in(text) else ()
    matches = [(match, worth) for held, pattern, worth in places if held in text for match in pattern.finditer(text)]
    last = _LAST.match(text, text.rfind("\n", 0, len(text.rstrip())) + 1)
    if last is not None:
        matches.append((last, 1))
    for match, worth in matches:
        name = match["name"]
        if worth < SURE or name[0].isupper() or (name.islower() and len(name) <= 5):
            yield name, worth
