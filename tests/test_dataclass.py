"""The dataclasses that are made sooner are like those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field, fields, replace

import pytest

from lineage.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Mine:
    """Fields of every kind."""

    name: str
    count: int = 3
    parts: list[str] = field(default_factory=list)
    hidden: str = field(default="h", repr=False)
    length: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", len(self.name))


class Plain:
    """The same fields."""

    name: str
    count: int = 3
    parts: list[str] = field(default_factory=list)
    hidden: str = field(default="h", repr=False)
    length: int = field(init=False)

    __post_init__ = Mine.__post_init__


Plain.__qualname__ = "Mine"
Theirs = dataclasses.dataclass(frozen=True, slots=True)(Plain)

GIVEN = [(("a",), {}), (("bc", 4), {}), (("d",), {"parts": ["x"]}), ((), {"name": "e", "count": 0, "hidden": "i"})]


@pytest.mark.parametrize(("values", "named"), GIVEN)
def test_as_the_standard_library_makes_them(values: tuple[str], named: dict[str, object]) -> None:
    mine, theirs = Mine(*values, **named), Theirs(*values, **named)  # type: ignore[arg-type]
    assert repr(mine) == repr(theirs)
    assert [(f.name, f.default, f.init) for f in fields(mine)] == [(f.name, f.default, f.init) for f in fields(theirs)]
    assert dataclasses.asdict(mine) == dataclasses.asdict(theirs)
    assert mine == Mine(*values, **named)  # type: ignore[arg-type]
    assert mine != theirs
    assert mine != replace(mine, count=9)
    assert replace(mine, name="other").length == 5
    assert Mine.__match_args__ == Theirs.__match_args__
    for again in (pickle.loads(pickle.dumps(mine)), copy.copy(mine), copy.deepcopy(mine)):
        assert again == mine
        assert not hasattr(again, "__dict__")
    with pytest.raises(FrozenInstanceError):
        mine.count = 1  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del mine.count
    with pytest.raises(TypeError):
        hash(mine)  # a list has none


def test_each_has_parts_of_its_own() -> None:
    assert Mine("a").parts is not Mine("a").parts


def test_what_is_lacking_or_too_much_is_refused() -> None:
    for values in ((), ("a", 1, [], "h", 2)):
        with pytest.raises(TypeError):
            Mine(*values)


def test_equal_ones_are_one_key() -> None:
    @dataclass(frozen=True, slots=True)
    class Key:
        """A key."""

        name: str
        number: int

    assert {Key("a", 1): 1, Key("a", 1): 2} == {Key("a", 1): 2}
    assert Key("a", 1) != Key("a", 2)


def test_what_a_class_says_itself_holds() -> None:
    @dataclass(frozen=True, slots=True)
    class Short:
        """It tells itself in its own way."""

        name: str

        def __repr__(self) -> str:
            return f"<{self.name}>"

    assert repr(Short("a")) == "<a>"


def test_other_kinds_are_made_by_the_standard_library() -> None:
    @dataclass(slots=True)
    class Counter:
        """It may change."""

        count: int = 0

    counter = Counter()
    counter.count += 1
    assert counter == Counter(1)
