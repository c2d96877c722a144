"""What a desk does to text that it takes: the operators.

Every operator works on units in place and says whether it did anything. None leaves traces but those in the words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from corpus.newsroom.bureau.grammar import Choice, Slot
from corpus.newsroom.bureau.levels import Level
from corpus.newsroom.bureau.units import Draft, Unit
from corpus.newsroom.bureau.writing import JOINED, Author, Matter, paragraphs

LEAST = 30  # words: a desk that takes less than this takes nothing
LEAST_BLENDED = 45  # words: of a second source, for the merge to be one
KEEP_FURNITURE = 0.03  # chance that a line of the page is taken along with the text
KEEP_DECOY, KEEP_PHOTO = 0.7, 0.25
SHORTEN = 0.12  # of quotations of two sentences lose one when a text is edited heavily
OPENERS = 0.15  # of additions stand first


@dataclass(slots=True)
class Desk:
    """An author at work on somebody's text. `force` is how heavily this copy is edited: 1 on average."""

    author: Author
    level: Level
    matter: Matter
    done: Counter[str]
    force: float = 1.0

    @property
    def rng(self) -> Random:
        """The story's source of chance."""
        return self.author.rng


def take(desk: Desk, source: Draft, node: int, strip: float) -> Draft:
    """A copy of a draft, every unit marked as taken from `node`; page furniture stays behind, credits mostly."""
    rng, uids = desk.rng, desk.author.uids
    taken: list[list[Unit]] = []
    for paragraph in source.paragraphs:
        units = [unit.copied(next(uids), node) for unit in paragraph if _stays(unit, rng, strip)]
        for unit in units:
            if unit.clause and rng.random() < strip:
                unit.clause, unit.text, unit.mark = "", "", None
                desk.done["credit stripped"] += 1
            elif unit.clause or unit.kind == "credit":
                desk.done["credit inherited"] += 1
        if units:
            taken.append(units)
    title = source.title.copied(next(uids), node) if source.title else None
    dateline = source.dateline
    if dateline and rng.random() < strip:
        dateline = None
    return Draft(title, dateline.copied(next(uids), node) if dateline else None, taken)


def _stays(unit: Unit, rng: Random, strip: float) -> bool:
    if unit.is_content:
        return True
    if unit.kind == "furniture":
        return rng.random() < KEEP_FURNITURE
    if unit.kind == "credit":
        return rng.random() >= strip
    photo = unit.mark is not None and unit.mark.decoy == "photo"
    return rng.random() < (KEEP_PHOTO if photo else KEEP_DECOY)


def trim(desk: Desk, draft: Draft) -> bool:
    """Cut the tail: two tenths to two thirds of the text."""
    words = [sum(unit.words for unit in paragraph) for paragraph in draft.paragraphs]
    budget = max(LEAST * 2.0, sum(words) * desk.rng.uniform(0.35, 0.85))
    kept, total = 0, 0.0
    while kept < len(words) and total < budget:
        total += words[kept]
        kept += 1
    cut = kept < len(words)
    del draft.paragraphs[kept:]
    desk.done["tail trimmed"] += cut
    return cut


def drop(desk: Desk, draft: Draft) -> bool:
    """Leave out units here and there, never the first; whole paragraphs a third of the time."""
    rng, rate = desk.rng, desk.level.drop
    before = sum(map(len, draft.paragraphs))
    kept = draft.paragraphs[:1]
    for paragraph in draft.paragraphs[1:]:
        if rng.random() < rate / 3:
            continue
        if units := [unit for unit in paragraph if rng.random() >= rate * 2 / 3]:
            kept.append(units)
    draft.paragraphs[:] = kept
    dropped = before > sum(map(len, kept))
    desk.done["paragraphs dropped"] += dropped
    return dropped


def reorder(desk: Desk, draft: Draft) -> bool:
    """Move one to three paragraphs elsewhere, the first apart."""
    count = len(draft.paragraphs)
    if count < 3:
        return False
    for _ in range(desk.rng.randint(1, 3)):
        moved = draft.paragraphs.pop(desk.rng.randrange(1, count))
        draft.paragraphs.insert(desk.rng.randrange(1, count), moved)
    desk.done["paragraphs reordered"] += 1
    return True


