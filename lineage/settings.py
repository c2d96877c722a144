"""Every tunable once: default, unit, and where the number comes from.

Read from TOML, one table a room:

    [overlap]
    window = 4

Unknown tables and keys are refused, with the nearest known name.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from lineage.dataclass import dataclass
from lineage.errors import SettingsError

T = TypeVar("T")


def tunable(default: T, unit: str, why: str, *, low: float, high: float) -> T:
    """A setting: its default, its unit, the reason for the default, and the range it may have."""
    value: T = field(default=default, metadata={"unit": unit, "why": why, "low": low, "high": high})
    return value


@dataclass(frozen=True, slots=True)
class Overlap:
    """How shared passages are found."""

    window: int = tunable(
        8, "shingles", "recall at 30 shared words with 8 % changed: 12 gives .988, 8 gives .990, 4 gives .997 "
        "at .201, .213 and .362 fingerprints a word", low=1, high=64,
    )  # fmt: skip
    least_words: int = tunable(
        8, "words", "between unrelated months of news 7 of 4,000 pairs share a chain this long, all formulas",
        low=5, high=1000,
    )  # fmt: skip
    least_identity: float = tunable(
        0.8, "share of the longer side", "below it two different sentences on one event pass as one passage",
        low=0.5, high=1.0,
    )  # fmt: skip
    max_holders: int = tunable(
        1000, "articles", "all pairs among more holders of one passage are more than half a million; beyond it "
        "each is paired with one only", low=2, high=1_000_000,
    )  # fmt: skip
    in_memory: int = tunable(
        120_000_000, "fingerprints", "a million articles of 500 words, 1.7 GB until they are joined; more go to "
        "temporary files, which takes a sixth more time", low=1, high=10_000_000_000,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Descent:
    """When shared text becomes a claim that one article took from another."""

    narrated_words: int = tunable(
        25, "words outside quotation marks", "independent reports of one event share formulas of up to 18 words",
        low=1, high=1000,
    )  # fmt: skip
    narrated_words_credited: int = tunable(
        12, "words outside quotation marks", "a line that says where the text is from lets fewer words do",
        low=1, high=1000,
    )  # fmt: skip
    undetermined: float = tunable(
        0.55, "probability", "of the two directions of a linked pair, the share that the better one must have, or the "
        "direction is left open; .67 shows a twentieth fewer edges and is no surer on training stories",
        low=0.5, high=1.0,
    )  # fmt: skip
    wires: float = tunable(
        0.0, "nats", "how much likelier than in the newsrooms that the ledger learnt from it is that an article which "
        "credits no outlet of the input has its text from a source that is not in the input; 2.5 suits papers which "
        "print the same agencies: balanced accuracy .87, not .63, on 115 clusters of German news", low=-6.0, high=6.0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `registry_files` are TOML files that add outlets to those shipped."""

    overlap: Overlap = Overlap()
    descent: Descent = Descent()
    registry_files: tuple[Path, ...] = ()

    @classmethod
    def load(cls, path: str | Path) -> Settings:
        """Read a TOML file. Raises `SettingsError` for bad TOML, unknown keys and values out of range."""
        import tomllib  # few processes read any

        try:
            content = Path(path).read_bytes().decode("utf-8")
            return cls.from_mapping(tomllib.loads(content), where=str(path))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path}: cannot be read as settings in TOML: {error}") from None

    @classmethod
    def from_mapping(cls, content: Mapping[str, Any], *, where: str = "settings") -> Settings:
        """Settings from nested mappings; what is not given keeps its default."""
        settings = cls()
        for name, value in content.items():
            if name == "registry_files":
                if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                    raise SettingsError(f"{where}: registry_files must be a list of file names")
                folder = Path(where).parent
                settings = replace(settings, registry_files=tuple(folder / item for item in value))
                continue
            rooms = {item.name for item in fields(cls)}
            if name not in rooms:
                raise SettingsError(f"{where}: unknown table [{name}]{_nearest(name, rooms)}")
            if not isinstance(value, dict):
                raise SettingsError(f"{where}: {name} must be a table, as in [{name}]")
            settings = replace(settings, **{name: _room(getattr(settings, name), value, f"{where}: [{name}]")})
        return settings

    def changed(self) -> dict[str, Any]:
        """The settings that differ from the defaults, as `room.key: value`."""
        found: dict[str, Any] = {}
        for room in fields(self):
            mine, default = getattr(self, room.name), getattr(Settings(), room.name)
            if room.name == "registry_files":
                if mine:
                    found[room.name] = [str(path) for path in mine]
                continue
            for item in fields(mine):
                if getattr(mine, item.name) != getattr(default, item.name):
                    found[f"{room.name}.{item.name}"] = getattr(mine, item.name)
        return found


def _room(room: Any, values: Mapping[str, Any], where: str) -> Any:
    known = {item.name: item for item in fields(room)}
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f"{where}: unknown key {name}{_nearest(name, known)}")
        default, about = known[name].default, known[name].metadata
        right = isinstance(value, int | float) if isinstance(default, float) else isinstance(value, type(default))
        if not right or (isinstance(value, bool) and not isinstance(default, bool)):
            raise SettingsError(f"{where}: {name} must be of the kind of {default!r}, not {value!r}")
        if not about["low"] <= value <= about["high"]:
            raise SettingsError(
                f"{where}: {name} must lie between {about['low']} and {about['high']} ({about['unit']}), not {value!r}"
            )
    return replace(room, **values)


def _nearest(name: str, known: Mapping[str, Any] | set[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(known))}"
