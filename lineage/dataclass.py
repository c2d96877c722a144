"""`dataclass` as the standard library has it, made in a quarter of the time.

That one writes and compiles up to six functions for each class. A process that answers one question makes a hundred of
these, which would take a fifth of its time, and uses every third. Here only `__init__` is compiled, when it is first
asked for, and the others are the same for all classes. For everyone else, `fields` and `replace` among them, it is a
dataclass.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls: type | None = None, /, **how: bool) -> Any:
        """A decorator; `how` as in the standard library. Of other kinds than `_KINDS` the class is made there."""
        if cls is None:
            return lambda own: dataclass(own, **how)
        return _made(cls, **how) if how in _KINDS else dataclasses.dataclass(**how)(cls)


_NONE = ("ClassVar", "InitVar", "KW_ONLY")  # annotated so, it is no field
_KINDS = ({"frozen": True, "slots": True}, {"frozen": True}, {"slots": True})


def _made(cls: type, *, frozen: bool = False, slots: bool = False) -> type:
    cls.__doc__ = cls.__doc__ or cls.__name__  # else that one writes its signature there, for which it reads much code
    told = cls.__annotations__
    # that one searches each annotation's text for what is no field, which takes half of its time: here it need not
    cls.__annotations__ = {
        name: said if any(map(str(said).__contains__, _NONE)) else object for name, said in told.items()
    }
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    made.__annotations__ = told
    for field in dataclasses.fields(made):
        field.type = told.get(field.name, field.type)
    made.__init__ = _Init(made)
    made._values = attrgetter(*(field.name for field in dataclasses.fields(made)))
    shared = _SHARED | (_FROZEN if frozen else {"__hash__": None}) | (_STATE if frozen and slots else {})
    for name, what in shared.items():
        if name not in cls.__dict__:
            setattr(made, name, what)
    return made  # type: ignore[no-any-return]


class _Init:
    """Stands for the `__init__` of a class until it is asked for."""

    def __init__(self, made: Any) -> None:
        self._made = made

    def __get__(self, instance: object, owner: type) -> Any:
        self._made.__init__ = _init(self._made)
        return self._made.__init__.__get__(instance, owner)


def _init(made: type) -> Any:
    """The `__init__` of a class: each field goes straight to its slot if it has one."""
    given: list[str] = []
    lines: list[str] = []
    known: dict[str, Any] = {"MISSING": dataclasses.MISSING, "set": object.__setattr__}
    slots = "__slots__" in made.__dict__
    for field in dataclasses.fields(made):
        if not field.init:
            continue
        name = value = field.name
        if field.default is not dataclasses.MISSING:
            known[f"default_{name}"] = field.default
            given.append(f"{name}=default_{name}")
        elif field.default_factory is not dataclasses.MISSING:
            known[f"make_{name}"] = field.default_factory
            given.append(f"{name}=MISSING")
            value = f"make_{name}() if {name} is MISSING else {name}"
        else:
            given.append(name)
        if slots:
            known[f"set_{name}"] = getattr(made, name).__set__
        lines.append(f"set_{name}(self, {value})" if slots else f"set(self, {name!r}, {value})")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__(self, {', '.join(given)}):\n " + "\n ".join(lines or ["pass"]), known)
    init = known["__init__"]
    init.__annotations__ = {field.name: field.type for field in dataclasses.fields(made) if field.init}
    return init


def _repr(self: Any) -> str:
    told = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(told)})"


def _eq(self: Any, other: Any) -> Any:
    return self._values(self) == other._values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._values(self))


def _refuse_to_set(self: Any, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


_SHARED = {"__repr__": _repr, "__eq__": _eq}
_FROZEN = {"__hash__": _hash, "__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
_STATE = {"__getstate__": _state, "__setstate__": _set_state}