def paraphrase(desk: Desk, draft: Draft) -> None:
    """Draw choices anew, word whole units in another way, tie and untie sentences."""
    rng, level = desk.rng, desk.level
    redraw, reword = min(0.95, level.redraw * desk.force), min(0.95, level.reword * desk.force)
    for unit in draft.content():
        if unit.kind == "plain" and rng.random() < reword and desk.matter.reword(unit, desk.author):
            desk.done["sentence reworded"] += 1
            continue
        if unit.frame and rng.random() < redraw * 0.5 and not (unit.mark and unit.mark.decoy):
            desk.matter.frame(unit, rng)
            desk.done["attribution moved"] += 1
        if unit.kind == "plain":
            _redraw(desk, unit, redraw)
        elif len(unit.sentences) > 1 and rng.random() < SHORTEN * reword:
            unit.sentences = unit.sentences[:1]
            desk.matter.frame(unit, rng)
            desk.done["quotation shortened"] += 1


def _redraw(desk: Desk, unit: Unit, rate: float) -> None:
    """Draw some of the unit's choices anew, and whether it is tied to the next: from the odds of first writing."""
    rng = desk.rng
    picks = list(unit.picks)
    for i, part in enumerate(unit.template.choices):
        if rng.random() < rate:
            picks[i] = _drawn(unit, part, picks[i], rng)
    if picks != unit.picks:
        unit.picks, unit.text = picks, ""
        desk.done["words replaced"] += 1
    if rng.random() < rate:
        join = rng.randrange(4) if rng.random() < JOINED else -1
        if (join < 0) != (unit.join < 0):
            desk.done["sentences merged" if join >= 0 else "sentence split"] += 1
        unit.join = join


def _drawn(unit: Unit, part: Choice | Slot, pick: int, rng: Random) -> int:
    made = unit.slots.get(part.name) if isinstance(part, Slot) else part
    return made.draw(rng, later=pick >= made.full) if made is not None else pick


def new_lead(desk: Desk, draft: Draft) -> bool:
    """Another wording for the first unit."""
    content = draft.content()
    done = bool(content) and content[0].kind == "plain" and desk.matter.reword(content[0], desk.author)
    desk.done["lead rewritten"] += done
    return done


def restyle(desk: Desk, draft: Draft) -> bool:
    """Put all narration into the house style of the author's outlet; quotations keep their words."""
    for unit in draft.content():
        unit.style, unit.text = desk.author.outlet.style, ""
    if draft.title:
        draft.title.style, draft.title.text = desk.author.outlet.style, ""
    desk.done["house style"] += 1
    return True


def add(desk: Desk, draft: Draft, count: int) -> bool:
    """Up to `count` facts that the text lacks, in the author's own words: at the end, between or before."""
    have = {unit.fact for unit in draft.content()}
    units: list[Unit] = []
    for fact in desk.matter.topics(desk.author):
        if len(units) == count:
            break
        if fact not in have and (unit := desk.matter.tell(desk.author, fact)):
            units.append(unit)
    if not units:
        return False
    made = paragraphs(units, desk.rng)
    where, last = desk.rng.random(), len(draft.paragraphs)
    place = last if where < 0.5 else 0 if where > 1 - OPENERS else desk.rng.randint(min(1, last), last)
    if desk.rng.random() < 0.3:  # scattered, as when a reporter works a text over
        for paragraph in made:
            draft.paragraphs.insert(desk.rng.randint(min(1, last), len(draft.paragraphs)), paragraph)
    else:
        draft.paragraphs[place:place] = made
    desk.done["own reporting added"] += 1
    return True


def blend(desk: Desk, draft: Draft, other: Draft) -> int:
    """Work a block of another source's text into the draft: what it does not have yet. The words that came in."""
    have = {unit.fact for unit in draft.content()}
    fresh = [
        [unit for unit in paragraph if not unit.is_content or unit.fact not in have] for paragraph in other.paragraphs
    ]
    block = [paragraph for paragraph in fresh if any(unit.is_content for unit in paragraph)]
    block = block[: desk.rng.randint(2, 6)]
    words = sum(unit.words for paragraph in block for unit in paragraph if unit.is_content)
    if words < LEAST_BLENDED:
        return 0
    if desk.rng.random() < 0.5:
        place = desk.rng.randint(1, len(draft.paragraphs)) if draft.paragraphs else 0
        draft.paragraphs[place:place] = block
    else:
        for paragraph in block:
            draft.paragraphs.insert(desk.rng.randint(1, max(1, len(draft.paragraphs))), paragraph)
    desk.done["sources merged"] += 1
    return words
