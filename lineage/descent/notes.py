"""The words of a ledger's rows: what each group of features saw of a pair."""

from __future__ import annotations

from lineage.descent.evidence import Link, clock, credit, tail
from lineage.descent.family import Family
from lineage.descent.features import Story
from lineage.model import Reason
from lineage.reports.wording import percent


def explained(story: Story, parent: int, child: int, found: Link) -> dict[str, Reason]:
    """A row without weight for each group of features, with a note and where it can be seen."""
    one, other = story.witnesses[parent], story.witnesses[child]
    mine, theirs = other.called, one.called
    in_child = story.count(child, found.in_other) / max(1.0, other.narration)
    in_parent = story.count(parent, found.in_one) / max(1.0, one.narration)
    spans = tuple(p.b for p in found.passages), tuple(p.a for p in found.passages)
    return {
        "text": Reason(
            "text",
            0.0,
            f"they share {found.narrated:.0f} words of narration: {percent(in_child)} of {mine}, "
            f"{percent(in_parent)} of {theirs}",
            *spans,
        ),
        "credit": _credits(story, parent, child),
        "wire": Reason("wire", 0.0, _wires(story, parent, child)),
        "tail": tail(found) or Reason("tail", 0.0, "neither goes on much longer than the other after what they share"),
        "size": Reason("size", 0.0, f"{mine} has {other.words:.0f} words, {theirs} {one.words:.0f}"),
        "rivals": Reason("rivals", 0.0, _rivals(story, parent, child)),
        "readings": Reason("readings", 0.0, _readings(story, parent, child)),
        "own": Reason(
            "own",
            0.0,
            f"{percent(story.own[child])} of {mine} and {percent(story.own[parent])} of {theirs} stand nowhere else",
        ),
        "told": Reason("told", 0.0, _told(story, parent, child)),
    }


def relatives(family: Family, parent: int, child: int) -> dict[str, Reason]:
    """A row without weight for each group that the second round adds."""
    story = family.story
    one, other = story.witnesses[parent], story.witnesses[child]
    rival = next((number for _, number in family.above[child] if number != parent), None)
    note = "no other article is a likely source"
    if family.behind[child] > 0:
        note = "a text that is not in the input may be the source"
    elif rival is not None and family.first[rival, child] > 0:
        note = f"{story.witnesses[rival].called} may be the source as well"
    told = clock(one, other, story.now) or Reason("clock", 0.0, "no clock tells")
    return {"story": Reason("story", 0.0, note), "clock": told}


def _credits(story: Story, parent: int, child: int) -> Reason:
    one, other = story.witnesses[parent], story.witnesses[child]
    for credited, crediting in ((one, other), (other, one)):
        if row := credit(credited, crediting, by_child=credited is one):
            return row
    others = sorted(_called(story, child, o) for o in story.others[child] - {one.outlet} if o)
    if others:
        return Reason(
            "credit", 0.0, f"{other.called} does not credit {one.article.outlet or one.called}, but {', '.join(others)}"
        )
    return Reason("credit", 0.0, "neither credits the other")


def _wires(story: Story, parent: int, child: int) -> str:
    both = story.declares[parent] & story.declares[child]
    if both:
        return f"both say that their text is from {_called(story, child, min(both))}"
    for number in (child, parent):
        if story.declares[number]:
            feed = _called(story, child, min(story.declares[number]))
            return f"{story.witnesses[number].called} says that its text is from {feed}"
    near = story.declaring[child] or story.declaring[parent]
    return "neither names an agency, but an article that shares their text does" if near else "no agency is named"


def _rivals(story: Story, parent: int, child: int) -> str:
    other = story.witnesses[child]
    held, best = story.held[child], story.rival(child, parent)
    shared = held[parent]
    if best is None:
        return f"no other article has words of {other.called}"
    order = "more" if held[best] > shared else "fewer" if held[best] < shared else "as many"
    counts = f"{held[best]:.0f} against {shared:.0f}"
    return f"{story.witnesses[best].called} holds {order} of the words of {other.called} ({counts})"


def _readings(story: Story, parent: int, child: int) -> str:
    thirds = story.thirds(parent, child)
    if not thirds:
        return "no third article has text of both"
    pair, back = story.masks[child, parent], story.masks[parent, child]
    mine = max(story.count(child, story.masks[child, k] & ~pair) * story.bears_out(k, child) for k in thirds)
    theirs = max(story.count(parent, story.masks[parent, k] & ~back) * story.bears_out(k, parent) for k in thirds)
    first, second = story.witnesses[child].called, story.witnesses[parent].called
    parts = [
        f"{words:.0f} words of {has} that {lacks} lacks"
        for words, has, lacks in ((mine, first, second), (theirs, second, first))
        if words >= 1
    ]
    if not parts:
        return "third articles have no more of the one than of the other"
    return f"a third article has up to {' and up to '.join(parts)}"


def _told(story: Story, parent: int, child: int) -> str:
    mine, theirs = story.witnesses[child].called, story.witnesses[parent].called
    held, nearest = story.sentences.share(child, parent)
    if not held:
        return f"no sentence of {mine} tells what one of {theirs} does"
    return f"{percent(held)} of {mine} tells what {theirs} tells, {percent(nearest)} most nearly as it does"


def _called(story: Story, number: int, key: str) -> str:
    """How an outlet or wire is called by an article's input: by its id or, if no registry knows it, its name in small
    letters.
    """
    if not key:
        return "an agency"
    here = [story.witnesses[other] for other in story.beside[number]]
    own = (witness.called for witness in here if witness.outlet == key)
    said = (c.name for w in here for c in w.credits if c.name and key in (c.outlet, c.name.casefold()))
    return next(own, None) or next(said, key)
