"""`scan`, `check` and the commands around an archive, on the written samples."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from corpus.stories import SAMPLES
from lineage import Archive, Article, check, read_articles, scan, trace
from lineage.archive.results import TABLES
from lineage.checking import read_licences, uses
from lineage.errors import UsageError
from lineage.model import Lineage
from lineage.telling import retold
from tests.archive.dumps import dump, write
from tests.test_cli import run

RAIL = SAMPLES / "rail-strike"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of all samples."""
    folder = tmp_path_factory.mktemp("scan") / "archive"
    scan(read_articles(SAMPLES), archive=folder).close()
    return folder


def claims(found: Lineage) -> set[tuple[str, str, str]]:
    said = {(c.child, c.parent, f"{c.probability:.6f}") for c in found.derivations}
    return said | {(c, s.name or "", f"{s.probability[c]:.6f}") for s in found.sources for c in s.children}


@pytest.mark.parametrize("sample", sorted(p.name for p in SAMPLES.iterdir() if p.is_dir()))
def test_a_story_is_told_as_trace_tells_it(archive: Path, sample: str) -> None:
    """What `scan` finds among all samples is what `trace` finds in each, for the articles that share text."""
    alone = trace(read_articles(SAMPLES / sample))
    with Archive.open(archive) as held:
        rows = [*held.table("derivations"), *held.table("sources")]
    own = set(alone.articles)
    found = {
        (row["child"], row.get("parent", row.get("name")) or "", f"{row['probability']:.6f}")
        for row in rows
        if row["child"] in own
    }
    linked = {c.child for c in alone.derivations} | {c.parent for c in alone.derivations}
    linked |= {child for source in alone.sources if len(source.children) > 1 for child in source.children}
    assert found >= {claim for claim in claims(alone) if claim[0] in linked}


def test_show_tells_what_the_tables_tell(archive: Path) -> None:
    with Archive.open(archive) as held:
        for story in held.stories():
            found = retold(held, story.id)
            assert len(found.articles) == story.articles
            rows = [row for row in held.table("derivations") if row["story"] == story.id]
            assert {(c.child, c.parent) for c in found.derivations} == {(row["child"], row["parent"]) for row in rows}
            assert found.origins == story.origins


def test_a_scan_without_an_archive_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with scan(read_articles(RAIL)) as found:
        assert len(list(found.stories())) == 1
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


def test_only_the_outlets_that_are_asked_for(tmp_path: Path) -> None:
    with scan(dump(60), archive=tmp_path / "a", outlets=["morning ledger", "Die Warte"]) as found:
        assert {row["outlet"] for row in found.table("articles")} == {"Morning Ledger", "Die Warte"}
        assert any("not from the outlets asked for" in entry.reason for entry in found.skipped)


def test_check_names_the_source_and_does_not_remember(archive: Path) -> None:
    (original,) = read_articles(RAIL / "fjordside-times.txt")
    copy = Article("mine", "As the Fjordside Times reported. " + original.text, "My Paper")
    with Archive.open(archive) as held:
        before = len(held)
        found = check(copy, held)
        assert len(held) == before
        assert found.overlaps[0].b == "fjordside-times"
        assert found.overlaps[0].b_in_a > 0.9
        assert found.lineage is not None
        assert ("mine", "fjordside-times") in {(claim.child, claim.parent) for claim in found.lineage.derivations}
        for overlap in found.overlaps:
            for passage in overlap.passages:
                other = found.others[overlap.b].text
                assert copy.text[passage.a.start : passage.a.end]
                assert other[passage.b.start : passage.b.end]
        nothing = check(
            Article("x", "Entirely other words stand here, and nobody wrote them before this test did."), held
        )
        assert not nothing.overlaps
        assert check(original, held, infer=False).overlaps[0].b != "fjordside-times"  # itself is left out


def test_check_where_text_is_not_kept(tmp_path: Path) -> None:
    articles = dump(80, furniture=False)
    with scan(articles, archive=tmp_path / "a", text=False) as found:
        result = check(Article("copy", articles[3].text), found.archive)
        assert result.overlaps[0].b == articles[3].id
        assert result.lineage is None
        used = uses(Article("copy", articles[3].text, "X"), tmp_path / "a")
        assert used[0].id == articles[3].id
        assert used[0].credited is None


def test_a_story_without_text_is_listed_and_nothing_is_claimed(tmp_path: Path) -> None:
    with scan(read_articles(SAMPLES), archive=tmp_path / "a", text=False) as found:
        story = next(found.stories())
    done = run("show", story.id, "--archive", tmp_path / "a", "--all")
    assert done.returncode == 0
    assert "the lineage of this story was not told: the archive keeps no text" in done.stdout
    assert done.stdout.endswith(f"{story.articles} articles, lineage not told, 1 skipped\n")
    assert not re.search("independent|origin|nothing", done.stdout)
    assert done.stdout.count("[") == story.articles


