"""A story as it spreads: who writes on its own, who takes from whom, who is not in the input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random

from corpus.newsroom.bureau import credits, desk
from corpus.newsroom.bureau.clocks import EDITED_SHARE, delay
from corpus.newsroom.bureau.house import Outlet, OutletKind, hire
from corpus.newsroom.bureau.levels import Level
from corpus.newsroom.bureau.nouns import UnseenKind
from corpus.newsroom.bureau.units import Draft, Mark
from corpus.newsroom.bureau.writing import Author, Matter, fixed, length, write

STAGE_MINUTES = (150.0, 700.0)  # after which the second and third figures are known
ALL_ALONE = 0.08  # of stories: nobody takes from anybody
WIRE_PULL = 3.5  # how much likelier a wire is to be taken from
HUB_PULL = 0.6  # per text already taken from it: the much taken are taken more
THIRD_PARENT = 0.2  # of merges have three parents
SHORTEST_ROOT = 100  # words: what has less left to say is not written
PHOTO, VENUE, MENTION = 0.15, 0.12, 0.05  # of articles
DATELINED = 0.6  # of wire texts open with place and name
CORRECTED = 0.15  # of updates say that something was wrong


@dataclass(slots=True)
class Node:
    """A text of the story. `minute` is when it appeared, `edited` when it was last touched, counted from the event."""

    number: int
    outlet: Outlet
    minute: float
    draft: Draft
    unseen: UnseenKind | None = None
    replaces: int | None = None
    parents: tuple[int, ...] = ()
    edited: float | None = None


@dataclass(slots=True)
class Newsroom:
    """A story in the making. `matter_of` gives what a new root writes about (None when there is no more)."""

    rng: Random
    level: Level
    new_matter: Callable[[], Matter | None]
    nodes: list[Node] = field(default_factory=list)
    matters: dict[int, Matter] = field(default_factory=dict)
    uids: Iterator[int] = field(default_factory=count)
    names: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def visible(self) -> list[Node]:
        """The texts that are in the input."""
        return [node for node in self.nodes if node.unseen is None]

    def spread(self, size: int, independent: bool = False) -> None:
        """Let the story spread until so many texts are in the input; `independent`: nobody takes from anybody."""
        alone = self.rng.random() < ALL_ALONE or independent
        self.root(None if alone else self._kind_of_root(self.level.unseen))
        tries = 0
        while len(self.visible) < size and tries < 20 * size:
            tries += 1
            alone = alone and (independent or tries < 3 * size)  # there may be no more words to write on one's own
            dice = self.rng.random() if not alone else 0.0
            if alone or dice < self.level.alone:
                self.root(None)
            elif (dice := dice - self.level.alone) < self.level.feed:
                self.root(self._kind_of_root(0.9))
            elif (dice := dice - self.level.feed) < self.level.update and self.visible:
                self.update()
            else:
                self.copy()

    def _kind_of_root(self, unseen: float) -> UnseenKind | None:
        if self.rng.random() >= unseen:
            return None
        return self.rng.choices(("wire", "release", "lost"), (0.72, 0.14, 0.14))[0]

    def author(self, outlet: Outlet, minute: float) -> Author:
        """Somebody at the outlet who writes the next text."""
        stage = sum(minute > limit for limit in STAGE_MINUTES)
        return Author(self.rng, self.uids, outlet, len(self.nodes), stage)

    def root(self, unseen: UnseenKind | None) -> None:
        """A text that is taken from nobody; without matter or words for one, none."""
        matter = self.new_matter()
        if matter is None:
            return
        wire = unseen == "wire" or (unseen is None and self.rng.random() < 0.15)
        kind: OutletKind = "wire" if wire else "release" if unseen == "release" else "outlet"
        minute = 5.0 + delay(self.rng)
        author = self.author(hire(self.rng, matter.book, kind, self.names), minute)
        draft = write(matter, author, length(self.rng))
        if sum(unit.words for unit in draft.content()) < SHORTEST_ROOT:
            return
        node = Node(author.node, author.outlet, minute, draft, unseen)
        if wire and self.rng.random() < DATELINED:
            credits.put_credit(draft, author, matter, Mark(author.outlet.name, node.number), "dateline")
        self._file(node, matter)

    def _file(self, node: Node, matter: Matter) -> None:
        self.nodes.append(node)
        self.matters[node.number] = matter

    def pick(self, among: list[Node]) -> Node:
        """A text to take from: wires, and those that others took from, before the rest."""
        taken = Counter(parent for node in self.nodes for parent in node.parents)
        pulls = [
            (WIRE_PULL if node.outlet.kind == "wire" else 1.0) * (1 + HUB_PULL * taken[node.number]) for node in among
        ]
        return self.rng.choices(among, pulls)[0]

    def copy(self) -> None:
        """An outlet takes from one text, or from two or three."""
        if not self.nodes:
            return
        parents = [self.pick(self.nodes)]
        if self.rng.random() < self.level.merge:
            more = 2 if self.rng.random() < THIRD_PARENT else 1
            for _ in range(more):
                others = [node for node in self.nodes if node not in parents]
                if others:
                    parents.append(self.pick(others))
        matter = self.matters[parents[0].number]
        minute = max(parent.minute for parent in parents) + delay(self.rng)
        author = self.author(hire(self.rng, matter.book, "outlet", self.names), minute)
        work = desk.Desk(author, self.level, matter, self.done, self.rng.gammavariate(4.0, 0.25))
        draft = self._edited_copy(work, parents[0])
        if sum(unit.words for unit in draft.content()) < desk.LEAST:
            return
        used = [parents[0]]
        for other in parents[1:]:
            more_work = desk.Desk(author, self.level, self.matters[other.number], self.done, work.force)
            if desk.blend(work, draft, self._edited_copy(more_work, other, whole=False)):
                used.append(other)
        if self.rng.random() < self.level.own:
            desk.add(work, draft, self.rng.choice((1, 2, 2, 3, 4, 6)))
        for parent in used:
            self._credit(work, draft, parent)
        self.done["copy"] += 1
        self._file(Node(author.node, author.outlet, minute, draft, parents=tuple(p.number for p in used)), matter)

    def _edited_copy(self, work: desk.Desk, parent: Node, whole: bool = True) -> Draft:
        """What is left of the parent's text when the desk is done with it."""
        rng, level = self.rng, self.level
        draft = desk.take(work, parent.draft, parent.number, level.strip)
        if whole and rng.random() < level.trim:
            desk.trim(work, draft)
        desk.drop(work, draft)
        if rng.random() < level.reorder:
            desk.reorder(work, draft)
        desk.paraphrase(work, draft)
        if whole and rng.random() < level.lead:
            desk.new_lead(work, draft)
        if rng.random() < level.restyle * 2 * work.author.outlet.restyles:
            desk.restyle(work, draft)
        if draft.title and rng.random() < 0.3 + level.lead:
            work.matter.reword(draft.title, work.author)
        return draft

    def _credit(self, work: desk.Desk, draft: Draft, parent: Node) -> None:
        if self.rng.random() >= min(0.98, self.level.credit * work.author.outlet.credits):
            return
        mark = Mark(parent.outlet.name, parent.number)
        if parent.outlet.kind != "outlet" and self.rng.random() < credits.NOTICE_SHARE:
            credits.notice(draft, work.author, work.matter, mark)
        else:
            credits.credit(draft, work.author, work.matter, mark)
        self.done["credit inserted"] += 1

    def update(self) -> None:
        """A newer version of an outlet's own article: it grows, figures change, now and then something is put right."""
        rng = self.rng
        newer = {node.replaces for node in self.nodes}
        old = rng.choice(
            [node for node in self.visible if rng.random() < 0.2 or node.number not in newer] or self.visible
        )
        matter = self.matters[old.number]
        minute = old.minute + delay(rng) * 2
        author = self.author(old.outlet, minute)
        work = desk.Desk(author, self.level, matter, self.done, 0.4 * rng.gammavariate(2.0, 0.5))
        draft = desk.take(work, old.draft, old.number, 0.02)
        slots = matter.slots(author.stage)
        for unit in [*draft.content(), *([draft.title] if draft.title else [])]:
            if slots and unit.slots and unit.family in self.matters and self.matters[unit.family] is matter:
                unit.slots, unit.text = slots, ""
        if rng.random() < 0.4:
            desk.new_lead(work, draft)
        desk.paraphrase(work, draft)
        if rng.random() < 0.25:
            desk.drop(work, draft)
        if rng.random() < 0.8:
            desk.add(work, draft, rng.randint(1, 6))
        if rng.random() < CORRECTED:
            forms = matter.book.names["corrections"]
            line = credits.expand(rng.choice(forms), rng)
            draft.paragraphs.append([fixed(author, line, "plain")])
            self.done["correction"] += 1
        self.done["update"] += 1
        self._file(Node(author.node, old.outlet, minute, draft, replaces=old.number, parents=(old.number,)), matter)

    def finish(self, headline: Callable[[], str]) -> None:
        """Decoys, pictures, page furniture."""
        for node in self.visible:
            matter = self.matters[node.number]
            author = Author(self.rng, self.uids, node.outlet, node.number, 2)
            self._decoys(node, author, matter)
            if self.rng.random() < node.outlet.furnished:
                self._furnish(node, author, headline)

    def touch(self, rng: Random) -> None:
        """Articles that their outlets touched again later; half of them grew."""
        for node in self.visible:
            if rng.random() < EDITED_SHARE:
                node.edited = node.minute + 30.0 + delay(rng) * 4
                if rng.random() < 0.5:
                    author = Author(rng, self.uids, node.outlet, node.number, 2)
                    desk.add(desk.Desk(author, self.level, self.matters[node.number], self.done), node.draft, 2)

    def _decoys(self, node: Node, author: Author, matter: Matter) -> None:
        rng = self.rng
        if rng.random() < self.level.decoy:
            above = self._above(node.number)
            strangers = [other.outlet.name for other in self.visible if other.number not in above]
            strangers = [name for name in strangers if name != node.outlet.name]
            absent = hire(rng, matter.book, rng.choice(("outlet", "wire")), set(self.names)).name
            name = rng.choice(strangers) if strangers and rng.random() < 0.6 else absent
            credits.put_credit(
                node.draft, author, matter, Mark(name, None, "credit"), rng.choice(("clause", "inline", "end"))
            )
            self.done["decoy credit"] += 1
        if rng.random() < PHOTO:
            credits.photo(node.draft, author, matter)
            self.done["photo credit"] += 1
        if rng.random() < VENUE and credits.venue(node.draft, author, matter, node.outlet.name):
            self.done["interview"] += 1
        if rng.random() < MENTION:
            credits.mention(node.draft, author, matter, rng.choice(self.visible).outlet.name)
            self.done["mention"] += 1

    def _above(self, number: int) -> set[int]:
        found, todo = {number}, [number]
        while todo:
            for parent in self.nodes[todo.pop()].parents:
                if parent not in found:
                    found.add(parent)
                    todo.append(parent)
        return found

    def _furnish(self, node: Node, author: Author, headline: Callable[[], str]) -> None:
        for line in node.outlet.furniture:
            text = line.replace("{outlet}", node.outlet.name).replace("{headline}", headline())
            unit = fixed(author, text, "furniture")
            last = len(node.draft.paragraphs)
            place = last if self.rng.random() < 0.6 else self.rng.randint(min(1, last), last)
            node.draft.paragraphs.insert(place, [unit])
        self.done["page furniture"] += 1
