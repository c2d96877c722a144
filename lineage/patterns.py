"""Regular expressions that are made when they are first used: a process needs few of the hundred that there are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr


class _Pattern:
    """Stands for a pattern until it is used; then its methods are those of the pattern itself."""

    def __init__(self, text: str | bytes, flags: int = 0) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        """What is not here yet: looked up in the pattern once, and kept."""
        found = getattr(re.compile(self._text, self._flags), name)  # which `re` makes once, as often as it is asked
        setattr(self, name, found)
        return found


if TYPE_CHECKING:

    def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
        """A regular expression, as `re.compile` makes it, but not before it is used."""
else:
    pattern = _Pattern
