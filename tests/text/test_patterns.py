"""Patterns that are made when they are first used are those that `re` makes at once."""

from __future__ import annotations

import re

import pytest

from lineage.patterns import pattern


@pytest.mark.parametrize("text", ["Eins, zwei (dpa)", "", "dpa/AFP"])
@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_it_finds_what_a_pattern_finds(text: str, flags: int) -> None:
    lazy, made = pattern(r"(?P<name>[a-z]{3})\b", flags), re.compile(r"(?P<name>[a-z]{3})\b", flags)
    for _ in range(2):
        assert [(m.span(), m["name"]) for m in lazy.finditer(text)] == [(m.span(), m[1]) for m in made.finditer(text)]
        assert lazy.sub("x", text) == made.sub("x", text)
        assert (lazy.match(text) is None) == (made.match(text) is None)
    assert (lazy.pattern, lazy.flags, lazy.groupindex) == (made.pattern, made.flags, made.groupindex)


def test_what_is_no_pattern_is_told_when_it_is_used() -> None:
    broken = pattern("(")
    with pytest.raises(re.error):
        broken.search("")
