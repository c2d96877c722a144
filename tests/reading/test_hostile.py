"""Input that was made, or broken, to do harm: it costs itself, never the process, and never in silence."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import random
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lineage.reading import Limits, stream_articles
from lineage.reading.texts import front_matter

PACKS = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}
KINDS = [".txt", ".jsonl", ".csv", ".tsv", ".json", ".docx", ".odt", ".zip", ".tar"]
KINDS += [".parquet", ".arrow"] if find_spec("pyarrow") else []
KINDS += [".html", ".warc"] if find_spec("trafilatura") else []
MEASURE = """
import resource, sys, time
from lineage.reading import stream_articles
begin = time.process_time()
stream = stream_articles(sys.argv[1])
count = sum(1 for _ in stream)
took = time.process_time() - begin
try:  # getrusage on Linux still knows the peak of the process that began this one
    peak = next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (2**20 if sys.platform == "darwin" else 1024)
print(count, round(took * 1000), peak, stream.skipped[0].reason, sep="|")
"""


def measured(path: Path) -> tuple[int, float, int, str]:
    """Articles, seconds, resident MiB at most, and the first reason, of reading a file in a process of its own."""
    pytest.importorskip("resource")
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    count, took, peak, reason = done.stdout.strip().split("|")
    return int(count), int(took) / 1000, int(peak), reason


@pytest.mark.parametrize("name", ["dump.jsonl", "dump.csv"])
def test_a_line_of_100_mb_is_passed_over(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    before, after = (b"", b'\n{"text": "Two"}\n') if name == "dump.jsonl" else (b"id,text\n", b"\nb,Two\n")
    path.write_bytes(before + b"x" * 100_000_000 + after)
    count, took, peak, reason = measured(path)
    assert (count, reason) == (1, "longer than 16,777,216 bytes, the limit for one record")
    assert took < 2  # 0.2 s here; 1 s is the promise on a machine that does nothing else
    assert peak < 600


@pytest.mark.parametrize("content", [b" ", b"\n", b"x"])
@pytest.mark.parametrize("name", ["b.jsonl.zst", "b.csv.zst", "b.txt.zst", "b.jsonl.gz", "b.jsonl.xz", "b.json.bz2"])
def test_bombs_take_little_memory_and_time(tmp_path: Path, name: str, content: bytes) -> None:
    packer = zstandard.ZstdCompressor().compressobj()
    path = tmp_path / name
    if not name.endswith(".zst"):
        path.write_bytes(PACKS[path.suffix](content * 30_000_000))
    else:
        path.write_bytes(b"".join(packer.compress(content * 2**20) for _ in range(300)) + packer.flush())
    if content != b"\n" and not name.endswith("jsonl.zst"):
        stream = stream_articles(path)
        assert list(stream) == []
        assert "like a bomb" in stream.skipped[-1].reason or "header" in stream.skipped[-1].reason
        return
    count, took, peak, reason = measured(path)
    assert count == 0
    assert "like a bomb" in reason
    assert peak < 500
    assert took < 8


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("kind", ["csv", "txt"])
def test_every_truncation_of_tables_and_texts_is_told(tmp_path: Path, suffix: str, kind: str) -> None:
    rng = random.Random(4)
    table = io.StringIO()
    csv.writer(table).writerows([["id", "text"], *([n, rng.randbytes(40).hex() + "\n,"] for n in range(200))])
    whole = PACKS[suffix](table.getvalue().encode())
    path = tmp_path / f"dump.{kind}{suffix}"
    for percent in range(100):
        path.write_bytes(whole[: len(whole) * percent // 100])
        stream = stream_articles(path)
        found = [article.id for article in stream]
        assert found == [str(n) for n in range(len(found))]
        assert "truncated" in stream.skipped[-1].reason
        assert stream.skipped[-1].kind == "unreadable"
        assert kind == "txt" or stream.skipped[-1].reason.endswith(f"after {len(found)} articles")
    path.write_bytes(whole)
    stream = stream_articles(path)
    assert len(list(stream)) == (1 if kind == "txt" else 200)
    assert stream.skipped == []


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_many_frames_and_padding_are_one_file(tmp_path: Path, suffix: str) -> None:
    frames = [PACKS[suffix](json.dumps({"id": n, "text": "x"}).encode() + b"\n") for n in range(8_000)]
    path = tmp_path / f"dump.jsonl{suffix.upper()}"
    path.write_bytes(b"".join(frames) + b"\0" * 1000)
    begin = time.process_time()
    stream = stream_articles(path)
    assert sum(1 for _ in stream) == 8_000
    assert stream.skipped == []
    assert time.process_time() - begin < 5  # 0.2 s here; copying the rest of a block for every frame takes far longer
    if suffix == ".zst":
        skippable = b"\x50\x2a\x4d\x18\x04\0\0\0rest"
        path.write_bytes(skippable + frames[0] + skippable + frames[1])
        assert len(list(stream_articles(path))) == 2


def test_damage_after_good_records_is_told_and_they_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "One"}\n') + b"rubbish at the end")
    stream = stream_articles(path)
    assert [article.text for article in stream] == ["One"]
    assert "damaged" in stream.skipped[0].reason
    assert "after 1 articles" in stream.skipped[0].reason


def test_reasons_for_hostile_json(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    deep = b"[" * 100_000 + b"]" * 100_000
    path.write_bytes(
        b"\n".join(
            [
                b'{"text": ' + deep + b"}",
                b'{"text": "\\ud800", "x": ' + deep + b"}",
                b'{"text": "\xff"}',
                b'{"text": null, "kicker": 1}',
                b'{"text": "a\\ud800\\ud83d\\ude00b", "\\udfff": ["\\uD800"]}',
                b'{"text": "\\ud800',
            ]
        )
    )
    stream = stream_articles(path)
    (article,) = stream
    assert article.text == "a\ufffd\U0001f600b"
    assert dict(article.extra) == {"\ufffd": ["\ufffd"]}
    assert [(entry.line, entry.kind, entry.reason.split(" (")[0]) for entry in stream.skipped] == [
        (1, "unreadable", "nested too deep"),
        (2, "unreadable", "nested too deep"),
        (3, "unreadable", "not UTF-8; save it as UTF-8"),
        (4, "unreadable", "no text: expected a field 'text', found 'text'"),
        (5, "noted", "lone surrogates were replaced by U+FFFD"),
        (6, "unreadable", "broken JSON"),
    ]
    assert "'kicker'" in stream.skipped[3].reason
    assert stream.skipped[4].record == "dump:5"


def test_a_dump_that_python_wrote_with_nan(tmp_path: Path) -> None:
    """`json.dumps` writes NaN for what pandas has no value for; that is a value less, not a record less."""
    path = tmp_path / "dump.jsonl"
    odd = float("nan"), float("inf"), float("-inf")
    rows = [{"text": f"NaN of {value} 😀", "outlet": value, "date": value, "n": [value]} for value in odd]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    stream = stream_articles(path)
    found = [(article.text, article.outlet, article.published, dict(article.extra)) for article in stream]
    assert found == [(row["text"], None, None, {"n": [None]}) for row in rows]
    assert stream.skipped == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('[{"text": "x"}]', "a list, not an object; write one object a line"),
        ("null", "null, not an object; write one object a line"),
        ("7", "a number, not an object; write one object a line"),
        ('{"text": 7}', "the text is a number, not a string"),
        ('{"text": ["x"]}', "the text is a list, not a string"),
        ('{"text": true}', "the text is true or false, not a string"),
    ],
)
def test_what_is_no_record_is_told_with_its_kind(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(line + "\n")
    stream = stream_articles(path)
    assert list(stream) == []
    assert [entry.reason for entry in stream.skipped] == [said]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (20241219, "2024-12-19"),
        (20241219100500, "2024-12-19 10:05:00"),
        (1734602700, "2024-12-19 10:05:00+00:00"),
        (1734602700.0, "2024-12-19 10:05:00+00:00"),
        (1734602700000, "2024-12-19 10:05:00+00:00"),
        ({"$date": 1734602700000}, "2024-12-19 10:05:00+00:00"),
        ("1734602700", "2024-12-19 10:05:00+00:00"),
        ("2024-12-19T10:05:00Z", "2024-12-19 10:05:00+00:00"),
        (2016, "2016"),
        (20249999, "20249999"),
        (-1, "-1"),
        (1e300, f"{1e300:.0f}"),
        (True, "None"),
        ("", "None"),
    ],
)
def test_times_in_numbers(tmp_path: Path, given: object, expected: str) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(json.dumps({"text": "One", "date": given}))
    stream = stream_articles(path)
    (article,) = stream
    assert str(article.published) == expected
    assert len(stream.skipped) == isinstance(article.published, str)


@pytest.mark.parametrize(
    ("content", "fields", "body"),
    [
        ("---\nlayout: post\n# a comment\n\ndate: 2024-05-01\ntags:\n  - x\n- y\n---\nBody", 3, "Body"),
        ("---\r\noutlet: P\r\n---\r\n\r\nBody\r\n", 1, "Body\r\n"),
        ("---\noutlet: P\n---", 1, ""),
        ("---\nA line that is none.\n---\nBody", 0, None),
        ("---\n---\nBody", 0, None),
        ("---\n- item\n---\nBody", 0, None),
        ("--- \nMoscow: a\n", 0, None),
        ("\noutlet: P\n\nBody", 0, None),
    ],
)
def test_front_matter(content: str, fields: int, body: str | None) -> None:
    found, text = front_matter(content)
    assert len(found) == fields
    assert text == (content if body is None else body)


@pytest.mark.parametrize(
    "content",
    [
        "a" * 10**6 + " " * 10**6 + "b\n\n",
        "---\n" + "a" * 10**6 + " " * 10**6 + "b\n---\n",
        "---\nauthor:\n" + "- a\n" * 3 * 10**5 + "---\n",
        "---\n" + " " * 10**6 + "-" + " " * 10**6 + "\n---\n",
        "outlet: x\n" * 3 * 10**5,
    ],
)
def test_front_matter_takes_time_in_proportion(content: str) -> None:
    begin = time.process_time()
    front_matter(content)
    assert time.process_time() - begin < 5  # under 1 s here; in proportion to the square it would be hours


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"])), suffix=st.sampled_from(list(PACKS)))
def test_any_text_file_comes_back_to_the_letter(tmp_path: Path, text: str, suffix: str) -> None:
    assume(not text.startswith("\ufeff") and not front_matter(text)[0])
    path = tmp_path / f"story.txt{suffix}"
    path.write_bytes(PACKS[suffix](text.encode()))
    stream = stream_articles(path)
    assert [article.text for article in stream] == [text]
    assert [entry.reason for entry in stream.skipped] == ([] if text.strip() else ["the text is empty"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=200) | st.text('{}[]",;:-\n\r\t\\ud8idtext\0', max_size=80).map(str.encode),
    kind=st.sampled_from(KINDS),
    suffix=st.sampled_from(list(PACKS)),
    packed=st.booleans(),
)
def test_no_bytes_bring_a_reader_down(tmp_path: Path, data: bytes, kind: str, suffix: str, packed: bool) -> None:
    assume(kind != ".zip" or not suffix)
    path = tmp_path / f"any{kind}{suffix}"
    path.write_bytes(PACKS[suffix](data) if packed else data)
    for article in stream_articles(path, limits=Limits(record_bytes=100)):
        assert article.id
        (article.id + article.text + repr(dict(article.extra))).encode()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["pipe.jsonl", "-"])
def test_a_pipe_is_read_as_it_flows(tmp_path: Path, name: str) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    got, in_time = threading.Event(), []

    def write() -> None:
        with pipe.open("wb", buffering=0) as file:
            file.write(b'\n\n{"text": "One"}\n')
            in_time.append(got.wait(5))
            file.write(b'{"text": "Two"}\n')

    writer = threading.Thread(target=write)
    writer.start()
    if name == "-":
        with pipe.open("rb") as file:
            stream = stream_articles("-", stdin=file)
            texts = [next(stream).text]
            got.set()
            texts += [article.text for article in stream]
    else:
        stream = stream_articles(pipe)
        texts = [next(stream).text]
        got.set()
        texts += [article.text for article in stream]
    writer.join()
    assert in_time == [True]
    assert texts == ["One", "Two"]


def test_standard_input_keeps_to_the_limits() -> None:
    for data in (b'{"text": "One"}\n' * 100, b"text " * 100, b" " * 500):
        stream = stream_articles("-", stdin=io.BytesIO(data), limits=Limits(file_bytes=400))
        list(stream)
        assert "limit for one file" in stream.skipped[-1].reason
