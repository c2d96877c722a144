"""`dataclass` as the standard library has it, made in a third of the time.

That one writes and compiles six functions for each class that is frozen and has slots. A process that answers one
question makes a hundred of these, which would take a fifth of its time. Here only `__init__` is compiled, and the
others are the same for all classes. For everyone else, `fields` and `replace` among them, it is a dataclass.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls: type | None = None, /, **how: bool) -> Any:
        """A decorator; `how` as in the standard library. Of other kinds than `_FROZEN` the class is made there."""
        if cls is None:
            return lambda own: dataclass(own, **how)
        return _frozen(cls) if how == _FROZEN else dataclasses.dataclass(**how)(cls)


_FROZEN = {"frozen": True, "slots": True}


def _frozen(cls: type) -> type:
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    held = dataclasses.fields(made)
    made.__init__ = _init(made, held)
    made._values = attrgetter(*(field.name for field in held))
    for name, shared in _SHARED.items():
        if name not in cls.__dict__:
            setattr(made, name, shared)
    return made  # type: ignore[no-any-return]


def _init(made: type, held: tuple[dataclasses.Field[Any], ...]) -> Any:
    """Its `__init__`: each field goes straight to its slot."""
    given: list[str] = []
    lines: list[str] = []
    known: dict[str, Any] = {"MISSING": dataclasses.MISSING}
    for field in held:
        if not field.init:
            continue
        name = value = field.name
        known[f"set_{name}"] = getattr(made, name).__set__
        if field.default is not dataclasses.MISSING:
            known[f"default_{name}"] = field.default
            given.append(f"{name}=default_{name}")
        elif field.default_factory is not dataclasses.MISSING:
            known[f"make_{name}"] = field.default_factory
            given.append(f"{name}=MISSING")
            value = f"make_{name}() if {name} is MISSING else {name}"
        else:
            given.append(name)
        lines.append(f"set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__(self, {', '.join(given)}):\n " + "\n ".join(lines or ["pass"]), known)
    return known["__init__"]


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


_SHARED = {
    "__repr__": _repr, "__eq__": _eq, "__hash__": _hash, "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete, "__getstate__": _state, "__setstate__": _set_state,
}  # fmt: skip
