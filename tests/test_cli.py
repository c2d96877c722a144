"""The command line as a person uses it: transcripts, exit codes, files, colours."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import jsonschema
import pytest

from corpus.stories import SAMPLES
from lineage import __version__
from lineage.cli import app, main

SCHEMA = Path(__file__).parent.parent / "lineage" / "reports" / "lineage.schema.json"
WIRE = SAMPLES / "rail-strike"
COPY = SAMPLES / "ferry-inquiry"


@dataclass(frozen=True)
class Done:
    """What a command did."""

    returncode: int
    stdout: str
    stderr: str


def run(*words: str | Path, stdin: str = "", encoding: str = "utf-8", **env: str) -> Done:
    """A command in this process, with streams like those of a pipe."""
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    code: object = 0
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, {**clean, **env}, clear=True))
        stack.enter_context(mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()))))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        try:
            main(list(map(str, words)))
        except SystemExit as end:
            code = end.code or 0
        out.flush()
        err.flush()
    assert isinstance(code, int)
    return Done(code, out.buffer.getvalue().decode(encoding), err.buffer.getvalue().decode(encoding))  # type: ignore[attr-defined]


def process(*words: str | Path, **options: object) -> subprocess.Popen[bytes]:
    """A command as a process of its own."""
    command = [sys.executable, "-m", "lineage", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("words", ["check --help", "trace --nothing", "show", "archive info", "chek"])
def test_a_command_alone_answers_as_among_all(words: str) -> None:
    alone = run(*words.split())
    with mock.patch("lineage.cli._with_what_is_called", return_value=app):
        assert run(*words.split()) == alone
    assert alone.stdout + alone.stderr


@pytest.mark.parametrize(("words", "code"), [(["--version"], 0), (["chek"], 2), (["show", "nowhere"], 2)])
def test_a_process_ends_with_all_that_is_to_be_done_at_the_end(words: list[str], code: int, tmp_path: Path) -> None:
    """What is written and not flushed, what others want done, and the exit code, also where nobody reads."""
    script = f"""import atexit, sys; from lineage.cli import process; sys.argv = ["lineage", *{words}]
atexit.register(print, "the end"); print("unflushed"); process()"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.splitlines()[0] == "unflushed"
    assert done.stdout.splitlines()[-1] == "the end"
    assert done.returncode == code
    closed = subprocess.run(
        ["sh", "-c", 'exec "$0" -c "$1" >&-', sys.executable, script], capture_output=True, text=True
    )
    assert "Traceback" not in closed.stderr
    assert closed.returncode == code


@pytest.mark.parametrize(("words", "threads"), [("check --help", "1"), ("stories --help", "1"), ("trace --help", None)])
def test_only_what_may_have_large_matrices_begins_threads_for_them(words: str, threads: str | None) -> None:
    known = "OPENBLAS_NUM_THREADS"
    with mock.patch.dict(os.environ):
        os.environ.pop(known, None)
        with redirect_stdout(io.StringIO()), pytest.raises(SystemExit):
            main(words.split())
        assert os.environ.get(known) == threads
        os.environ[known] = "3"
        with redirect_stdout(io.StringIO()), pytest.raises(SystemExit):
            main(words.split())
        assert os.environ[known] == "3"


def test_trace_prints_a_tree_and_a_last_line() -> None:
    done = run("trace", COPY)
    assert done.returncode == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    head = lines.index("Harbour Courier  [harbour-courier]  1 Apr 2025 17:42 +01:00")
    assert lines[head + 1] == "└── The Inland Post  [inland-post]  1 Apr 2025"
    assert lines[head + 2].startswith("          88\u00a0% copied (247 words), credited: almost certainly")
    assert "independent; shares only quotations with" in done.stdout
    assert lines[-1] == "5 articles, 4 independent origins, 0 skipped"
    assert all(len(line) <= 100 for line in lines)
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("name", ["result.html", "result.csv", "result.pdf", "result.jsonl"])
def test_no_file_is_named_for_a_kind_that_is_not_written(tmp_path: Path, name: str) -> None:
    done = run("trace", COPY, "-o", tmp_path / name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"no {Path(name).suffix} is written; use .txt, .json, or --json\n")
    assert not (tmp_path / name).exists()
    assert run("trace", COPY, "-o", tmp_path / name, "--json").returncode == 0
    assert json.loads((tmp_path / name).read_bytes())["schema"] == "lineage/1"


def test_trace_names_an_unseen_wire() -> None:
    done = run("trace", WIRE)
    assert "◌ Nordwire (not in the input)" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("6 articles, 2 independent origins")


