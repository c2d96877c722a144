"""The outlets and wires that lineage knows, by any of their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, get_args

from lineage.dataclass import dataclass
from lineage.errors import RegistryError
from lineage.model import Span
from lineage.patterns import pattern
from lineage.text.grammar import FAR
from lineage.text.lists import shipped
from lineage.text.phrases import Phrases, Words, find_phrases, plain_blanks
from lineage.text.tries import trie_pattern

OutletKind = Literal["outlet", "wire", "photos"]
_KINDS: Final = get_args(OutletKind)

SHORT: Final = 4  # letters; capitals no longer than this are also words and codes (UNI, MIA, PA), so they are guarded

_FIELDS: Final = frozenset(("name", "kind", "aliases", "domains", "languages"))
_ENDINGS: Final = pattern(
    r"[._](?:com|org|net|info|de|at|ch|fr|es|it|nl|pt|ru|in|cn|jp|kr|tv|uk|eu|us|co\.uk|com\.[a-z]{2}|co\.[a-z]{2})$"
)
_ARABIC: Final = pattern(r"[\u0600-\u06ff]")
_JOINED: Final = (("\u0600", "\u06ff"), ("\u2e80", "\u9fff"), ("\uac00", "\ud7af"), ("\uf900", "\ufaff"))
LONGEST_NAME: Final = 120  # characters: a longer "outlet" is a mistake in the data, and would be searched in every text
_ORDINARY: Final = frozenset(("भाषा", "वार्ता"))  # a language, talks: names of wires only where a credit stands


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher of news, a wire that sells text to publishers, or an agency that sells pictures only.

    `domains` are without "www."; `languages` are ISO 639-1 codes.
    """

    id: str
    name: str
    kind: OutletKind = "outlet"
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class Mention(NamedTuple):
    """A name of a known outlet in a text. `guarded` names count only where a credit stands."""

    span: Span
    outlet: Outlet
    guarded: bool


