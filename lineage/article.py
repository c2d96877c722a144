"""The noun that everything begins with: an article, and how its fields are taken from whoever gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date, datetime
from os import PathLike
from typing import Any, Literal

from lineage.dataclass import dataclass
from lineage.errors import UsageError

Precision = Literal["instant", "day", "unknown"]


def parse_published(value: str | date | datetime | None) -> str | date | datetime | None:
    """A datetime for an instant, a date for a day; text that is neither is kept as it is.

    Takes ISO 8601 (`2024-12-19`, `20241219`, `2024-12-19T10:05:00Z`, with a blank for the `T`), and compact
    `YYYYMMDDhhmmss`. A blank text counts as nothing.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text:
        return None
    if text.isdecimal() and text.isascii() and len(text) == 14:
        text = f"{text[:8]}T{text[8:]}"
    try:
        if len(text) <= 10:
            return date.fromisoformat(text)
        return datetime.fromisoformat(text)
    except ValueError:
        return value


_NEEDED = ("id", "text")
_TEXTS = (*_NEEDED, "outlet", "title", "url", "author", "language")
_TEXT_OR_NONE = {str, type(None)}


def _no_value(value: object) -> bool:
    """Whether a value is what tables write for none: NaN and NaT, which do not equal themselves, and NA."""
    return type(value).__name__ == "NAType" or (isinstance(value, float | datetime) and value != value)


@dataclass(frozen=True, slots=True)
class Article:
    """One news text. Only `id` and `text` are required.

    `published` takes ISO text, a date or a datetime and is kept as a datetime (an instant), a date (a day) or,
    when it cannot be understood, as the text that was given. `guessed` names the fields that were guessed
    rather than given. What tables write for "no value" (NaN, NaT, NA) is None, for all but `id` and `text`. Raises
    `UsageError` for a field of another type.
    """

    id: str
    text: str
    outlet: str | None = None
    published: str | date | datetime | None = None
    title: str | None = None
    url: str | None = None
    author: str | None = None
    language: str | None = None
    guessed: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = {type(self.outlet), type(self.title), type(self.url), type(self.author), type(self.language)}
        if not (type(self.id) is str is type(self.text) and kinds <= _TEXT_OR_NONE):
            for name in _TEXTS:
                object.__setattr__(self, name, _text(self, name))
        given = self.published
        if given is not None:
            moment = given if type(given) is str else _moment(self)
            object.__setattr__(self, "published", parse_published(moment))

    @property
    def precision(self) -> Precision:
        """How precisely `published` is known."""
        if isinstance(self.published, datetime):
            return "instant"
        return "day" if isinstance(self.published, date) else "unknown"


def _text(article: Article, name: str) -> str | None:
    """A field's value as a plain string, None if it is a table's for "no value"."""
    value = getattr(article, name)
    if isinstance(value, str):
        return str(value)
    if name not in _NEEDED and (value is None or _no_value(value)):
        return None
    raise _refused(article, name, "decode it first" if isinstance(value, bytes) else "give a string")


def _moment(article: Article) -> str | date | datetime | None:
    """The time of publication as it was given, None if it is a table's for "no value"."""
    if _no_value(article.published):
        return None
    if isinstance(article.published, str | date):
        return article.published
    raise _refused(article, "published", "give ISO 8601 text, a date or a datetime")


def _refused(article: Article, name: str, cure: str) -> UsageError:
    value = getattr(article, name)
    shown = "None" if value is None else f"{type(value).__name__} {value!r:.40}"
    return UsageError(f"article {article.id!r:.40}: {name} is {shown}; {cure}")


def each(articles: Iterable[Article]) -> Iterator[Article]:
    """The articles one after another. Raises `UsageError` where something is none, with what to do about it."""
    if isinstance(articles, Article | str | bytes | PathLike) or not isinstance(articles, Iterable):
        raise UsageError(f"expected many articles, not {_kind(articles)}; {_cure(articles)}")
    for article in articles:
        if not isinstance(article, Article):
            raise UsageError(f"expected an article, not {_kind(article)}; {_cure(article)}")
        yield article


def one(article: Article) -> Article:
    """The article itself. Raises `UsageError` if it is none, with what to do about it."""
    if not isinstance(article, Article):
        raise UsageError(f"expected an article, not {_kind(article)}; {_cure(article)}")
    return article


def _kind(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _cure(value: object) -> str:
    if isinstance(value, Article):
        return "give a list, [article]"
    if isinstance(value, str | bytes | PathLike):
        return "lineage.Article(id, text) makes one of a text, lineage.read_articles(path) reads files"
    return "lineage.Article(id, text, outlet=…, published=…) makes one"
