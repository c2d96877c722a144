"""What may go wrong while an archive is written and read, for real: processes die, disks are full, bits flip."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lineage import Archive, Article, LineageError, Settings, check, scan
from lineage.archive import joining, matching
from lineage.errors import ArchiveError
from lineage.settings import Overlap
from tests.archive.dumps import dump, write
from tests.archive.tables import contents, differences

SMALL = "import lineage.archive.archive as a, lineage.telling as t; a.BATCH = 40; t.TOGETHER = 20\n"
RUN = SMALL + "from lineage.cli import main; import sys; main(sys.argv[1:])"


def start(*words: str | Path, limit: int | None = None) -> subprocess.Popen[str]:
    """A command in a process of its own, that commits after every 40 articles; no file may grow beyond a limit."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-c", RUN, *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limited)


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and stderr."""
    _, said = process.communicate(timeout=120)
    return process.returncode, said


@pytest.mark.parametrize(
    ("kills", "count"), [(4, 160), pytest.param(100, 400, marks=pytest.mark.slow)], ids=["few", "hundred"]
)
def test_a_killed_scan_goes_on_and_ends_as_if_nothing_had_been(tmp_path: Path, kills: int, count: int) -> None:
    path = write(dump(count, 11), tmp_path / "dump.jsonl")
    began = time.monotonic()
    assert finished(start("scan", path, "--archive", tmp_path / "whole"))[0] == 0
    took = time.monotonic() - began
    with Archive.open(tmp_path / "whole") as archive:
        expected = contents(archive)
    rng = random.Random(kills)
    died = 0
    for attempt in range(kills // 2):
        folder = tmp_path / f"killed-{attempt}"
        for _ in range(2):  # twice in one archive
            process = start("scan", path, "--archive", folder)
            time.sleep(rng.uniform(0.1, 1.0) * took)
            process.send_signal(signal.SIGKILL)
            died += finished(process)[0] == -signal.SIGKILL
        assert finished(start("scan", path, "--archive", folder)) == (0, "")
        with Archive.open(folder, write=True) as archive:
            assert not differences(expected, contents(archive))
            assert len(list((folder / "segments").iterdir())) == archive.held.catalogue.count("segments")
        shutil.rmtree(folder)
    assert died >= kills // 4  # the others were over before


@pytest.mark.parametrize("limit", [60_000, 250_000])
def test_a_disk_that_is_full_costs_one_batch_at_most(tmp_path: Path, limit: int) -> None:
    path = write(dump(240, 12), tmp_path / "dump.jsonl")
    code, said = finished(start("scan", path, "--archive", tmp_path / "a", limit=limit))
    assert code == 4, said
    assert len(said.splitlines()) == 1
    assert "make room" in said
    if (tmp_path / "a" / "archive.db").exists():
        with Archive.open(tmp_path / "a") as archive:
            assert len(archive) % 40 == 0 or len(archive) >= 230
            for segment in archive.held.segments():
                assert not list(segment.verify())
    assert finished(start("scan", path, "--archive", tmp_path / "a")) == (0, "")
    with Archive.open(tmp_path / "a") as archive, scan(dump(240, 12)) as whole:
        assert not differences(contents(archive), contents(whole.archive))


def test_a_small_file_system_that_is_full(tmp_path: Path) -> None:
    mounted = tmp_path / "small"
    mounted.mkdir()
    call = ["mount", "-t", "tmpfs", "-o", "size=1100k", "tmpfs", str(mounted)]
    if shutil.which("mount") is None or subprocess.run(call, capture_output=True, check=False).returncode != 0:
        pytest.skip("no right to mount a file system here")
    try:
        path = write(dump(600, 13), tmp_path / "dump.jsonl")
        code, said = finished(start("scan", path, "--archive", mounted / "a"))
        assert code == 4, said
        assert "make room" in said
        with Archive.open(mounted / "a") as archive:
            assert 0 < len(archive) < 600
            assert len(list(archive.articles())) == len(archive)
    finally:
        subprocess.run(["umount", str(mounted)], check=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="who may do everything is refused nothing")
def test_no_right_to_write(tmp_path: Path) -> None:
    with scan(dump(30), archive=tmp_path / "a"):
        pass
    (tmp_path / "a").chmod(0o500)
    try:
        with pytest.raises(ArchiveError):
            Archive.open(tmp_path / "a", write=True)
        with Archive.open(tmp_path / "a") as archive:
            assert len(archive) == 30
    finally:
        (tmp_path / "a").chmod(0o700)


@pytest.mark.parametrize("flips", [40, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_flipped_bit_is_found_out_or_harmless(tmp_path: Path, flips: int) -> None:
    articles = dump(240, 14)
    with scan(articles, archive=tmp_path / "a") as found:
        expected = contents(found.archive)
        whole = answers(found.archive)
    files = sorted(path for path in (tmp_path / "a").rglob("*") if path.stat().st_size and path.is_file())
    sizes = [path.stat().st_size for path in files]
    rng = random.Random(flips)
    harmless = 0
    lines: list[int] = []
    for _ in range(flips):
        path = rng.choices(files, sizes)[0] if rng.random() < 0.5 else rng.choice(files)
        data = bytearray(path.read_bytes())
        place, bit = rng.randrange(len(data)), rng.randrange(8)
        data[place] ^= 1 << bit
        kept = path.read_bytes()
        path.write_bytes(data)
        try:
            with Archive.open(tmp_path / "a") as archive:
                assert answers(archive) == whole, (path.name, place, bit)
                assert not differences(contents(archive), expected), (path.name, place, bit)
            harmless += 1
        except LineageError as error:
            lines.append(str(error).count("\n"))
        finally:
            path.write_bytes(kept)
    assert len(lines) > flips / 10
    assert harmless + len(lines) == flips
    assert not any(lines)


def answers(archive: Archive) -> list[list[tuple[str, int]]]:
    """What some articles share, by `check`."""
    chosen = dump(240, 14)[:200:40]
    found = (check(article, archive, infer=False).overlaps for article in chosen)
    return [[(overlap.b, overlap.narrated + overlap.quoted) for overlap in overlaps] for overlaps in found]


def test_verify_tells_what_is_wrong(tmp_path: Path) -> None:
    with scan(dump(60), archive=tmp_path / "a"):
        pass
    done = subprocess.run(
        [sys.executable, "-m", "lineage", "archive", "verify", str(tmp_path / "a")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "whole" in done.stdout
    (segment,) = (tmp_path / "a" / "segments").iterdir()
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 4
    segment.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "lineage", "archive", "verify", str(tmp_path / "a")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4
    assert "have changed since they were written" in done.stdout


def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    articles = dump(200, 15)
    with scan(articles, archive=tmp_path / "one") as one, scan(articles, archive=tmp_path / "two", workers=2) as two:
        assert not differences(contents(one.archive), contents(two.archive))


@pytest.mark.parametrize(("count", "most"), [(300, 100), pytest.param(100_000, 1000, marks=pytest.mark.slow)])
def test_a_passage_that_very_many_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, most: int) -> None:
    """Each is paired with the first only: the work grows as the articles do, in however many batches they come."""
    work = {"postings": 0, "stretches": 0, "texts": 0}

    def gathered(*given: Any) -> joining.Entries:
        entries = gather(*given)
        work["postings"] += len(entries.rows)
        return entries

    def verified(joined: joining.Joined, *given: Any, **more: Any) -> Any:
        work["stretches"] += len(joined.stretches)
        work["texts"] = max(work["texts"], len(joined.numbers))
        return verify(joined, *given, **more)

    gather, verify = joining.gathered, matching.verified
    monkeypatch.setattr(joining, "gathered", gathered)
    monkeypatch.setattr(matching, "verified", verified)
    monkeypatch.setattr("lineage.archive.archive.BATCH", count // 10)
    monkeypatch.setattr(joining, "BLOCK_SEEDS", count // 2)
    settings = Settings(overlap=Overlap(max_holders=most))
    with scan(sharers(count), archive=tmp_path / "a", settings=settings) as found:
        pairs = found.archive.held.catalogue.count("overlaps")
        skipped = [entry.reason for entry in found.skipped if entry.kind == "capped"]
        (story,) = found.stories() if count > most * 10 else (None,)
    assert count - 1 <= pairs <= 3 * count
    # 8 to 10 postings of each are shared, and now and then all are looked at anew, as another one is the first
    assert work["postings"] <= 60 * count + most * most
    assert work["stretches"] <= 4 * count + most * most
    assert work["texts"] <= count // 2  # that are in memory at a time
    assert any("too many holders" in reason for reason in skipped)
    assert story is None or (story.articles == count and not story.inferred)


def sharers(count: int) -> list[Article]:
    """Articles of 80 words of their own and the same 40 besides, each of another outlet."""
    rng, own = random.Random(9), random.Random(10)
    common = " ".join(f"c{rng.randrange(10**6)}" for _ in range(40))
    return [
        Article(f"x{n:06d}", " ".join(f"u{own.randrange(10**8)}" for _ in range(80)) + f" {common}", f"o{n}")
        for n in range(count)
    ]
