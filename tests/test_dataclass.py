"""The dataclasses that are made sooner are like those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, field, fields, replace
from functools import cached_property
from typing import Any, ClassVar

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


def pair(**how: bool) -> tuple[Any, Any]:
    """The same class made here and by the standard library."""
    made = []
    for decorator in (dataclass(**how), dataclasses.dataclass(**how)):

        class Thing:
            """A thing."""

            name: str
            count: int = 3
            parts: list[str] = field(default_factory=list)
            kinds: ClassVar[tuple[str, ...]] = ("a", "b")

        made.append(decorator(Thing))
    return made[0], made[1]


KINDS: list[dict[str, bool]] = [
    {"frozen": True, "slots": True}, {"frozen": True}, {"slots": True}, {}, {"slots": True, "eq": False},
]  # fmt: skip


@pytest.mark.parametrize("how", KINDS, ids=str)
def test_every_kind_is_as_the_standard_library_makes_it(how: dict[str, bool]) -> None:
    mine, theirs = pair(**how)
    signatures = [inspect.signature(made).parameters.values() for made in (mine, theirs)]  # before one is made
    told = [[(p.name, p.annotation, p.kind, p.default is p.empty) for p in parameters] for parameters in signatures]
    assert told[0] == told[1]
    assert [(f.name, f.type) for f in fields(mine)] == [(f.name, f.type) for f in fields(theirs)]
    assert mine.__annotations__ == theirs.__annotations__
    one, other = mine("a", parts=["x"]), theirs("a", parts=["x"])
    assert repr(one) == repr(other)
    assert hasattr(one, "__dict__") == hasattr(other, "__dict__") == ("slots" not in how)
    assert (one == mine("a", 3, ["x"])) == (other == theirs("a", 3, ["x"]))
    assert one != mine("b", 3, ["x"])
    assert (mine.__hash__ is None) == (theirs.__hash__ is None)
    assert replace(one, count=4).count == 4
    assert copy.copy(one).parts is one.parts
    assert copy.deepcopy(one).parts == ["x"]
    for thing in (one, other):
        if "frozen" in how:
            with pytest.raises(FrozenInstanceError):
                thing.count = 5
        else:
            thing.count = 5
            assert thing.count == 5


def test_what_is_worked_out_once_is_kept_beside_the_fields() -> None:
    @dataclass(frozen=True)
    class Word:
        """A word."""

        name: str

        @cached_property
        def letters(self) -> list[str]:
            return list(self.name)

    word = Word("ab")
    assert word.letters is word.letters
    assert word == Word("ab")


def test_threads_that_make_the_first_ones_at_once_all_get_theirs() -> None:
    for _ in range(50):
        mine, _ = pair(slots=True)
        with ThreadPoolExecutor(4) as pool:
            assert [thing.name for thing in pool.map(mine, "abcd")] == list("abcd")


def test_a_class_that_goes_on_from_another_has_its_init() -> None:
    base, _ = pair(frozen=True)

    class More(base):  # type: ignore[misc]
        """No dataclass itself."""

    assert More("a").count == 3
    assert isinstance(More("a"), base)
