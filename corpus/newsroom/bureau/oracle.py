"""The oracle: the best tree of a story given the likelihood of the bureau's own operators.

It sees what no system can: the choices behind every word, which sentences are the same fact in other words, the unseen
texts, the outlets' house styles, and the shares by which the level copies, trims, drops, rewords and credits. It does
not see who first wrote a sentence, what was taken from where, nor any clock.

Its tree is the most likely one but for simplifications (one force of editing for a copy, a tree first and second
parents after it, weights of pairs that are added up), so its score is no bound: it is about what could be reached by
one who knew all about the bureau. `ceiling` has the bound, which is loose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from corpus.newsroom.bureau.book import Split
from corpus.newsroom.bureau.generating import make
from corpus.newsroom.bureau.grammar import Choice, Slot
from corpus.newsroom.bureau.levels import LEVELS, Level, LevelName
from corpus.newsroom.bureau.story import Node
from corpus.newsroom.bureau.truth import Record, tell_truth
from corpus.newsroom.bureau.units import Unit, wording
from lineage.descent.arborescence import Edge, best_forest

FORCES = (0.2, 0.5, 1.0, 1.6, 2.5)  # how heavily a copy may be edited, 1 on average: the best fitting is taken
IMPOSSIBLE = -20.0  # nats for what the bureau does not do
ADDED = 6  # facts of its own that a copy gets at most: more are another source's
ROOT = 25.0  # nats against a text that is nobody's copy and has sentences of another: best on 75 training stories
BLENDED = 45  # words of a second source, for a merge to be one
FREE = (0.2, 0.77)  # of sentences without and with an aside can be put in words that nobody else has: on 60 training
# stories, medium and hard, they are about so many
STRAY = 0.03  # of articles name a certain stranger in a decoy or a mention

Key = tuple[int, str]


def oracle(seed: int, level: LevelName, split: Split) -> tuple[int, int, int]:
    """Edges of a story without clocks: those that the oracle has right, that it says, that are true."""
    record = make(seed, level, "none", split).record
    said, true = best_tree(record, LEVELS[level]), {(edge.child, edge.parent) for edge in tell_truth(record).edges}
    return len(said & true), len(said), len(true)


def best_tree(record: Record, level: Level) -> set[tuple[str, str]]:
    """Edges (child, parent) between the articles: the most likely first parents, and second ones for whole blocks that
    the first parent does not have."""
    nodes = record.nodes
    units = [{(unit.family, unit.fact): unit for unit in node.draft.content()} for node in nodes]
    edges = []
    for child in nodes:
        alone = _alone(child, level, units[child.number])
        shared = any(units[child.number].keys() & units[other.number].keys() for other in nodes if other is not child)
        edges.append(Edge(0, child.number + 1, -ROOT if shared else 0.0))
        for parent in nodes:
            if (
                child.unseen is None
                and parent is not child
                and units[child.number].keys() & units[parent.number].keys()
            ):
                weight = _copied(child, parent, level, units[child.number], units[parent.number], len(nodes)) - alone
                edges.append(Edge(parent.number + 1, child.number + 1, weight))
    chosen = {edge.child - 1: edge.parent - 1 for edge in best_forest(len(nodes) + 1, edges) if edge.parent}
    pairs = set(chosen.items())
    for child_number in list(chosen):
        if (second := _second(child_number, chosen, nodes, units)) is not None:
            pairs.add((child_number, second))
    return {(record.ids[c], record.ids[p]) for c, p in pairs if c in record.ids and p in record.ids}


def _alone(node: Node, level: Level, units: Mapping[Key, Unit]) -> float:
    """Log likelihood of an article as one of its own, but for what it costs to write its sentences."""
    foreign = any(_bears_other(unit, node) for unit in units.values())
    credited = any(unit.mark and unit.mark.decoy is None for unit in node.draft.everything())
    return (
        math.log(level.alone + level.feed) + (IMPOSSIBLE if foreign else 0.0) + (math.log(STRAY) if credited else 0.0)
    )


def _copied(
    child: Node, parent: Node, level: Level, mine: Mapping[Key, Unit], theirs: Mapping[Key, Unit], nodes: int
) -> float:
    """Log likelihood of an article as a copy of another, less what it costs to write the sentences that both have."""
    pairs = [(mine[key], theirs[key]) for key in mine if key in theirs]
    words = max(sum(_kept(*pair, level, force) for pair in pairs) for force in FORCES)
    if child.outlet is parent.outlet:  # a version: four of five grow, one of four loses something
        grown, lost = mine.keys() - theirs.keys(), theirs.keys() - mine.keys()
        return math.log(0.8 if grown else 0.2) + math.log(0.25 if lost else 0.75) + words
    order = list(theirs)
    kept = [place for place, key in enumerate(order) if key in mine]
    tail = len(order) - 1 - kept[-1]
    inner = len(order) - tail - len(kept)
    score = math.log(max(1e-3, 1 - level.alone - level.feed) / nodes)
    score += math.log(level.trim / len(order)) if tail else math.log(1 - level.trim)
    score += inner * math.log(level.drop) + (len(kept) - 1) * math.log(1 - level.drop)
    extra = len(mine.keys() - theirs.keys())
    score += math.log(level.own / 6) if extra else math.log(1 - level.own)
    score += math.log(level.merge) if extra > ADDED else 0.0
    score += _credited(child, parent, level)
    return score + _styled(child, level, pairs) + words


def _named(node: Node) -> set[str]:
    """Whom an article credits, decoys included, but for itself."""
    marks = [unit.mark for unit in node.draft.everything() if unit.mark and unit.mark.decoy in (None, "credit")]
    return {mark.name for mark in marks if mark.name and mark.name != node.outlet.name}


def _credited(child: Node, parent: Node, level: Level) -> float:
    """The parent is credited or not, its credits come along or are taken out, others are named for no reason."""
    mine, theirs, name = _named(child), _named(parent), parent.outlet.name
    share = min(0.98, level.credit * child.outlet.credits)
    score = math.log(share if name in mine else 1 - share)
    score += len((mine & theirs) - {name}) * math.log(1 - level.strip)
    score += len(theirs - mine) * math.log(level.strip)
    return score + len(mine - theirs - {name}) * math.log(STRAY)


def _styled(child: Node, level: Level, pairs: list[tuple[Unit, Unit]]) -> float:
    """House forms: they come along, or all are put into the child's own."""
    share = min(0.95, level.restyle * 2 * child.outlet.restyles)
    if all(mine.style is theirs.style or mine.style == theirs.style for mine, theirs in pairs):
        return math.log(max(1e-3, 1 - share))
    own = all(mine.style == child.outlet.style for mine, _ in pairs)
    return math.log(max(1e-3, share)) if own else IMPOSSIBLE