def test_json_is_the_documented_schema(tmp_path: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for story in sorted(path.parent for path in SAMPLES.glob("*/truth.json")):
        out = tmp_path / f"{story.name}.json"
        assert run("trace", story, "-o", out).returncode == 0
        document = json.loads(out.read_text(encoding="utf-8"))
        jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
        texts = {article["id"]: article["text"] for article in document["articles"]}
        for claim in document["derivations"]:
            for passage in claim["passages"]:
                for left, right in passage["matches"]:
                    one = texts[claim["parent"]][left["start"] : left["end"]]
                    other = texts[claim["child"]][right["start"] : right["end"]]
                    assert one.split()[0].casefold().strip("“”\"'") == other.split()[0].casefold().strip("“”\"'")
    assert run("trace", COPY, "--json").stdout.startswith('{\n  "schema": "lineage/1"')
    assert run("trace", COPY, "--json", "-o", tmp_path / "x.txt").returncode == 0
    assert (tmp_path / "x.txt").read_text(encoding="utf-8").startswith("{")


def test_bad_records_are_named_and_the_result_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    good = json.dumps({"id": "a", "text": "One sentence.", "outlet": "Post"})
    path.write_text(f'{good}\n{{"id": "b", "te\n{{"id": "c"}}\n')
    done = run("trace", path)
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        f"{path}:2: broken JSON (unexpected end of data)",
        f"{path}:3: no text: expected a field 'text', found 'id'",
    ]
    assert done.stdout.splitlines()[-1] == "1 article, 1 independent origin, 2 skipped"


def test_standard_input_and_maps() -> None:
    record = json.dumps({"nr": 5, "words": "One sentence."})
    done = run("trace", "-", "--map", "id=nr", "--map", "text=words", "--json", stdin=record)
    assert [article["id"] for article in json.loads(done.stdout)["articles"]] == ["5"]
    assert run("trace", "-", "--map", "id", stdin=record).stderr.startswith("lineage: --map id: write FIELD=COLUMN")


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    out = tmp_path / "tree.txt"
    out.write_text("mine")
    done = run("trace", COPY, "-o", out)
    assert (done.returncode, out.read_text()) == (2, "mine")
    assert "--force overwrites it" in done.stderr
    assert run("trace", COPY, "-o", out, "--force").returncode == 0
    assert out.read_text(encoding="utf-8").endswith("0 skipped\n")
    missing = run("trace", COPY, "-o", tmp_path / "no" / "tree.txt")
    assert missing.returncode == 2
    assert run("trace", COPY, "-o", tmp_path, "--force").returncode == 2
    assert list(tmp_path.iterdir()) == [out]  # nothing half-written stays


@pytest.mark.parametrize(
    ("story", "fail_on", "code"),
    [
        ("ferry-inquiry", "copied", 1),
        ("ferry-inquiry", "uncredited", 0),
        ("mill-fire", "uncredited", 1),
        ("klinikum-wendau", "copied", 0),
    ],
)
def test_fail_on(story: str, fail_on: str, code: int) -> None:
    assert run("trace", SAMPLES / story, "--fail-on", fail_on).returncode == code


def test_compare_marks_the_changes(tmp_path: Path) -> None:
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    a.write_text("The harbour bridge will close on Monday for repairs that take three months, the council said.")
    b.write_text(
        "The harbour bridge will close on Tuesday for urgent repairs that take three months, the council said."
    )
    done = run("compare", a, b)
    assert "[-Monday-]" in done.stdout
    assert "{+Tuesday+}" in done.stdout
    assert "{+urgent+}" in done.stdout
    assert done.stdout.rstrip().splitlines()[-1].endswith("outside quotation marks, 0 inside.")
    found = json.loads(run("compare", a, b, "--json").stdout)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate(found, {"$ref": "#/$defs/overlap", "$defs": schema["$defs"]})
    assert (found["a"], found["b"], found["narrated"]) == ("a", "b", 15)
    assert "share no passage" in run("compare", a, COPY / "harbour-courier.txt").stdout
    several = run("compare", a, SAMPLES / "mill-fire")
    assert (several.returncode, several.stdout) == (2, "")
    assert "files with one article each, this has 6" in several.stderr
    broken = tmp_path / "c.jsonl"
    broken.write_text("{")
    unread = run("compare", a, broken)
    assert unread.returncode == 3
    assert unread.stderr.splitlines()[-1] == f"lineage: {broken}: no article in it can be read"


