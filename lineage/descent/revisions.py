"""What is measured between two versions of one owner's text: the numbers that tell which is the newer.

Each feature belongs to a group, the part of its name before the dot; a group is a row of the ledger. All are seen from
`old` to `new`; where a feature has a sign, exchanging the two versions turns it round.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import NamedTuple

from lineage.dataclass import dataclass
from lineage.patterns import pattern
from lineage.text.phrases import lower

# In the order of the columns; a sign tells in which direction a feature may move the log odds of "new is the newer".
FEATURES: Mapping[str, int] = {
    "growth.length": 0, "growth.balance": 0, "growth.added": 0, "growth.removed": 0,
    "growth.only": 0, "growth.words": 0, "growth.replaced": 0, "growth.longest": 0,
    "dates.latest": 1, "dates.changed": 1, "dates.number": 0, "dates.years": 1,
    "said.said": 1,
    "layout.links": 0, "layout.secure": 1, "layout.lines": 0, "layout.headings": 0,
    "spelling.commoner": 1, "spelling.longer": 0, "spelling.capitals": 0, "spelling.signs": 0,
    "figures.greater": 0,
    "place.end": 0, "place.start": 0, "place.centre": 0,
}  # fmt: skip
_TOKEN = pattern(r"[\u2e80-\u9fff]|\w+|[^\w\s]")
_FOUR = pattern(r"\d\d\d\d")  # three times as quick as with a count
_YEAR = pattern(r"(?<![\d.,/-])(?:19[5-9]|20[0-9])\d(?![\d,])")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero", "february feb februar février febrero",
            "march mar märz mars marzo", "april apr avril abril", "may mai mayo", "june jun juni juin junio",
            "july jul juli juillet julio", "august aug août agosto",
            "september sep sept septembre septiembre", "october oct oktober octobre octubre",
            "november nov novembre noviembre", "december dec dezember décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=lambda name: (-len(name), name)))
_DATE = pattern(
    rf"\b(?P<m1>{_MONTH})\.? (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y1>\d{{4}})\b"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.)? (?:de )?(?P<m2>{_MONTH})\.?,? (?:de )?(?P<y2>\d{{4}})\b"
    r"|\b(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2})\b",
    re.IGNORECASE,
)
_SAID = pattern(  # what a text says of its own change
    r"\b(?:updates?|updated|corrections?|corrected|clarification|an earlier version|a previous version|"
    r"previously (?:stated|said|known)|formerly|renamed|no longer|aktualisiert|korrektur|berichtigung|"
    r"in einer früheren|mis à jour|rectificatif|correctif|actualizado|corrección|fe de errores)\b"
    r"|تحديث|تصحيح|更新|更正|अपडेट",
    re.IGNORECASE,
)
_SAYS = (  # one of these stands, in lower case, in whatever that pattern finds
    *("update", "correct", "clarification", "earlier version", "previous", "formerly", "renamed", "no longer"),
    *("aktualisiert", "korrektur", "berichtigung", "früheren", "mis à jour", "rectificatif", "actualizado"),
    *("corrección", "fe de errores", "تحديث", "تصحيح", "更新", "更正", "अपडेट"),
)
_LINKS = ("http", "](", "www.")  # the same of that pattern
_LINK = pattern(r"https?://|\]\(|\bwww\.", re.IGNORECASE)
_SECURE = pattern(r"https://", re.IGNORECASE)
_HEADING = pattern(r"^\s{0,3}#{1,6} ?\S", re.MULTILINE)
FIGURES = 7  # of a number: longer ones are no counts
ALIKE = 0.75  # likeness (Indel) from which two words are spellings of one
SPELT = 4  # characters: of shorter words any two are alike


@dataclass(frozen=True)
class Version:
    """A text with what is counted in it once."""

    text: str
    tokens: list[str] = field(init=False)
    counts: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tokens", _TOKEN.findall(self.text))
        object.__setattr__(self, "counts", Counter(self.tokens))

    @cached_property
    def _has_years(self) -> bool:
        """Whether four figures stand together anywhere, as in every date and year: that is quickly told."""
        return _FOUR.search(self.text) is not None

    @cached_property
    def dates(self) -> frozenset[int]:
        """The days that it names, as year * 10000 + month * 100 + day."""
        found = _DATE.finditer(self.text) if self._has_years else ()
        return frozenset(day for one in found if (day := _day(one)))

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that it names."""
        return frozenset(int(found.group()) for found in _YEAR.finditer(self.text)) if self._has_years else frozenset()

    @cached_property
    def tallies(self) -> dict[str, int]:
        """How often something stands in it."""
        text, lowered = self.text, lower(self.text)
        return {
            "said": len(_SAID.findall(text)) if any(hint in lowered for hint in _SAYS) else 0,
            "links": len(_LINK.findall(text)) if any(hint in lowered for hint in _LINKS) else 0,
            "secure": len(_SECURE.findall(text)) if "https://" in lowered else 0,
            "lines": sum(1 for line in text.split("\n") if line.strip()),
            "headings": len(_HEADING.findall(text)),
        }

    @cached_property
    def signs(self) -> int:
        """How many of its tokens are signs."""
        return sum(count for token, count in self.counts.items() if not token[0].isalnum())


