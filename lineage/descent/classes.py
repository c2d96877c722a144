"""How far each article is derived: wholly, partly or not, and what it has of each text above it, with the credit.

The classes are those of METER (Gaizauskas and others 2001), which asks how much of an article's content came from
elsewhere, in the same or in other words. So what counts is the stretch that two texts share, with the small changes
in it, and not the equal words alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lineage.descent.witness import Mask, Witness
from lineage.model import ArticleClass, Credit, CreditState, Derivation, Overlap, Share, Source, Span

# Of an article's body. METER's annotators called an article wholly derived that had little of its own; reworded
# sentences are not always found, so the line lies lower than theirs: .6 to .8 do equally well on generated stories.
WHOLLY = 0.7

Keys = frozenset[str]


class Ancestry:
    """What stands above the articles, with the stretches that they have of each other."""

    def __init__(
        self,
        witnesses: Sequence[Witness],
        overlaps: Sequence[Overlap],
        derivations: Sequence[Derivation],
        sources: Sequence[Source],
    ) -> None:
        self.witnesses = {witness.article.id: witness for witness in witnesses}
        self.stretches: dict[str, dict[str, list[Span]]] = {id: {} for id in self.witnesses}
        for overlap in overlaps:
            self.stretches[overlap.a][overlap.b] = [passage.a for passage in overlap.passages]
            self.stretches[overlap.b][overlap.a] = [passage.b for passage in overlap.passages]
        self.parents: dict[str, dict[str, float]] = {}
        for claim in derivations:
            self.parents.setdefault(claim.child, {})[claim.parent] = claim.probability
        self.sources: dict[str, list[Source]] = {}
        self.children = {source.id: frozenset(source.children) for source in sources}
        self.named = {source.id: self._named(source) for source in sources}
        for source in sources:
            for child in source.children:
                self.sources.setdefault(child, []).append(source)

    def classes(self) -> dict[str, ArticleClass]:
        """Whether each article is wholly, partly or not derived from what stands above it.

        An article whose only source nobody else has is wholly derived: it says so, and nothing says otherwise.
        """
        result: dict[str, ArticleClass] = {}
        for id, witness in self.witnesses.items():
            parents, sources = self.parents.get(id, {}), self.sources.get(id, [])
            others = frozenset(parents).union(*(self.children[source.id] for source in sources)) - {id}
            share = witness.count(self._taken(id, others) & witness.body) / max(1.0, witness.words)
            if not parents and not sources:
                result[id] = "not"
            else:
                result[id] = "wholly" if share >= WHOLLY or not others else "partly"
        return result

    def shares(self) -> Iterator[Share]:
        """What every article has of the articles and sources above it: articles in their order, the most probable text
        first.

        Of a source that is not in the input, that is what the article shares with the others that took from it;
        nothing is known of one that no other took from.
        """
        for id, witness in self.witnesses.items():
            above = [(p, parent, frozenset([parent])) for parent, p in self.parents.get(id, {}).items()]
            above += [(s.probability[id], s.id, self.children[s.id] - {id}) for s in self.sources.get(id, ())]
            named = frozenset(_key(credit) for credit in witness.credits)
            keys = {name: self._keys(name) for _, name, _ in above}
            known = frozenset[str]().union(*(right for right, _ in keys.values()))
            for _, name, others in sorted(above, key=lambda entry: (-entry[0], entry[1])):
                words = witness.count(self._taken(id, others) & witness.narrated)
                share = min(1.0, words / max(1.0, witness.narration)) if others else None
                used = self._used(id, name) if name in self.witnesses else None
                state = _state(named, *keys[name], known)
                yield Share(id, name, round(words) if others else None, share, used, state)

    def _taken(self, id: str, others: Collection[str]) -> Mask:
        """The words of an article that stand in stretches of some others."""
        witness = self.witnesses[id]
        mask = 0
        near = self.stretches[id]
        for other in others if len(others) < len(near) else near:
            if other in others and other in near:
                mask |= witness.mask(near[other])
        return mask

    def _used(self, id: str, parent: str) -> float:
        """The share of a parent's narration that stands in the article."""
        source = self.witnesses[parent]
        kept = source.count(self._taken(parent, {id}) & source.narrated)
        return min(1.0, kept / max(1.0, source.narration))

    def _keys(self, name: str) -> tuple[Keys, bool]:
        """What names a text above an article, or a text that stands behind that, and whether a credit came with it."""
        if name in self.witnesses:
            waiting, seen = [name], set[str]()
            found: set[str] = set()
            while waiting:
                above = waiting.pop()
                if above not in seen:
                    seen.add(above)
                    found |= {self.witnesses[above].outlet or ""} - {""}
                    waiting += self.parents.get(above, {})
            carried = {_key(credit) for credit in self.witnesses[name].credits}
            return frozenset(found | carried), bool(carried)
        return self.named[name]

    def _named(self, source: Source) -> tuple[Keys, bool]:
        """What names a source, and whether an article that took from it does."""
        credits = [credit for child in source.children for credit in self.witnesses[child].credits]
        own = {_key(credit) for credit in credits if credit.name == source.name}
        return frozenset(own or {(source.name or "").casefold()}), bool(own)


def _key(credit: Credit) -> str:
    """What a credit names; empty for a notice that names nobody."""
    return credit.outlet or (credit.name or "").casefold()


def _state(named: Keys, right: Keys, carried: bool, known: Keys) -> CreditState:
    """How an article credits a text, given whom it names, who is right, and who is right for another text above it."""
    if named & right:
        return "present"
    if named - known:
        return "elsewhere"
    return "stripped" if carried and not named else "absent"
