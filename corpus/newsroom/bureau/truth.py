"""The truth of a story, read off the units: who took what from whom, by stretches of the two texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from corpus.newsroom.bureau.nouns import Decoy, Edge, TrueCredit, Truth, Unseen
from corpus.newsroom.bureau.story import Node
from corpus.newsroom.bureau.units import Page, Unit, wording
from lineage.model import ArticleClass, Span

WHOLLY, PARTLY = 0.85, 0.05  # shares of an article's words that it took
QUOTE_WORDS = 8  # of a common quotation that makes a relation
INDEPENDENT_RUN = 12  # narrated words in a row that texts of different origin never share
BRIDGE = 2  # characters between stretches that are still one: a blank, a paragraph's end

_WORDS: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Record:
    """A story as generated: nodes, the pages of those that are in the input, ids by node, whether there are clocks."""

    nodes: list[Node]
    pages: Mapping[int, Page]
    ids: Mapping[int, str]
    clocked: bool


def families(node: Node) -> set[int]:
    """The nodes whose authors first wrote what stands in a text."""
    return {unit.family for unit in node.draft.content()}


def mingled(record: Record) -> bool:
    """Whether two texts without a common origin share a narrated run of twelve words: then the story is no good."""
    holders: dict[tuple[str, ...], int] = {}
    origins = {number: families(record.nodes[number]) for number in record.pages}
    for number in record.pages:
        for run in _runs(record.nodes[number]):
            other = holders.setdefault(run, number)
            if other != number and not origins[other] & origins[number]:
                return True
    return False


def _runs(node: Node) -> Iterator[tuple[str, ...]]:
    """Narrated runs of twelve words; quotations break them, paragraphs do not."""
    words: list[str] = []
    for unit in node.draft.everything():
        if unit.kind == "furniture":
            continue
        for number, piece in enumerate(re.split('[“”„«»"]', unit.text)):
            if number % 2:
                yield from zip(*(words[i:] for i in range(INDEPENDENT_RUN)), strict=False)
                words = []
            else:
                words.extend(_WORDS.findall(piece.lower()))
    yield from zip(*(words[i:] for i in range(INDEPENDENT_RUN)), strict=False)


def tell_truth(record: Record) -> Truth:
    """All that is known about a story."""
    nodes, ids = record.nodes, record.ids
    visible = [node for node in nodes if node.unseen is None]
    unseen = _unseen(record)
    contracted = {node.number for node in nodes if node.unseen} - {u for u, _ in unseen}
    edges = [edge for node in visible for edge in _edges(record, node)]
    below = {child for _, source in unseen for child in source.children}
    children = {edge.child for edge in edges} | below
    tied = children | {edge.parent for edge in edges}
    id_order = [ids[node.number] for node in visible]
    truth = Truth(
        edges=tuple(edges),
        unseen=tuple(source for _, source in unseen),
        relations=(),
        independent=tuple(id for id in id_order if id not in tied),
        decoys=tuple(_decoys(record, visible)),
        credits=tuple(_credits(record, visible, dict(unseen))),
        classes={ids[node.number]: _class_of(node, contracted) for node in visible},
        origins=sum(id not in children for id in id_order) + len(unseen),
        furniture={
            ids[node.number]: tuple(
                record.pages[node.number].spans[unit.uid]
                for unit in node.draft.everything()
                if unit.kind == "furniture"
            )
            for node in visible
        },
    )
    apart = truth.unrelated  # two may take different families' sentences from one text
    return replace(truth, relations=tuple(pair for pair in _relations(record, visible) if pair in apart))


def _edges(record: Record, child: Node) -> Iterator[Edge]:
    page = record.pages[child.number]
    for number in child.parents:
        parent = record.nodes[number]
        if parent.unseen:
            continue
        pairs = [
            (page.spans[unit.uid], record.pages[number].spans[taken])
            for unit in child.draft.content()
            for node, taken in unit.took
            if node == number and taken in record.pages[number].spans
        ]
        if not pairs:
            continue
        marks = [unit.mark for unit in child.draft.everything() if unit.mark and unit.mark.source == number]
        yield Edge(
            record.ids[child.number],
            record.ids[number],
            "update" if child.replaces == number else "copy",
            tuple(_merged(sorted(pairs))),
            record.clocked or _decidable(record, child, parent),
            any(mark.name for mark in marks),
        )


def _merged(pairs: list[tuple[Span, Span]]) -> Iterator[tuple[Span, Span]]:
    """Stretches that follow one another in both texts, as one."""
    child, parent = pairs[0]
    for next_child, next_parent in pairs[1:]:
        if 0 <= next_child.start - child.end <= BRIDGE and 0 <= next_parent.start - parent.end <= BRIDGE:
            child, parent = Span(child.start, next_child.end), Span(parent.start, next_parent.end)
        else:
            yield child, parent
            child, parent = next_child, next_parent
    yield child, parent


def _decidable(record: Record, child: Node, parent: Node) -> bool:
    """Whether anything in the texts tells the direction: a credit, text that one has alone, a third witness, the
    parent's house forms in the child, to one who knows the outlets' styles.

    Without any of them the two differ by choices alone, and choices are as likely one way as the other.
    """
    if any(_bears(unit, parent.outlet.style, child.outlet.style) for unit in child.draft.content()):
        return True
    if any(unit.mark and unit.mark.source == parent.number for unit in child.draft.everything()):
        return True
    taken = {number for unit in child.draft.content() for node, number in unit.took if node == parent.number}
    kept = {unit.uid for unit in parent.draft.content()}
    if taken != kept or any(not unit.took for unit in child.draft.content()):
        return True
    shared = families(parent)
    others = (node for node in record.nodes if node.number not in (child.number, parent.number))
    return any(shared & families(node) for node in others if node.unseen is None)


def _bears(unit: Unit, theirs: Mapping[str, int], own: Mapping[str, int]) -> bool:
    """Whether a unit is in another outlet's style, and reads otherwise in its own."""
    if unit.style != theirs:
        return False
    restyled = replace(unit, style=own, text="")
    return wording(restyled) != wording(unit)