def test_a_story_that_comes_out_otherwise_is_not_told_as_independent(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[descent]\nnarrated_words = 900\n", encoding="utf-8")
    done = run("show", "fjordside-times", "--archive", archive, "--settings", tmp_path / "other.toml")
    assert "give the settings and the registry that it had" in " ".join(done.stdout.split())
    assert done.stdout.endswith("5 articles, lineage not told, 1 skipped\n")
    assert "independent" not in done.stdout


def test_what_was_added_by_hand_is_told_by_the_next_scan(archive: Path, tmp_path: Path) -> None:
    """An archive that `Archive.open` made is one that `scan` goes on with."""
    with Archive.open(tmp_path / "a", write=True) as held:
        held.add(read_articles(SAMPLES))
        assert list(held.stories()) == []
    with scan([], archive=tmp_path / "a") as found, Archive.open(archive) as usual:
        assert list(found.stories()) == list(usual.stories())
        assert found.flows() == usual.flows()


def test_who_used_mine(archive: Path, tmp_path: Path) -> None:
    (original,) = read_articles(RAIL / "fjordside-times.txt")
    licences = tmp_path / "licences.csv"
    licences.write_text("outlet,licensed_until\nferry traveller,2030-01-01\nThe Grauhaven Mercury,2020-01-01\n")
    found = {use.id: use for use in uses(original, archive, licences=read_licences(licences))}
    assert found["ferry-traveller"].credited
    assert found["ferry-traveller"].licensed is None  # it bears no date
    assert found["grauhaven-mercury"].licensed is False
    assert found["island-chronicle"].licensed is False
    assert found["ferry-traveller"].share > 0.5
    assert "fjordside-times" not in found


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("outlet\nx\n", "has the columns outlet and licensed_until"),
        ("outlet,licensed_until\nx,soon\n", "licences.csv:2: licensed_until is 'soon'"),
    ],
)
def test_a_list_of_licences_that_cannot_be_read(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "licences.csv").write_text(content)
    with pytest.raises(UsageError, match=re.escape(said)):
        read_licences(tmp_path / "licences.csv")


# ---- the command line ------------------------------------------------------------------------------------------------


def test_scan_prints_a_summary_and_writes_every_table(tmp_path: Path) -> None:
    done = run("scan", SAMPLES, "--archive", tmp_path / "a", "-o", tmp_path / "out")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "56 articles: 56 new, 0 known already" in done.stdout
    assert "12 stories, the largest" in done.stdout
    assert "Ferry Traveller ← Fjordside Times" in done.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"{name}.jsonl" for name in TABLES}
    again = run("scan", SAMPLES, "--archive", tmp_path / "a", "-o", tmp_path / "out")
    assert again.returncode == 2
    assert "--force" in again.stderr
    again = run("scan", SAMPLES, "--archive", tmp_path / "a", "-o", tmp_path / "out", "--force")
    assert "0 new, 56 known already" in again.stdout


def test_the_tables_agree_in_all_formats(archive: Path, tmp_path: Path) -> None:
    for kind in ("jsonl", "csv", "parquet"):
        assert run("archive", "export", archive, "-o", tmp_path / kind, "--format", kind).returncode == 0
    for name, table in TABLES.items():
        rows = [json.loads(line) for line in (tmp_path / "jsonl" / f"{name}.jsonl").read_text().splitlines()]
        assert all(list(row) == list(table.columns) for row in rows), name
        assert pyarrow.parquet.read_table(tmp_path / "parquet" / f"{name}.parquet").to_pylist() == rows
        with (tmp_path / "csv" / f"{name}.csv").open(newline="") as file:
            read = list(csv.DictReader(file))
        assert len(read) == len(rows)
        for one, other in zip(read, rows, strict=True):
            assert one.keys() == other.keys()


def test_cells_that_look_like_formulas_are_made_harmless(tmp_path: Path) -> None:
    articles = [Article("=cmd()", "words " * 5, "@outlet", title="+1")]
    scan(articles, archive=tmp_path / "a").close()
    run("archive", "export", tmp_path / "a", "-o", tmp_path / "safe", "--format", "csv")
    run("archive", "export", tmp_path / "a", "-o", tmp_path / "raw", "--format", "csv", "--csv-raw")
    assert "'=cmd(),'=cmd(),'@outlet,,'+1" in (tmp_path / "safe" / "articles.csv").read_text()
    assert "\n=cmd(),=cmd(),@outlet,,+1" in (tmp_path / "raw" / "articles.csv").read_text()


