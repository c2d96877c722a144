"""Levels: how much a copy is changed, and how often a newsroom does what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

LevelName = Literal["easy", "medium", "hard"]


@dataclass(frozen=True, slots=True)
class Level:
    """Shares (0..1) of what is done when a text is taken; `redraw` and `reword` together make the share of changed
    words (3, 15, 38 % on average: easy, medium, hard).

    redraw   of a unit's choices that are drawn anew       reword   of units worded with another template
    lead     of copies that get a new lead                 trim     of copies whose tail is cut
    drop     of inner units left out                       reorder  of copies with paragraphs moved
    own      of copies with text of their own              credit   of copies that credit
    strip    of inherited credits taken out                restyle  of copies put into the house style
    merge    of copies with a second or third parent       update   of new articles that are a newer version
    alone    of new articles that are independent          feed     of new articles that are another unseen root
    decoy    of articles with a decoy credit               unseen   of first roots that are not in the input
    """

    name: LevelName
    redraw: float
    reword: float
    lead: float
    trim: float
    drop: float
    reorder: float
    own: float
    credit: float
    strip: float
    restyle: float
    merge: float
    update: float
    alone: float
    feed: float
    decoy: float
    unseen: float


LEVELS: Final[Mapping[str, Level]] = {
    "easy": Level(
        "easy", redraw=0.04, reword=0.01, lead=0.08, trim=0.66, drop=0.02, reorder=0.03, own=0.17, credit=0.85,
        strip=0.15, restyle=0.15, merge=0.02, update=0.06, alone=0.14, feed=0.07, decoy=0.10, unseen=0.65,
    ),
    "medium": Level(
        "medium", redraw=0.38, reword=0.26, lead=0.35, trim=0.42, drop=0.06, reorder=0.12, own=0.55, credit=0.45,
        strip=0.35, restyle=0.45, merge=0.14, update=0.09, alone=0.16, feed=0.10, decoy=0.18, unseen=0.65,
    ),
    "hard": Level(
        "hard", redraw=0.90, reword=0.92, lead=0.70, trim=0.25, drop=0.10, reorder=0.25, own=0.75, credit=0.13,
        strip=0.55, restyle=0.65, merge=0.28, update=0.11, alone=0.18, feed=0.12, decoy=0.25, unseen=0.65,
    ),
}  # fmt: skip