def _bears_other(unit: Unit, node: Node) -> bool:
    """Whether a unit has house forms of another outlet that can be seen."""
    if unit.style == node.outlet.style:
        return False
    mine = unit.copied(unit.uid, node.number)
    mine.style, mine.text = node.outlet.style, ""
    return wording(mine) != wording(unit)


def _kept(mine: Unit, theirs: Unit, level: Level, force: float) -> float:
    """Log likelihood of a sentence given the one it was taken from, less that of writing it."""
    if mine.sentences or theirs.sentences:
        return 0.0
    redraw, reword = min(0.95, level.redraw * force), min(0.95, level.reword * force) * FREE[mine.aside is not None]
    if mine.template is not theirs.template:
        return math.log(reword)
    score = math.log(1 - reword)
    for part, pick, was in zip(mine.template.choices, mine.picks, theirs.picks, strict=True):
        odds = _odds(mine, part, pick)
        if odds < 1.0:
            score += math.log((1 - redraw) * (pick == was) + redraw * odds) - math.log(odds)
    return score


def _odds(unit: Unit, part: Choice | Slot, pick: int) -> float:
    """The probability of a pick; 1 where the house style decides."""
    made = unit.slots.get(part.name) if isinstance(part, Slot) else part
    if made is None or made.house or len(made.options) < 2:
        return 1.0
    if made.full:
        return 1 / (made.full if pick < made.full else max(1, len(made.options) - made.full))
    below = made.odds[pick - 1] if pick else 0.0
    return max(1e-6, (made.odds[pick] - below) / made.odds[-1])


def _second(child: int, chosen: Mapping[int, int], nodes: list[Node], units: list[dict[Key, Unit]]) -> int | None:
    """The text that has most of what the parent has not, if it is a block; none that goes back to the child."""
    left = {key: unit for key, unit in units[child].items() if key not in units[chosen[child]]}
    best: tuple[int, int] | None = None
    for other in nodes:
        above: int | None = other.number
        while above is not None and above != child:
            above = chosen.get(above)
        if above == child or other.number == chosen[child]:
            continue
        words = sum(unit.words for key, unit in left.items() if key in units[other.number])
        if words >= BLENDED and (best is None or words > best[0]):
            best = (words, other.number)
    return best[1] if best else None