def test_why_shows_the_ledger_with_its_evidence() -> None:
    done = run("why", "inland", COPY)
    assert done.returncode == 0
    assert "The Inland Post [inland-post] ← Harbour Courier [harbour-courier]: almost certainly" in done.stdout
    for word in ("text", "share", "credit", "rivals", "log odds, a probability of"):
        assert word in done.stdout
    assert "credits Harbour Courier" in done.stdout
    assert "Nordwire (not in the input)" in run("why", "Island Chronicle and Advertiser", WIRE).stdout
    assert "shares only quotations" in run("why", "skerrow-sound", COPY).stdout
    assert "direction undetermined" in run("why", "twin-a", *twins()).stdout
    lost = run("why", "inland-past", COPY)
    assert lost.returncode == 2
    assert "did you mean inland-post" in lost.stderr
    other = run("why", "inland-post", COPY, "--parent", "skerrow-sound")
    assert "not found to have taken anything from Skerrow Sound" in other.stdout
    assert run("why", "THE INLAND POST", COPY).stdout == done.stdout
    several = run("why", "twin", *twins())
    assert several.stderr == "lineage: twin may be twin-a, twin-b; name one\n"
    assert "did you mean inland-post?" in run("why", "the inland pots", COPY).stderr


def twins() -> list[str]:
    return ["--map", "id=id", str(Path(__file__).parent / "data" / "twins.jsonl")]


def test_demo_needs_nothing() -> None:
    done = run("demo")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].endswith("0 skipped")
    listed = run("demo", "--list").stdout.splitlines()
    assert len(listed) >= 7
    assert run("demo", listed[0].split()[0]).returncode == 0
    assert "no sample is called x" in run("demo", "x").stderr


def test_usage_errors_are_one_line_and_exit_2(tmp_path: Path) -> None:
    for words in (["trace", tmp_path / "nothing"], ["trace"], ["trace", COPY, "--fail-on", "all"], ["nonsense"]):
        done = run(*words)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    empty = run("trace", tmp_path)
    assert empty.returncode == 2
    assert "no article to trace" in empty.stderr
    settings = tmp_path / "s.toml"
    settings.write_text("[overlap]\nwindw = 3\n")
    assert "did you mean window" in run("trace", COPY, "--settings", settings).stderr


def test_colour_only_where_it_is_wanted() -> None:
    assert "\x1b[" in run("trace", COPY, FORCE_COLOR="1").stdout
    assert "\x1b[" not in run("trace", COPY, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert "\x1b[" not in run("trace", COPY, FORCE_COLOR="0").stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_any_encoding_of_the_terminal_will_do(encoding: str) -> None:
    for command in (["trace", SAMPLES / "jisr-al-wadi"], ["why", "bawwabat", SAMPLES / "jisr-al-wadi"]):
        done = run(*command, encoding=encoding)
        assert done.returncode == 0
        assert "\\u062c" in done.stdout  # not lost, not a crash
    shown = run("trace", SAMPLES / "tramway-orvanne", encoding=encoding).stdout
    assert ("Sône" in shown) == (encoding != "ascii")
    assert "`-- Le Courrier" in shown
    assert max(map(len, shown.splitlines())) <= 100


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")
def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.txt")).write_text("Some words.")
    assert "bad\ufffd" in run("trace", tmp_path).stdout
    assert "bad\ufffd" in run("trace", tmp_path, "--json").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and signals are others there")
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_whoever_has_read_enough_may_leave(more: list[str]) -> None:
    running = process("trace", COPY, *more)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait(20) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and signals are others there")
def test_an_interrupt_is_no_traceback() -> None:
    running = process("trace", "-", "--map", "text=words", stdin=subprocess.PIPE)
    assert running.stdin is not None
    running.stdin.write(b'{"words": 5}\n')  # is named at once, and then it waits for more
    running.stdin.flush()
    assert running.stderr is not None
    said = running.stderr.readline()
    running.send_signal(signal.SIGINT)
    _, rest = running.communicate(timeout=20)
    assert running.returncode == 130
    assert b"Traceback" not in said + rest


def test_hostile_titles_do_not_reach_the_terminal() -> None:
    evil = "Post\x1b]52;c;ZXZpbA==\x07\x1b[2J\r\u202e"
    lines = "\n".join(json.dumps({"id": f"x{n}\x1b[31m", "text": "a b c " * 20, "outlet": evil}) for n in range(2))
    for command in (["trace", "-", "--all"], ["why", "x0", "-"], ["why", "x", "-"], ["why", "z1", "-"]):
        done = run(*command, stdin=lines)
        assert done.stdout + done.stderr
        assert not set(done.stdout + done.stderr) & set("\x1b\x07\r\u202e"), command


def test_help_is_quick_and_has_examples() -> None:
    assert run("--version").stdout == f"lineage {__version__}\n"
    heavy = ("numpy", "orjson", "datasketch", "rich", "pydantic")
    probe = f"import sys, lineage.cli; print([m for m in {heavy} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True).stdout
    assert loaded == "[]\n"  # what makes a start slow is not loaded for --help
    for command in ("trace", "compare", "why", "demo"):
        assert "Example" in run(command, "--help").stdout