def _day(found: re.Match[str]) -> int:
    parts = found.groupdict()
    for number in "123":
        if parts[f"y{number}"]:
            month = parts[f"m{number}"].casefold()
            m = int(month) if month.isdigit() else _MONTHS[month]
            year, day = int(parts[f"y{number}"]), int(parts[f"d{number}"])
            return year * 10000 + m * 100 + day if 1 <= m <= 12 and 1 <= day <= 31 and 1950 <= year < 2100 else 0
    return 0


class Step(NamedTuple):
    """At one place `out` was taken out of the old version, at word `at`, and `put` put into the new one, at `to`."""

    out: Sequence[str]
    put: Sequence[str]
    at: int
    to: int

    def figures(self) -> Iterator[tuple[int, int]]:
        """Figures that took the place of others."""
        if self.out and self.put:
            yield from zip(map(int, filter(_is_figure, self.out)), map(int, filter(_is_figure, self.put)), strict=False)


@dataclass(frozen=True)
class Change:
    """What was taken out and put in on the way from one version to another: the longest common subsequence is left.

    `shared` are the words and signs that both have, wherever they stand.
    """

    old: Version
    new: Version
    steps: Sequence[Step]
    shared: int

    @classmethod
    def between(cls, old: Version, new: Version) -> Change:
        """Compare two versions, by rapidfuzz, which is slow to import: most stories have none."""
        from rapidfuzz.distance import Indel

        steps: list[Step] = []
        end = (-1, -1)
        for step in () if old.text == new.text else Indel.opcodes(old.tokens, new.tokens):
            if step.tag == "equal":
                continue
            at, to = step.src_start, step.dest_start
            if end == (at, to):
                at, to = steps[-1].at, steps[-1].to
                steps.pop()
            end = (step.src_end, step.dest_end)
            steps.append(Step(old.tokens[at : end[0]], new.tokens[to : end[1]], at, to))
        shared = sum(min(count, own) for token, count in new.counts.items() if (own := old.counts.get(token)))
        return cls(old, new, steps, shared)

    @cached_property
    def reversed(self) -> Change:
        """The same change, if the new version were the old one."""
        steps = [Step(step.put, step.out, step.to, step.at) for step in self.steps]
        return Change(self.new, self.old, steps, self.shared)

    @property
    def distance(self) -> int:
        """Words and signs that one of the two has and the other lacks, wherever they stand."""
        return len(self.old.tokens) + len(self.new.tokens) - 2 * self.shared

    def features(self) -> list[float]:
        """The numbers, in the order of `FEATURES`."""
        return [*self.growth(), *self.blocks(), *_dates(self.old, self.new), *self.counted(), *self.spelling(),
                self.figures(), *self.place()]  # fmt: skip

    def sides(self) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
        """The blocks that were put in, and those that were taken out."""
        return [step.put for step in self.steps if step.put], [step.out for step in self.steps if step.out]

    def respelt(self) -> Iterator[tuple[str, str]]:
        """Words that took the place of the same word in another spelling."""
        for step in self.steps:
            if len(step.out) == len(step.put):
                for one, other in zip(step.out, step.put, strict=True):
                    if one != other and one[0].isalpha() and other[0].isalpha() and _one_word(one, other):
                        yield one, other

    def growth(self) -> list[float]:
        added, removed = len(self.new.tokens) - self.shared, len(self.old.tokens) - self.shared
        size = math.log((len(self.new.tokens) + 10) / (len(self.old.tokens) + 10))
        return [size, (added - removed) / (added + removed + 2), math.log1p(added), math.log1p(removed)]

    def blocks(self) -> list[float]:
        """What was put in against what was taken out: stretches, their words, those replaced, the longest of either."""
        into = [len(step.put) for step in self.steps if not step.out]
        gone = [len(step.out) for step in self.steps if not step.put]
        changed = [len(step.put) - len(step.out) for step in self.steps if step.out and step.put]
        only, words = len(into) - len(gone), sum(into) - sum(gone)
        longest = math.log((max(into, default=0) + 3) / (max(gone, default=0) + 3))
        return [
            only / (len(into) + len(gone) + 1),
            words / (sum(into) + sum(gone) + 2),
            sum(changed) / (sum(map(abs, changed)) + 2),
            longest,
        ]

    def counted(self) -> list[float]:
        old, new = self.old.tallies, self.new.tallies
        grown = {name: new[name] - old[name] for name in new}
        return [
            _capped(grown["said"]), _capped(grown["links"]), _capped(grown["secure"]), _capped(grown["lines"], 10),
            _capped(grown["headings"]),
        ]  # fmt: skip

    def spelling(self) -> list[float]:
        """Spellings put in place of others: is the new one commoner, longer, in more capitals; and signs put in."""
        commoner = longer = capitals = 0.0
        for one, other in self.respelt():
            if one.casefold() == other.casefold():
                capitals += sum(map(str.isupper, other)) - sum(map(str.isupper, one))
            else:
                common = [self.old.counts[word] + self.new.counts[word] for word in (one, other)]
                commoner += math.log(common[1] / common[0])
                longer += len(other) - len(one)
        return [max(-3.0, min(3.0, commoner)), _capped(longer), _capped(capitals), _capped(self.signs())]

    def signs(self) -> int:
        """Signs put in, less those taken out."""
        return self.new.signs - self.old.signs

    def figures(self) -> float:
        """Figures put in place of others: how many are greater, less those that are smaller."""
        greater = 0
        for step in self.steps:
            greater += sum(_sign(after, before) for before, after in step.figures())
        return _capped(greater)

    def place(self) -> list[float]:
        """Words put in at the end and at the start less those taken out there; where the middle of both lies."""
        end = start = 0
        if self.steps:
            one, last = self.steps[0], self.steps[-1]
            if one.at == one.to == 0:
                start = len(one.put) - len(one.out)
            ends = last.at + len(last.out), last.to + len(last.put)
            if ends == (len(self.old.tokens), len(self.new.tokens)):
                end = len(last.put) - len(last.out)
        into = [(step.to + len(step.put) / 2, len(step.put)) for step in self.steps if step.put]
        gone = [(step.at + len(step.out) / 2, len(step.out)) for step in self.steps if step.out]
        centre = _mean(into) / (len(self.new.tokens) + 1) - _mean(gone) / (len(self.old.tokens) + 1)
        return [_capped(end, 50), _capped(start, 50), centre if into and gone else 0.0]