def _unseen(record: Record) -> list[tuple[int, Unseen]]:
    """Unseen texts with two children, or with one that declares it, by node."""
    found: list[tuple[int, Unseen]] = []
    for node in record.nodes:
        if not node.unseen:
            continue
        children = [n for n in record.nodes if node.number in n.parents and n.unseen is None and _took(n, node.number)]
        marks = [
            unit.mark
            for other in record.nodes
            if other.unseen is None
            for unit in other.draft.everything()
            if unit.mark and unit.mark.source == node.number
        ]
        if len(children) > 1 or (children and marks):
            name = next((mark.name for mark in marks if mark.name), None)
            text = "\n\n".join(" ".join(unit.text for unit in paragraph) for paragraph in node.draft.paragraphs)
            ids = tuple(record.ids[child.number] for child in children)
            found.append((node.number, Unseen(f"u{len(found) + 1}", name, node.unseen, text, ids)))
    return found


def _took(node: Node, source: int) -> bool:
    return any(parent == source for unit in node.draft.content() for parent, _ in unit.took)


def _relations(record: Record, visible: list[Node]) -> Iterator[tuple[str, str]]:
    """Pairs without a common origin that share a quotation."""
    origins = {node.number: families(node) for node in visible}
    quotes = {node.number: set(_quotations(node)) for node in visible}
    for i, node in enumerate(visible):
        for other in visible[i + 1 :]:
            if not origins[node.number] & origins[other.number] and quotes[node.number] & quotes[other.number]:
                pair = sorted((record.ids[node.number], record.ids[other.number]))
                yield pair[0], pair[1]


def _quotations(node: Node) -> Iterator[str]:
    for unit in node.draft.content():
        for sentence in unit.sentences:
            if len(sentence.split()) >= QUOTE_WORDS or (" " not in sentence and len(sentence) >= 2 * QUOTE_WORDS):
                yield sentence


def _decoys(record: Record, visible: list[Node]) -> Iterator[Decoy]:
    for node in visible:
        for unit in node.draft.everything():
            if unit.mark and unit.mark.decoy and unit.mark.name:
                span = record.pages[node.number].spans[unit.uid]
                yield Decoy(record.ids[node.number], unit.mark.name, unit.mark.decoy, span)


def _credits(record: Record, visible: list[Node], unseen: Mapping[int, Unseen]) -> Iterator[TrueCredit]:
    for node in visible:
        for unit in node.draft.everything():
            mark = unit.mark
            if mark is None or mark.decoy or mark.source == node.number:
                continue
            source = None
            if mark.source is not None:
                known = unseen.get(mark.source)
                source = known.id if known else record.ids.get(mark.source)
            span = record.pages[node.number].spans[unit.uid]
            inherited = mark.source not in node.parents
            yield TrueCredit(record.ids[node.number], mark.name, span, source, inherited)


def _class_of(node: Node, contracted: set[int]) -> ArticleClass:
    content = node.draft.content()
    taken = sum(unit.words for unit in content if any(parent not in contracted for parent, _ in unit.took))
    share = taken / max(1, sum(unit.words for unit in content))
    return "wholly" if share >= WHOLLY else "partly" if share >= PARTLY else "not"