class Registry:
    """Outlets by id, name, alias and domain. Never changes; `with_outlets` gives a larger one."""

    def __init__(
        self, outlets: Iterable[Outlet], *, source: str = "the registry", base: Registry | None = None
    ) -> None:
        """With `base`, its outlets and these. A story's registry adds a few to hundreds that are shipped, whose names
        need not be prepared again.

        Raises `RegistryError` when two outlets bear one name or domain; the message names `source`.
        """
        self._base, self._own = base, tuple(outlets)
        self._by_key: dict[str, Outlet] = {}
        self._by_domain: dict[str, Outlet] = {}
        for outlet in self._own:
            for key in {_fold(name) for name in (outlet.id, outlet.name, *outlet.aliases)} - {""}:
                _claim(self._by_key, key, outlet, self._keyed(key), source)
            for domain in map(str.casefold, outlet.domains):
                _claim(self._by_domain, domain, outlet, self._at(domain), source)

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """All of them, those of the base first."""
        return self._own if self._base is None else (*self._base.outlets, *self._own)

    def _keyed(self, key: str) -> Outlet | None:
        """The outlet of a folded name."""
        found = self._by_key.get(key)
        return found if found is not None or self._base is None else self._base._keyed(key)

    def _at(self, domain: str) -> Outlet | None:
        """The outlet of a domain."""
        found = self._by_domain.get(domain)
        return found if found is not None or self._base is None else self._base._at(domain)

    @classmethod
    def load(cls, *extra: Path) -> Registry:
        """The shipped registry, and the user's files of the same form, which may add outlets or extend them.

        Raises `RegistryError` for a file that cannot be understood or that contradicts the ones before it.
        """
        registry = _shipped()
        for path in extra:
            import tomllib  # few processes read any

            try:
                tables = tomllib.loads(path.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                raise RegistryError(f"{path}: cannot be read as a registry of outlets: {error}") from error
            registry = cls(_merged(registry.outlets, tables, str(path)), source=str(path))
        return registry

    def with_outlets(self, names: Iterable[str], *, kind: OutletKind = "outlet") -> Registry:
        """A registry that also knows these names; itself when it knows them all. New ones get a slug as id."""
        new: dict[str, Outlet] = {}
        for name in names:
            if name.strip() and len(name) <= LONGEST_NAME and self.resolve(name) is None:
                aliases = (name.strip().upper(),) if kind == "wire" else ()  # datelines are often in capitals
                new.setdefault(_fold(name) or name, Outlet(slug(name), name.strip(), kind, aliases))
        return Registry(new.values(), base=self) if new else self

    def resolve(self, name: str) -> Outlet | None:
        """The outlet that bears a name: an id, name, alias or domain.

        Case, a leading "The", blanks, hyphens, accents, ".com" and a feed's section after "_" make no difference.
        """
        if "." not in name and "_" not in name:  # of such a name nothing is left out
            return self._keyed(_fold(name))
        domain = name.strip().casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.")
        domain = domain.partition("/")[0]
        while "." in domain:
            if (found := self._at(domain)) is not None:
                return found
            domain = domain.partition(".")[2]
        keys = map(_fold, (name, _without_ending(name), name.partition("_")[0]))  # a feed's section: "FAZ_Politik"
        return next((found for key in keys if (found := self._keyed(key)) is not None), None)

    def is_wire(self, name: str) -> bool:
        """Whether a name is that of a wire."""
        outlet = self.resolve(name)
        return outlet is not None and outlet.kind == "wire"

    def mentions(self, text: str, words: Words | None = None) -> Iterator[Mention]:
        """The names of known outlets in a text, in their order, longest first. Time is linear in the text.

        `words` are the text's, where they are known already.
        """
        layers = list(self._layers())
        words = words or Words(text)
        found = list(find_phrases(words, [layer.begins for layer in layers]))
        if not text.isascii() and FAR.search(text) and any(map(_joins, set(text))):
            found += _leftmost(text, [layer.joined for layer in layers])
        for span in sorted(found, key=lambda span: span.start):
            name = words.text[span.start : span.end]
            outlet, guarded = next(layer.surfaces[name] for layer in layers if name in layer.surfaces)
            if _begins_word(text, span.start):
                yield Mention(span, outlet, guarded)

    def _layers(self) -> Iterator[_Layer]:
        """What is searched in texts: of the registries that this one was made from, the first one's first."""
        if self._base is not None:
            yield from self._base._layers()
        yield self._surfaces

    @cached_property
    def _surfaces(self) -> _Layer:
        """Its own names as they stand in texts."""
        surfaces: dict[str, tuple[Outlet, bool]] = {}
        for outlet in self._own:
            for name in map(plain_blanks, (outlet.name, *outlet.aliases)):
                surfaces.setdefault(name, (outlet, _guarded(name)))
                if name.startswith("The "):
                    surfaces.setdefault("the " + name[4:], (outlet, False))
        return _Layer(surfaces)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_surfaces"}


class _Layer:
    """Names as they stand in texts, and whose they are."""

    def __init__(self, surfaces: Mapping[str, tuple[Outlet, bool]]) -> None:
        self.surfaces = surfaces
        self.begins = Phrases(name for name in surfaces if not _joins(name[0]))

    @cached_property
    def joined(self) -> re.Pattern[str]:
        """Those in scripts where one may stand inside a word: few texts need them, and they take 20 ms to make."""
        arabic = [name for name in self.surfaces if _ARABIC.match(name)]
        spaceless = [name for name in self.surfaces if _joins(name[0]) and not _ARABIC.match(name)]
        begin = "".join(f"{first}-{last}" for first, last in _JOINED)
        return re.compile(f"(?=[{begin}])(?:{trie_pattern(arabic)}(?!\\w)|{trie_pattern(spaceless)})")


def _leftmost(text: str, patterns: Iterable[re.Pattern[str]]) -> Iterator[Span]:
    """What one pattern of all names would find: the leftmost, the longest of these, and on behind it."""
    found = {one: match for one in patterns if (match := one.search(text)) is not None}
    while found:
        best = min(found.values(), key=lambda match: (match.start(), -match.end()))
        yield Span(*best.span())
        for one in list(found):
            if found[one].start() < best.end():
                match = one.search(text, best.end())
                if match is None:
                    del found[one]
                else:
                    found[one] = match


def _joins(char: str) -> bool:
    """Whether a name may begin inside a word in a character's script: Arabic, Chinese, Japanese, Korean."""
    return char >= _JOINED[0][0] and any(first <= char <= last for first, last in _JOINED)


def slug(name: str) -> str:
    """A name in lower-case letters and digits, joined by hyphens; letters of other scripts stay."""
    folded = _unaccented(name.casefold())
    return re.sub(r"[\W_]+", "-", folded).strip("-") or name


def _begins_word(text: str, start: int) -> bool:
    """Whether a name begins a word. Arabic writes "and", "in", "for" and "as" as letters before it."""
    if start == 0:
        return True
    before = text[start - 1]
    if not _ARABIC.match(text, start):
        return before not in "@#_"
    if not before.isalnum():
        return True
    return before in "وبلكف" and (start < 2 or not text[start - 2].isalnum())


def _guarded(name: str) -> bool:
    """Whether a name is also a common word or code."""
    if name in _ORDINARY:
        return True
    if len(name) > SHORT:
        return False
    return (name.isascii() and name.isupper()) or "\u0590" <= name[0] <= "\u08ff"


def _unaccented(name: str) -> str:
    """A name without the accents of Latin, Greek and Cyrillic letters."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", plain)


@lru_cache(100_000)
def _fold(name: str) -> str:
    """What makes two names the same: letters, digits and vowel signs without case, accents and "The"."""
    plain = name.isascii()
    folded = name.lower() if plain else _unaccented(name.casefold()).replace("ı", "i")
    folded = folded.replace("&", "and").strip()
    folded = folded.removeprefix("the ").removeprefix("the-").removeprefix("the_")
    if plain:
        return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))
    return "".join(char for char in folded if char.isalnum() or unicodedata.category(char) in ("Mn", "Mc"))


def _without_ending(name: str) -> str:
    return _ENDINGS.sub("", name.strip().casefold().removeprefix("www."))


def _claim(held: dict[str, Outlet], key: str, outlet: Outlet, other: Outlet | None, source: str) -> None:
    """Give a name to an outlet, unless another has it."""
    if other is None:
        held[key] = outlet
    elif other.id != outlet.id:
        raise RegistryError(f'{source}: "{key}" stands for both {other.id} and {outlet.id}; take it out of one of them')


@cache
def _shipped() -> Registry:
    return Registry(_merged((), shipped("outlets.toml"), "outlets.toml"), source="outlets.toml")


def _merged(known: Iterable[Outlet], tables: Mapping[str, Any], source: str) -> list[Outlet]:
    """The known outlets, extended and added to by the tables of a registry file."""
    merged = {outlet.id: outlet for outlet in known}
    for id, table in tables.items():
        if not isinstance(table, dict):
            raise RegistryError(f"{source}: {id} must be a table such as [{id}] with a name")
        if unknown := sorted(table.keys() - _FIELDS):
            raise RegistryError(
                f"{source}: [{id}] has an unknown key {unknown[0]!r}; known: {', '.join(sorted(_FIELDS))}"
            )
        merged[id] = _extended(merged.get(id), id, table, source)
    return list(merged.values())


def _extended(old: Outlet | None, id: str, table: Mapping[str, Any], source: str) -> Outlet:
    name = table.get("name", old.name if old else None)
    kind = table.get("kind", old.kind if old else "outlet")
    if not isinstance(name, str) or not name.strip():
        raise RegistryError(f"{source}: [{id}] needs a name")
    if kind not in _KINDS:
        raise RegistryError(f"{source}: [{id}] has the kind {kind!r}; it must be one of {', '.join(_KINDS)}")
    lists: dict[str, tuple[str, ...]] = {}
    for field in ("aliases", "domains", "languages"):
        values = table.get(field, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise RegistryError(f"{source}: {field} of [{id}] must be a list of texts")
        lists[field] = tuple(dict.fromkeys((*(getattr(old, field) if old else ()), *values)))
    if old and old.name != name:
        lists["aliases"] = tuple(dict.fromkeys((*lists["aliases"], old.name)))
    return Outlet(id, name, kind, lists["aliases"], lists["domains"], lists["languages"])