def _one_word(one: str, other: str) -> bool:
    from rapidfuzz.distance import Indel

    alike = min(len(one), len(other)) >= SPELT and Indel.normalized_similarity(one, other) >= ALIKE
    return alike or one.casefold() == other.casefold()


def _dates(old: Version, new: Version) -> list[float]:
    into, gone = new.dates - old.dates, old.dates - new.dates
    latest = _sign(max(new.dates, default=0), max(old.dates, default=0)) if old.dates and new.dates else 0
    changed = _sign(max(into), max(gone)) if into and gone else 0
    years = max(new.years, default=0) - max(old.years, default=0) if old.years and new.years else 0
    return [latest, changed, _capped(len(new.dates) - len(old.dates)), max(-3, min(3, years))]


def _sign(one: int, other: int) -> int:
    return (one > other) - (one < other)


def _is_figure(word: str) -> bool:
    return word.isdigit() and word.isascii() and len(word) <= FIGURES


def _capped(number: float, most: float = 5) -> float:
    return max(-most, min(most, number))


def _mean(weighted: Sequence[tuple[float, int]]) -> float:
    total = sum(weight for _, weight in weighted)
    return sum(place * weight for place, weight in weighted) / total if total else 0.0


def note(group: str, change: Change) -> str:
    """What a group of features saw, in words: of the version that is taken for the newer, against the other."""
    return _NOTES[group](change)


