"""Groups that grow by joining: a disjoint-set forest with path halving (Tarjan and van Leeuwen 1984)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Member = TypeVar("Member", bound=Hashable)


class Groups(Generic[Member]):
    """Members in groups; a member that was never joined is alone."""

    def __init__(self, pairs: Iterable[tuple[Member, Member]] = ()) -> None:
        self._leader: dict[Member, Member] = {}
        for one, other in pairs:
            self.join(one, other)

    def find(self, member: Member) -> Member:
        """The member that stands for the group of `member`."""
        leader = self._leader
        while (above := leader.setdefault(member, member)) != member:
            leader[member] = leader[above]
            member = leader[member]
        return member

    def join(self, one: Member, other: Member) -> bool:
        """Make one group of two; False if they were one already."""
        first, second = self.find(one), self.find(other)
        self._leader[first] = second
        return first != second

    def of(self, members: Iterable[Member]) -> list[list[Member]]:
        """The groups of some members, in their order."""
        groups: dict[Member, list[Member]] = {}
        for member in members:
            groups.setdefault(self.find(member), []).append(member)
        return list(groups.values())
