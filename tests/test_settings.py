"""Settings: every tunable once, unknown keys refused, what is changed is recorded."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from lineage.errors import SettingsError
from lineage.settings import Settings

ROOMS = [room for room in fields(Settings) if room.name != "registry_files"]


def test_every_tunable_has_a_unit_a_reason_and_a_default_in_range() -> None:
    count = 0
    for room in ROOMS:
        for tunable in fields(getattr(Settings(), room.name)):
            about = tunable.metadata
            assert about["unit"]
            assert len(about["why"]) > 20, tunable.name
            assert about["low"] <= tunable.default <= about["high"], tunable.name
            count += 1
    assert count >= 5


def test_reads_toml_and_says_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "lineage.toml"
    path.write_text('registry_files = ["mine.toml"]\n[overlap]\nwindow = 4\n[descent]\nnarrated_words = 30\n')
    settings = Settings.load(path)
    assert settings.overlap.window == 4
    assert settings.overlap.least_words == Settings().overlap.least_words
    assert settings.registry_files == (tmp_path / "mine.toml",)
    assert settings.changed() == {
        "overlap.window": 4,
        "descent.narrated_words": 30,
        "registry_files": [str(tmp_path / "mine.toml")],
    }
    assert Settings().changed() == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[overlap]\nwindoe = 4", "unknown key windoe; did you mean window"),
        ("[overlay]\nwindow = 4", r"unknown table \[overlay\]; did you mean overlap"),
        ("[overlap]\nwindow = 0", "window must lie between 1 and 64 .shingles., not 0"),
        ("[overlap]\nwindow = '8'", "window must be of the kind of 8"),
        ("[overlap]\nwindow = true", "window must be of the kind of 8"),
        ("overlap = 3", "overlap must be a table"),
        ("registry_files = 3", "must be a list of file names"),
        ("[overlap", "cannot be read as settings in TOML"),
    ],
)
def test_refuses_with_the_file_and_the_cure(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "lineage.toml"
    path.write_text(content)
    with pytest.raises(SettingsError, match=said) as caught:
        Settings.load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        Settings.load(tmp_path / "nowhere.toml")