def _growth(change: Change) -> str:
    into, gone = (sum(len(words) for words in side) for side in change.sides())
    grown = len(change.new.tokens) - len(change.old.tokens)
    size = f"{abs(grown)} words and signs {'longer' if grown > 0 else 'shorter'}" if grown else "as long"
    return f"it is {size}: {into} were put in and {gone} taken out"


def _named(change: Change) -> str:
    days = [max(version.dates, default=0) for version in (change.new, change.old)]
    years = [max(version.years, default=0) for version in (change.new, change.old)]
    latest = [_iso(day) if day else str(year or "") for day, year in zip(days, years, strict=True)]
    if not any(latest):
        return "neither names a date"
    if latest[0] == latest[1]:
        return f"the latest date that both name is {latest[0]}"
    return f"the latest date it names is {latest[0] or 'none'}, the other's {latest[1] or 'none'}"


def _iso(day: int) -> str:
    return f"{day // 10000}-{day // 100 % 100:02d}-{day % 100:02d}"


def _told(change: Change) -> str:
    more = change.new.tallies["said"] - change.old.tallies["said"]
    if not more:
        return "neither speaks more of updating or correcting than the other"
    return f"it has {abs(more)} {'more' if more > 0 else 'fewer'} of the words of an update or a correction"


def _laid_out(change: Change) -> str:
    old, new = change.old.tallies, change.new.tallies
    return f"lines {old['lines']} → {new['lines']}, links {old['links']} → {new['links']}"


def _spelt(change: Change) -> str:
    found = [f"“{one}” → “{other}”" for one, other in change.respelt()]
    signs = change.signs()
    if found:
        return "spelt anew: " + ", ".join(found[:3])
    return f"it has {abs(signs)} {'more' if signs > 0 else 'fewer'} signs" if signs else "no spelling differs"


def _figured(change: Change) -> str:
    found = [f"{a} → {b}" for step in change.steps for a, b in step.figures() if a != b]
    return "figures: " + ", ".join(found[:3]) if found else "no figure took another's place"


def _placed(change: Change) -> str:
    end, start, centre = change.place()
    if not end and not start:
        moved = f"; what was put in stands {'later' if centre > 0 else 'earlier'} than what was taken out"
        return "they begin and end alike" + (moved if centre else "")
    places = [f"at its {name} {abs(words):.0f} words {'more' if words > 0 else 'fewer'}"
              for name, words in (("start", start), ("end", end)) if words]  # fmt: skip
    return ", ".join(places)


_NOTES: Mapping[str, Callable[[Change], str]] = {
    "growth": _growth, "dates": _named, "said": _told, "layout": _laid_out, "spelling": _spelt, "figures": _figured,
    "place": _placed,
}  # fmt: skip
