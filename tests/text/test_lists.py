"""The shipped lists are read as any reader of TOML reads them."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from lineage.text.lists import shipped


@pytest.mark.parametrize("name", sorted(file.name for file in files("lineage.text").iterdir() if ".toml" in file.name))
def test_the_lists_are_read_as_tomllib_reads_them(name: str) -> None:
    assert shipped(name) == tomllib.loads(files("lineage.text").joinpath(name).read_text(encoding="utf-8"))
