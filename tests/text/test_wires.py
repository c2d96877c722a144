"""Wires that no registry knows are learnt from where they stand, and nothing else is."""

from __future__ import annotations

import pytest

from lineage.text.wires import strange_wires
from tests.timing import seconds


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["OSTVIK (NORDWIRE) - Trains stop.", "Trains stop.\nWith inputs from Nordwire"], ["Nordwire"]),
        (["OSTVIK (NORDWIRE) - Trains stop.", "Trains stop.\n— Nordwire"], ["Nordwire"]),
        (["Ostvik, 3 May (Balticom) — Trains stop.", "Trains stop.\n(Balticom)"], ["Balticom"]),
        (["Holmstedt (ndk). Die Brücke bleibt zu.", "Mit Material der ndk"], ["ndk"]),
        (
            ["OSTVIK (Ostmark Press Agency) - Trains stop.", "Trains stop.\n[Ostmark Press Agency]"],
            ["Ostmark Press Agency"],
        ),
        (["OSTVIK: (Press Union of Ostmark) Trains stop."] * 2, ["Press Union of Ostmark"]),
        (["laut der Nachrichtenagentur Ostmark Press übereinstimmend"], ["Ostmark Press"]),
        (["Das sagte er der Nachrichtenagentur hwd am Montag."], ["hwd"]),
        (["Selon l’agence de presse Alpinfo, le train est parti."], ["Alpinfo"]),
        (["Según la agencia de noticias Andina Sur, llovió."], ["Andina"]),
        (["the news agency Brell said on Monday"], ["Brell"]),
    ],
)
def test_learnt(texts: list[str], names: list[str]) -> None:
    assert strange_wires(texts) == names
    assert strange_wires(reversed(texts)) == names


@pytest.mark.parametrize(
    "texts",
    [
        ["OSTVIK (NORDWIRE) - Trains stop."],
        ["Berlin (ABC). Der Sender.", "Das ist der Satz eines Menschen (XYZ) im Text."],
        ["the news agency said on Monday", "eine Nachrichtenagentur hat gemeldet"],
        ["OSTVIK (Mara Olt) - Trains stop.", "Trains stop.\n(Mara Olt)"],
        ["OSTVIK: (Mara Olt) Trains stop."] * 2,
        ["He asked (twice) - and left.", "Nobody (really) came."],
        ["With inputs from agencies", "With inputs from agencies"],
        ["", "x"],
    ],
)
def test_not_learnt(texts: list[str]) -> None:
    assert strange_wires(texts) == []


def test_time_grows_with_the_length_only() -> None:
    def taken(size: int) -> float:
        text = "Aa " * size + "\n" + "A'’.-" * size + "(" * size + "\n" + "- " * size
        return seconds(lambda: strange_wires([text]), 3)

    assert taken(40_000) / max(taken(20_000), 1e-3) < 3.5
