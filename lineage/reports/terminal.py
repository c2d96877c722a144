"""What reaches a terminal: cleaned of control characters, measured in columns, styled only where that is wanted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from lineage.dataclass import dataclass
from lineage.patterns import pattern

# Escape sequences as a whole: CSI, then OSC and the other strings up to their end, then what else begins with ESC.
_ESCAPES = pattern(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x9b[0-?]*[ -/]*[@-~]|\x1b[ -~]?"
)
# Controls that are no blanks, marks of direction, zero-width characters but the joiners that scripts need, tags.
_CONTROLS = pattern(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SURROGATES = pattern(r"[\ud800-\udfff]")  # no terminal and no UTF-8 takes them
_BREAKING = pattern(r"[^\S\u00a0\u202f]+")  # a no-break blank holds a number and its unit together
_SIGNS = frozenset("←→│├└─◌·[]{}\x1b")  # which we write between names and texts
_RIGHT_TO_LEFT = pattern("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_CODES = {"bold": "1", "dim": "2", "underline": "4", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_PLAIN = str.maketrans(
    {"├": "|", "└": "`", "│": "|", "─": "-", "◌": "o", "←": "<-", "·": "-", "–": "-", "—": "-", "…": "...",
     "\u00a0": " ", "\u202f": " ", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "█": "#", "×": "x"}
)  # fmt: skip


def clean(text: str) -> str:
    """The text on one line: without escape sequences, control and direction characters; breaks become blanks."""
    if text.isascii() and text.isprintable():  # the common case, quickly
        return " ".join(text.split())
    bare = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _ESCAPES.sub("", text)))
    return _BREAKING.sub(" ", bare).strip()


def columns(text: str) -> int:
    """How many columns a clean text takes: wide East Asian characters two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":  # jamo join the one before
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def trim(text: str, width: int) -> str:
    """The text cut to a width in columns, with … where it was cut."""
    if columns(text) <= width:
        return text
    return next(_cut(text, width - 1), "").rstrip() + "…"


def pad(text: str, width: int) -> str:
    """The text with blanks up to a width in columns."""
    return text + " " * max(0, width - columns(text))


def wrap(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most a width in columns, broken at blanks where there are any. Linear in the text."""
    line: list[str] = []
    taken = 0
    for word in text.split(" "):
        size = columns(word)
        if line and taken + 1 + size > width:
            yield " ".join(line)
            line, taken = [], 0
        if size > width:
            *full, word = _cut(word, width)
            yield from full
            size = columns(word)
        taken += size + bool(line)
        line.append(word)
    yield " ".join(line)


def _cut(text: str, width: int) -> Iterator[str]:
    """The text in pieces of at most a width in columns (one character at least)."""
    start = taken = 0
    for at, char in enumerate(text):
        size = _columns(char)
        if taken + size > width and at > start:
            yield text[start:at]
            start, taken = at, 0
        taken += size
    yield text[start:]


def isolated(line: str) -> str:
    """The line with every run of words from right to left between marks that keep it to itself (RLI, PDI).

    Without them a terminal that turns such words round turns what stands between two of them round as well: of "A ← B"
    it would show that B took from A, and of two columns the right one on the left. A run ends at our own signs, at two
    blanks, and at words from left to right.
    """
    pieces: list[str] = []
    done = start = last = -1  # what is written; the first and the last character of the run

    def end() -> None:
        nonlocal done, start
        if start >= 0:
            pieces.extend((line[max(done, 0) : start], "\u2067", line[start : last + 1], "\u2069"))
            done, start = last + 1, -1

    for at, char in enumerate(line):
        kind = unicodedata.bidirectional(char)
        if kind in ("R", "AL"):
            start, last = (at if start < 0 else start), at
        elif (kind == "NSM" or char == "…") and last == at - 1:
            last = at
        elif kind == "L" or char in _SIGNS or (char == " " and line[at - 1 : at] == " "):
            end()
    end()
    return "".join(pieces) + line[max(done, 0) :]


@dataclass(frozen=True, slots=True)
class Style:
    """How to print: `width` in columns, whether in colour, whether in more than ASCII."""

    width: int = 100
    colour: bool = False
    unicode: bool = True

    def paint(self, text: str, *names: str) -> str:
        """The text in the named styles, or as it is where there is no colour."""
        if not self.colour or not text or not names:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"

    def plain(self, text: str) -> str:
        """The text with its drawing characters and quotation marks in ASCII where more cannot be shown."""
        return text if self.unicode else text.translate(_PLAIN)

    def page(self, text: str) -> str:
        """Lines as they are printed: plain where they must be, with words from right to left kept to themselves."""
        if not self.unicode or not _RIGHT_TO_LEFT.search(text):
            return self.plain(text)
        return "\n".join(map(isolated, text.split("\n")))
