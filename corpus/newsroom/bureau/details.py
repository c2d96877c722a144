"""Phrases put together from lists: what only one reporter notes, what hangs on a sentence, what is said to one alone.

A list's entry is a phrase with `{key}` for another list's, or "#3-990" for a number. Lists of words are rows of words
of like use, of which nouns and verbs inflect by rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

SETTLED: Final = 0.5  # of words have no other of like use: copies then differ by as many words as real ones

Lists = Mapping[str, Sequence[str]]

_KEY: Final = re.compile(r"\{(\w+?)(\d?)\}")
_DOUBLED: Final = re.compile(r"(?:qu|[^aeiou])+[aeiou][bdglmnprt]")  # "drop" and "wrap", not "look" and "open"
_DOUBLED_L: Final = re.compile("(?:[^aeiou][eo]|nu)l$")  # "unravel" and "annul", not "peel"
_SIBILANT: Final = ("s", "x", "z", "ch", "sh")
INFLECTED: Final = {  # list: from which, how
    "roles": ("role", "plural"),
    "nouns": ("noun", "plural"),
    "units": ("unit", "plural"),
    "spans": ("span", "plural"),
    "papers": ("paper", "plural"),
    "verbed": ("verb", "past"),
    "walked": ("move", "past"),
    "did_paper": ("act", "past"),
    "rose": ("rise", "past"),
    "spoke": ("speech", "past"),
}


def plural(noun: str) -> str:
    """The plural of a regular noun, or of one in -man, -ife or -sis."""
    if noun.endswith("man"):
        return noun[:-2] + "en"
    if noun.endswith("ife"):
        return noun[:-2] + "ves"
    if noun.endswith("sis"):
        return noun[:-2] + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(_SIBILANT) else "s")


def past(verb: str) -> str:
    """The past tense of a regular verb; of a phrase, that of its first word."""
    verb, blank, rest = verb.partition(" ")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        verb = verb[:-1] + "i"
    elif _DOUBLED.fullmatch(verb) or _DOUBLED_L.search(verb):
        verb += verb[-1]
    return verb.removesuffix("e") + "ed" + blank + rest


def with_inflections(lists: Mapping[str, Sequence[str] | str]) -> dict[str, tuple[str, ...]]:
    """The lists with rows of words as choices "(a|b)", and with those that are made from others by inflection."""
    rows = {
        key: [row.replace("_", " ").split("|") for row in value.split()]
        for key, value in lists.items()
        if isinstance(value, str)
    }
    for key, (source, how) in INFLECTED.items():
        if source in rows:
            rows[key] = [[(plural if how == "plural" else past)(word) for word in row] for row in rows[source]]
    made = {key: tuple(value) for key, value in lists.items() if not isinstance(value, str)}
    return made | {key: tuple(_as_choice(row) for row in value) for key, value in rows.items()}


def _as_choice(row: Sequence[str]) -> str:
    return row[0] if len(row) == 1 else f"({'|'.join(row)})"


def compose(pattern: str, lists: Lists, rng: Random) -> tuple[str, ...]:
    """A pattern's orders (between bars) with the same phrases in each; keys that no list has stay for the event."""
    drawn: dict[str, str] = {}

    def put(found: re.Match[str]) -> str:
        name = found[1] + found[2]
        if name not in drawn:
            drawn[name] = _phrase(found, lists, rng)
        return drawn[name]

    return tuple(_KEY.sub(put, order.strip()) for order in pattern.split(" | "))


def _phrase(found: re.Match[str], lists: Lists, rng: Random) -> str:
    entries = lists.get(found[1] + found[2]) or lists.get(found[1])
    if entries is None:
        return found[0]
    entry = entries[int(rng.random() * len(entries))]
    if entry.startswith("(") and rng.random() < SETTLED:
        options = entry[1:-1].split("|")
        return options[int(rng.random() * len(options))]
    if entry.startswith("#"):
        low, _, high = entry[1:].partition("-")
        return str(int(int(low) * (int(high) / int(low)) ** rng.random()))  # small numbers are commoner
    return _KEY.sub(lambda inner: _phrase(inner, lists, rng), entry) if "{" in entry else entry
