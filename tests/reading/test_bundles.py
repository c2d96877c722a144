"""Zip and tar files: what is in them is read as in a folder; damage and bombs are told."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from lineage.model import Article, Skipped
from lineage.reading import Limits, stream_articles

FILES: dict[str, bytes] = {
    "news/a.txt": b"outlet: Courier\n\nOne",
    "news/dump.jsonl": b'{"id": "b", "text": "Two"}\n{"text": "Three"}\nbroken\n',
    "news/deep/dump.csv.gz": gzip.compress(b"id,text\nd,Four\n"),
    "news/list.json": json.dumps({"articles": [{"id": "e", "text": "Five. " * 12}]}).encode(),
    "news/about.json": b"{}",
    "news/picture.png": b"\x89PNG",
    "news/.hidden.txt": b"no",
    "__MACOSX/a.txt": b"no",
    "news/inner.zip": b"PK",
}
IDS = ["a", "b", "dump:2", "d", "e"]
Pack = Callable[[bytes], bytes]
PACKS: dict[str, Pack] = {
    ".tar": bytes, ".tar.gz": gzip.compress, ".tgz": gzip.compress, ".tar.xz": lzma.compress,
    ".tar.bz2": bz2.compress, ".tar.zst": zstandard.ZstdCompressor().compress,
}  # fmt: skip


def tarred(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as file:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("news/link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        file.addfile(link)
    return held.getvalue()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as file:
        file.mkdir("news")
        for name, content in files.items():
            file.writestr(name, content)
    return held.getvalue()


def read(path: Path, **options: Limits) -> tuple[list[Article], list[Skipped]]:
    stream = stream_articles(path, **options)
    return list(stream), stream.skipped


@pytest.mark.parametrize("suffix", [".zip", *PACKS])
def test_what_is_in_them_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"all{suffix}"
    path.write_bytes(zipped(FILES) if suffix == ".zip" else PACKS[suffix](tarred(FILES)))
    articles, skipped = read(path)
    assert [article.id for article in articles] == IDS
    assert articles[0].outlet == "Courier"
    assert [(entry.file.removeprefix(f"{path}/news/"), entry.line, entry.kind) for entry in skipped] == [
        ("dump.jsonl", 3, "unreadable"),
        ("about.json", None, "noted"),
        ("picture.png", None, "noted"),
        ("inner.zip", None, "noted"),
    ]
    assert [article.id for article in stream_articles(tmp_path)] == IDS  # in a folder, too


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_a_zip(tmp_path: Path, method: int) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped(FILES, method))
    assert [article.id for article in read(path)[0]] == IDS


def test_a_damaged_member_of_a_zip_costs_itself(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": b"One" * 100, "b.txt": b"Two", "c.txt": b"Three"}, zipfile.ZIP_STORED))
    data[data.index(b"Two")] ^= 1
    path = tmp_path / "all.zip"
    path.write_bytes(data)
    articles, skipped = read(path)
    assert [article.id for article in articles] == ["a", "c"]
    assert [entry.file for entry in skipped] == [f"{path}/b.txt"]
    assert "damaged" in skipped[0].reason


def test_a_member_with_a_password_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped({"b.txt": b"Two", "c.txt": b"Three"}, zipfile.ZIP_STORED))
    local, central = data.index(b"b.txt") - 30, data.rindex(b"b.txt") - 46
    data[local + 6] |= 1  # the flag of encryption
    data[central + 8] |= 1
    path = tmp_path / "all.zip"
    path.write_bytes(data)
    articles, skipped = read(path)
    assert [article.id for article in articles] == ["c"]
    assert [entry.reason for entry in skipped] == ["it needs a password"]


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_every_cut_is_told(tmp_path: Path, suffix: str) -> None:
    whole = zipped(FILES) if suffix == ".zip" else PACKS[suffix](tarred(FILES))
    path = tmp_path / f"all{suffix}"
    for cut in range(0, len(whole) - tarfile.RECORDSIZE if suffix == ".tar" else len(whole), len(whole) // 97):
        path.write_bytes(whole[:cut])
        articles, skipped = read(path)
        assert [article.id for article in articles] == IDS[: len(articles)]
        assert any(entry.kind == "unreadable" for entry in skipped)


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_bombs_are_stopped(tmp_path: Path, suffix: str) -> None:
    files = {f"{n}.jsonl": b" " * 20_000_000 for n in range(3)}
    path = tmp_path / f"all{suffix}"
    path.write_bytes(zipped(files) if suffix == ".zip" else gzip.compress(tarred(files)))
    articles, skipped = read(path, limits=Limits(ratio_from=10**6))
    assert articles == []
    assert any("like a bomb" in entry.reason for entry in skipped)
