"""What reaches a terminal: cleaned of control characters, measured in columns, styled only where that is wanted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Escape sequences as a whole (CSI, OSC and other strings), then every control and bidi character left over.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x9b[0-?]*[ -/]*[@-~]|\x1b[ -~]?"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_BLANKS = re.compile(r"\s+")
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
_PLAIN = str.maketrans(
    {"├": "|", "└": "`", "│": "|", "─": "-", "◌": "o", "●": "*", "←": "<-", "·": "-", "–": "-", "—": "-", "…": "...",
     "\u00a0": " ", "“": '"', "”": '"', "’": "'", "█": "#", "×": "x"}
)  # fmt: skip


def clean(text: str) -> str:
    """The text without escape sequences, control and direction characters; line breaks and tabs become blanks."""
    return _BLANKS.sub(" ", _CONTROLS.sub("", _ESCAPES.sub("", text.replace("\n", " ").replace("\t", " ")))).strip()


def columns(text: str) -> int:
    """How many columns a clean text takes: wide East Asian characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf")
        else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )  # fmt: skip


def trim(text: str, width: int) -> str:
    """The text cut to a width in columns, with … where it was cut."""
    if columns(text) <= width:
        return text
    kept = ""
    taken = 0
    for char in text:
        taken += columns(char)
        if taken > width - 1:
            break
        kept += char
    return kept.rstrip() + "…"


def pad(text: str, width: int) -> str:
    """The text with blanks up to a width in columns."""
    return text + " " * max(0, width - columns(text))


def wrap(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most a width in columns, broken at blanks where there are any."""
    line = ""
    for word in text.split(" "):
        while columns(word) > width:
            if line:
                yield line
                line = ""
            cut = next(end for end in range(len(word), 0, -1) if columns(word[:end]) <= width or end == 1)
            yield word[:cut]
            word = word[cut:]
        if line and columns(line) + 1 + columns(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


@dataclass(frozen=True, slots=True)
class Style:
    """How to print: `width` in columns, whether in colour, whether in more than ASCII."""

    width: int = 100
    colour: bool = False
    unicode: bool = True

    def paint(self, text: str, *names: str) -> str:
        """The text in the named styles, or as it is where there is no colour."""
        if not self.colour or not text:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"

    def plain(self, text: str) -> str:
        """The text with its drawing characters in ASCII where more cannot be shown."""
        return text if self.unicode else text.translate(_PLAIN)
