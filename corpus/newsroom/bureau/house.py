"""Outlets: names, house styles, clocks, habits. An outlet is the same in every story: it is made from its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final, Literal

from corpus.newsroom.bureau.book import Book, Split, open_book
from corpus.newsroom.bureau.event import STYLE_SIZE
from corpus.newsroom.bureau.units import MARK_STYLES

OutletKind = Literal["outlet", "wire", "release"]
SLOT_STYLES: Final = ("date", "small", "thousands", "money", "clock")
KNOWN_SHARE: Final = 0.3  # of the outlets have a name that a registry of outlets knows
# Paragraphs stand apart as on pages; some texts come with single breaks or none, as feeds and corpora have them.
GAPS: Final = ("\n\n", "\n\n", "\n\n", "\n", " ")


@dataclass(frozen=True, slots=True)
class Outlet:
    """A newsroom. `style` picks its house forms by key; shares (0..1) say how often it does a thing.

    `zone` is its offset from UTC in minutes; `zoned` whether its time stamps say so.
    """

    name: str
    kind: OutletKind
    domain: str
    style: Mapping[str, int]
    furniture: tuple[str, ...]
    gap: str
    zone: int
    zoned: bool
    credits: float
    restyles: float
    furnished: float
    titled: bool
    signed: bool


@lru_cache(maxsize=4096)
def outlet(name: str, kind: OutletKind, language: str, split: Split) -> Outlet:
    """The outlet of this name: the same at every call and on every machine."""
    book = open_book(language, split)
    rng = Random(f"{name}/{kind}/{language}")
    keys = sorted({c.house for c in book.lexicon.entries.values() if c.house} | set(SLOT_STYLES) | set(MARK_STYLES))
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "outlet"
    furniture = tuple(rng.sample(book.furniture, min(len(book.furniture), rng.randint(1, 4))))
    return Outlet(
        name=name,
        kind=kind,
        domain=f"{slug}.example",
        style={key: rng.randrange(STYLE_SIZE) for key in keys} | ({"english": 1} if language == "en" else {}),
        furniture=furniture if kind == "outlet" else (),
        gap=GAPS[rng.randrange(len(GAPS))],
        zone=rng.choice((-480, -300, 0, 0, 60, 60, 120, 180, 330, 480)),
        zoned=rng.random() < 0.85,
        credits=rng.choice((0.3, 1.0, 1.0, 1.3)),
        restyles=rng.random(),
        furnished=rng.choice((0.0, 0.2, 0.9)),
        titled=rng.random() < 0.15,
        signed=rng.random() < 0.5,
    )


def hire(rng: Random, book: Book, kind: OutletKind, taken: set[str]) -> Outlet:
    """An outlet of the kind whose name is not in `taken`; the name is added to it."""
    for _ in range(200):
        name = _name(rng, book, kind)
        if name not in taken:
            break
    taken.add(name)
    return outlet(name, kind, book.language, book.split)


def _name(rng: Random, book: Book, kind: OutletKind) -> str:
    names = book.names
    if kind == "wire":
        return names["wires"][rng.randrange(len(names["wires"]))]
    if kind == "release":
        return names["company"][rng.randrange(len(names["company"]))]
    known = names["outlets_known"]
    if rng.random() < KNOWN_SHARE:
        return known[rng.randrange(len(known))]
    heads, tails = names["outlet_heads"], names["outlet_tails"]
    blank = " " if book.spaced else ""
    name = f"{heads[rng.randrange(len(heads))]}{blank}{tails[rng.randrange(len(tails))]}"
    return f"The {name}" if book.language == "en" and rng.random() < 0.25 else name
