"""How far the texts of a story bear its clocks out, so that clocks that lie order nobody's versions."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lineage.descent.evidence import lag
from lineage.descent.features import Pair, Story
from lineage.descent.groups import Groups
from lineage.descent.ledger import chance

RIGHT = 0.9  # share of pairs whose order a story's clocks tell if they tell anything: some are noisy, some edited


def borne_out(story: Story, odds: Mapping[Pair, float]) -> list[float]:
    """For each article how far the texts of all that it is linked with, near and far, bear its clocks out: the log odds
    that these tell the order of `RIGHT` of the pairs, against that they tell nothing.

    `odds` has the log odds of the claims of copies by (parent, child). What one outlet's versions say of each other is
    left out, as it is mostly their clock that says it. Infinite where no other outlet's text is there to be asked.
    """
    parts = Groups(story.links)
    heard: dict[int, list[float]] = {}
    for (one, other), found in story.links.items():
        if found.regime != "copy":
            continue
        known = lag(story.witnesses[one], story.witnesses[other], story.now)
        if known is None or not known[0]:
            continue
        ahead, back = chance(odds[one, other]), chance(odds[other, one])
        agrees = (ahead if known[0].total_seconds() > 0 else back) / (ahead + back)
        says = math.log(2 * (RIGHT * agrees + (1 - RIGHT) * (1 - agrees)))
        heard.setdefault(parts.find(one), []).append(min(1.0, ahead + back) * says)
    trust = {part: math.fsum(own) for part, own in heard.items()}
    return [trust.get(parts.find(number), math.inf) for number in range(len(story.witnesses))]