def test_the_schema_that_is_documented_is_the_one_that_is_written() -> None:
    page = (Path(__file__).parent.parent / "docs" / "tables.md").read_text(encoding="utf-8")
    for name, table in TABLES.items():
        section = page.split(f"## {name}\n")[1].split("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(table.columns), name


def test_stories_flows_show_and_check(archive: Path, tmp_path: Path) -> None:
    stories = run("stories", "--archive", archive, "--limit", "3")
    assert stories.returncode == 0
    assert len(stories.stdout.splitlines()) == 5
    assert "and 9 more; --limit shows them" in stories.stdout
    listed = [json.loads(line) for line in run("stories", "--archive", archive, "--json").stdout.splitlines()]
    assert listed[0]["id"] == "fjordside-times"
    flows = run("flows", "--archive", archive)
    assert "Ferry Traveller ← Fjordside Times" in flows.stdout
    shown = run("show", "ferry-traveller", "--archive", archive)
    assert "Nordwire (not in the input)" in shown.stdout
    assert json.loads(run("show", "ferry-traveller", "--archive", archive, "--json").stdout)["schema"] == "lineage/1"
    draft = tmp_path / "draft.txt"
    draft.write_text((RAIL / "ferry-traveller.txt").read_text(encoding="utf-8"), encoding="utf-8")
    checked = run("check", draft, "--archive", archive)
    assert checked.returncode == 0
    assert "passage by passage" in checked.stdout
    assert "ferry-traveller" in checked.stdout
    document = json.loads(run("check", draft, "--archive", archive, "--json").stdout)
    assert document["schema"] == "lineage-check/1"
    assert document["overlaps"][0]["b"] == "ferry-traveller"
    empty = tmp_path / "empty.txt"
    empty.write_text(" \n")
    assert "  it has no text\n" in run("check", empty, "--archive", archive).stdout
    used = run("check", RAIL / "fjordside-times.txt", "--archive", archive, "--as-source")
    assert re.search(r"Ferry Traveller \[ferry-traveller\] +65.%, 124 words, credited", used.stdout)


def test_several_results_of_check_go_to_lines_not_to_one_document(archive: Path, tmp_path: Path) -> None:
    drafts = [RAIL / "ferry-traveller.txt", RAIL / "fjordside-times.txt"]
    lines = tmp_path / "out.jsonl"
    assert run("check", *drafts, "--archive", archive, "-o", lines).returncode == 0
    rows = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert [row["article"]["id"] for row in rows] == ["ferry-traveller", "fjordside-times"]
    one = tmp_path / "out.json"
    refused = run("check", *drafts, "--archive", archive, "-o", one)
    assert (refused.returncode, one.exists()) == (2, False)
    assert "use .jsonl for several" in refused.stderr
    assert run("check", drafts[0], "--archive", archive, "-o", one).returncode == 0
    assert json.loads(one.read_text(encoding="utf-8")) == rows[0]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("stories", "--archive", "nowhere"), 4, "there is no archive; lineage scan --archive nowhere makes one"),
        (("check", "{rail}", "--archive", "nowhere"), 4, "there is no archive"),
        (("show", "nobody", "--archive", "{archive}"), 2, "has no article 'nobody'"),
        (("scan", "{rail}", "--within", "soon"), 2, "write a number and min, h, d or w, as in 14d"),
        (("check", "{rail}", "--archive", "{archive}", "--licences", "x.csv"), 2, "add --as-source"),
    ],
)
def test_errors_are_one_line_with_the_cure(archive: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = run(*(word.format(rail=RAIL, archive=archive) for word in words))
    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_bad_record_does_not_cost_the_others(tmp_path: Path) -> None:
    path = write(dump(30), tmp_path / "dump.jsonl")
    path.write_text(path.read_text(encoding="utf-8") + "{broken\n", encoding="utf-8")
    done = run("scan", path, "--archive", tmp_path / "a", "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "dump.jsonl:31" in done.stderr
    assert "30 articles" in done.stdout
    (row,) = [
        json.loads(line)
        for line in (tmp_path / "out" / "skipped.jsonl").read_text().splitlines()
        if "unreadable" in line
    ]
    assert (row["line"], row["kind"]) == (31, "unreadable")


def test_an_interrupted_scan_says_how_to_go_on(tmp_path: Path) -> None:
    path = write(dump(3000), tmp_path / "dump.jsonl")
    code = """
import sys, threading, time, _thread, pathlib
def interrupt():
    while not list(pathlib.Path(sys.argv[-1]).glob("segments/*")):
        time.sleep(0.01)
    _thread.interrupt_main()
threading.Thread(target=interrupt, daemon=True).start()
from lineage.cli import main
main(sys.argv[1:])
"""
    command = [sys.executable, "-c", code, "scan", str(path), "--archive", str(tmp_path / "a")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 130
    assert "the same command goes on where it was" in done.stderr
