"""The command line as a person uses it: transcripts, exit codes, files, colours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from corpus.stories import SAMPLES
from lineage import __version__

SCHEMA = Path(__file__).parent.parent / "lineage" / "reports" / "lineage.schema.json"
WIRE = SAMPLES / "rail-strike"
COPY = SAMPLES / "ferry-inquiry"


def run(*words: str | Path, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    command = [sys.executable, "-m", "lineage", *map(str, words)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env={**kept, **env}, encoding="utf-8")


def test_trace_prints_a_tree_and_a_last_line() -> None:
    done = run("trace", COPY)
    assert done.returncode == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    head = lines.index("Harbour Courier  [harbour-courier]  1 Apr 2025 17:42 +01:00")
    assert lines[head + 1].startswith(
        "└── The Inland Post  [inland-post]  1 Apr 2025 · 86\u00a0% copied (243 words), credited"
    )
    assert "independent; shares only quotations with" in done.stdout
    assert lines[-1] == "5 articles, 4 independent origins, 0 skipped"
    assert all(len(line) <= 100 for line in lines)
    assert "\x1b" not in done.stdout


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
    assert list(tmp_path.iterdir()) == [out]


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
    assert (found["a"], found["b"], found["narrated"]) == ("a", "b", 15)
    assert "share no passage" in run("compare", a, COPY / "harbour-courier.txt").stdout
    assert run("compare", a, SAMPLES / "mill-fire").returncode == 2


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
    assert "nothing is claimed" in other.stdout


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
    assert run("trace", COPY, PYTHONIOENCODING="ascii").stdout.isascii()


def test_hostile_titles_do_not_reach_the_terminal() -> None:
    evil = "Post\x1b]52;c;ZXZpbA==\x07\x1b[2J\r\u202e"
    lines = "\n".join(json.dumps({"id": f"x{n}\x1b[31m", "text": "a b c " * 20, "outlet": evil}) for n in range(2))
    for command in (["trace", "-", "--all"], ["why", "x0", "-"]):
        done = run(*command, stdin=lines)
        assert not set(done.stdout + done.stderr) & set("\x1b\x07\r\u202e"), command


def test_help_is_quick_and_has_examples() -> None:
    assert run("--version").stdout == f"lineage {__version__}\n"
    probe = "import sys, lineage.cli; print([m for m in ('numpy', 'orjson', 'datasketch', 'rich') if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True).stdout
    assert loaded == "[]\n"  # what makes a start slow is not loaded for --help
    for command in ("trace", "compare", "why", "demo"):
        assert "Example" in run(command, "--help").stdout
