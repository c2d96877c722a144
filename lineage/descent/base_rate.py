"""How much likelier a source that is not in the input is among some articles than where the ledger learnt.

Where two papers that credit nobody have one text, one may have it from the other, or both from a wire: the texts do not
tell, and what is usual must. It is shown by those articles which say whose their text is. Where papers live on agencies
they name one that is not here; where they take from each other they name a paper that is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from lineage.descent.unseen import declared
from lineage.descent.witness import Witness
from lineage.model import Named, Overlap

SHARED: Final = 0.25  # of an article's narration that another outlet has, too: less may be background
LEARNT: Final = 207, 432  # articles of 240 training stories that name an outlet which is absent, and one which is here
WEIGHT: Final = 20.0  # articles: what the training counts for beside a collection's own
TRUST: Final = 0.5  # of the log odds ratio: an article that credits nobody need not be like those that do
STEP: Final = 0.5  # nats: finer, every few articles would have all stories told anew
MOST: Final = 3.0  # nats: beyond it nothing was measured


def names(witnesses: Sequence[Witness], overlaps: Iterable[Overlap]) -> dict[str, Named]:
    """Whom the articles credit that share `SHARED` of their narration with another outlet's: an outlet that is absent
    among them, one whose text they share, or both. It has none that credit neither.
    """
    known = {witness.article.id: witness for witness in witnesses}
    near: dict[str, set[str | None]] = {}
    for overlap in overlaps:
        for id, other in ((overlap.a, overlap.b), (overlap.b, overlap.a)):
            own, theirs = known[id].outlet, known[other].outlet
            if own != theirs and overlap.narrated >= SHARED * max(1.0, known[id].narration):
                near.setdefault(id, set()).add(theirs)
    present = frozenset(witness.outlet for witness in witnesses if witness.outlet is not None)
    result: dict[str, Named] = {}
    for id, outlets in near.items():
        here = any(c.is_source and c.outlet is not None and c.outlet in outlets for c in known[id].credits)
        if declared(known[id], present):
            result[id] = "both" if here else "absent"
        elif here:
            result[id] = "here"
    return result


def wires(named: Mapping[Named, int]) -> float:
    """The nats by which an absent source is likelier in a collection, given how many of its articles name what: a value
    for the setting `descent.wires`, in steps of `STEP`.
    """
    ratio = LEARNT[0] / LEARNT[1]
    absent = named.get("absent", 0) + WEIGHT * ratio / (1 + ratio)
    here = named.get("here", 0) + WEIGHT / (1 + ratio)
    nats = TRUST * math.log(absent / here / ratio)
    return max(-MOST, min(MOST, STEP * round(nats / STEP)))
