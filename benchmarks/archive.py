"""`python -m benchmarks archive`: the archive day by day, look-ups in it, and peers that can do the same job.

Articles are made by the seeded generator (`benchmarks.corpora`), `--day` of them are added at a time, and the archive
is settled after each day, as a scan does. CPU time of one core; each part in a process of its own. What is sketched,
joined and verified is timed apart from the lineage of the stories, which is measured on `--told` articles.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Self

from benchmarks.machine import ONE_THREAD, facts, peak_megabytes

RESULTS = Path(__file__).parent / "results"
QUERIES = 1_000  # articles that are looked up, half of which take a passage of one that is there
INSERTED = 1_000  # articles that are added at once to the whole archive
ROUNDS = 3  # of what is set against something: of one alone a ratio came out between 4.5 and 5.8
SHARERS = 20_000  # articles that share one passage
PEERS = 10_000  # articles that the peers hold: datasketch takes 90 KB for each


def _cpu() -> float:
    """CPU seconds of this process and of those it waited for."""
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


class Share:
    """CPU seconds of this process inside some functions, which are replaced while this is entered. What they call of
    another share's counts for them.
    """

    within: ClassVar = False  # one of any share's functions

    def __init__(self, *functions: tuple[Any, str]) -> None:
        self.seconds = 0.0
        self._functions = functions

    def __enter__(self) -> Self:
        self._before = [(owner, name, getattr(owner, name)) for owner, name in self._functions]
        for owner, name, function in self._before:
            setattr(owner, name, self._timed(function))
        return self

    def __exit__(self, *error: object) -> None:
        for owner, name, function in self._before:
            setattr(owner, name, function)

    def _timed(self, function: Any) -> Any:
        def timed(*given: Any, **named: Any) -> Any:
            if Share.within:
                return function(*given, **named)
            Share.within, begin = True, time.process_time()
            try:
                found = function(*given, **named)
                return list(found) if isinstance(found, Iterator) else found  # what a generator takes is taken here
            finally:
                Share.within = False
                self.seconds += time.process_time() - begin

        return timed


def build(folder: Path, articles: int, day: int) -> dict[str, Any]:
    """Add articles day by day; seconds of all days, and what it takes on the disk. What compressing and writing texts
    and the catalogue's rows of articles take is told as well: the rest is sketch, join and passages.
    """
    from benchmarks.corpora import synthetic
    from lineage import Archive
    from lineage.archive import adding, sketching
    from lineage.archive.catalogue import Catalogue

    made = synthetic(articles)
    days: list[float] = []
    pairs = 0
    texts = Share((sketching, "packed"), (adding, "_keep_texts"))
    rows = Share((Catalogue, "insert"), (adding, "unknown"), (adding, "_names"), (adding, "_enrol"))
    with Archive.open(folder, write=True) as archive, texts, rows:
        while some := list(islice(made, day)):
            begin = _cpu()
            pairs += archive.add(some).pairs
            archive.settle()
            days.append(_cpu() - begin)
            print(f"{len(archive):,} articles, {days[-1]:.1f} s", file=sys.stderr)
        peak = peak_megabytes()
        archive.held.catalogue.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        text = archive.held.blocks.bytes_held
        held = archive.held.catalogue.rows("segments")
        segments = sum((folder / "segments" / row[0]).stat().st_size for row in held)
        catalogue = (folder / "archive.db").stat().st_size
    # the last may be shorter; the median leaves out the days on which segments are merged
    whole = days[: articles // day]
    return {
        "articles": articles,
        "day": day,
        "seconds": sum(days),
        "texts": texts.seconds,
        "rows": rows.seconds,
        "days": days,
        "first_days": statistics.median(whole[:5]),
        "last_days": statistics.median(whole[-5:]),
        "pairs": pairs,
        "megabytes": peak,
        "index_bytes": segments / articles,
        "text_bytes": text / articles,
        "catalogue_bytes": catalogue / articles,
    }


def _queries(articles: int) -> Iterator[Any]:
    """Articles that are not in an archive of so many; half of them hold a passage of one that is."""
    from benchmarks.corpora import synthetic
    from lineage import Article

    known = list(islice(synthetic(articles), QUERIES // 2))
    fresh = list(islice(synthetic(articles, seed=2), QUERIES))
    for number, article in enumerate(fresh):
        text = article.text
        if number % 2:
            words = known[number // 2].text.split()[100:300]
            text = " ".join([*text.split()[:300], *words])
        yield Article(f"query-{number}", text, article.outlet)


def look_up(folder: Path, articles: int, day: int) -> dict[str, Any]:
    """Milliseconds of look-ups from text to passages, warm, and of adding a thousand articles at once; by the clock,
    and of CPU time, which does not depend on what else the machine does.
    """
    from benchmarks.corpora import synthetic
    from lineage import Archive, Article, check

    queries = list(_queries(articles))
    with Archive.open(folder) as archive:
        for article in queries[:100]:
            check(article, archive, infer=False)
        found = 0
        times, told = Clock(), Clock()
        for article in queries:
            with times:
                found += bool(check(article, archive, infer=False).overlaps)
        for article in queries[:100]:
            with told:
                check(article, archive)
    inserts = Clock()
    fresh = synthetic(10 * INSERTED, seed=3)
    with Archive.open(folder, write=True) as archive:
        archive.add([Article(f"warm-{a.id}", a.text, a.outlet) for a in islice(fresh, INSERTED)])
        for _ in range(5):
            some = [Article(f"insert-{a.id}", a.text, a.outlet) for a in islice(fresh, INSERTED)]
            with inserts:
                archive.add(some)
    return {
        "queries": len(queries), "found": found, "p50": times.at(0.5), "p99": times.at(0.99), "told_p50": told.at(0.5),
        "insert": inserts.at(0.5),
    }  # fmt: skip


class Clock:
    """Milliseconds of what is done within it, time after time: by the clock, and of this process's CPU time."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def __enter__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def __exit__(self, *error: object) -> None:
        self.wall.append(1000 * (time.perf_counter() - self._began[0]))
        self.cpu.append(1000 * (time.process_time() - self._began[1]))

    def at(self, share: float) -> tuple[float, float]:
        """The times below which a share of all are: by the clock, and of CPU."""
        return tuple(sorted(own)[int(len(own) * share)] for own in (self.wall, self.cpu))  # type: ignore[return-value]


def cold(folder: Path, articles: int, day: int) -> dict[str, Any]:
    """Seconds of whole `lineage check` processes, by the clock and of CPU, of a package with its bytecode."""
    wall, cpu = [], []
    compiling = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as place:
        for number, article in enumerate(islice(_queries(articles), 1, 16, 2)):
            path = Path(place) / f"{number}.txt"
            path.write_text(article.text, encoding="utf-8")
            call = [sys.executable, "-m", "lineage", "check", str(path), "--archive", str(folder), "--json"]
            begin = time.perf_counter(), _cpu()
            subprocess.run(call, check=True, stdout=subprocess.DEVNULL, env=compiling)
            if number:  # the first one compiles
                wall.append(time.perf_counter() - begin[0])
                cpu.append(_cpu() - begin[1])
    return {"median": (statistics.median(wall), statistics.median(cpu)), "least": (min(wall), min(cpu))}


def told(folder: Path, articles: int, day: int) -> dict[str, Any]:
    """CPU seconds of a scan without and with the lineage of every story; wall seconds with one and two workers. Medians
    of rounds in which each comes in turn, since the speed of the machine changes in minutes.
    """
    from benchmarks.corpora import synthetic

    made = list(synthetic(articles))
    rounds = [_told(folder / f"round {number}", made) for number in range(ROUNDS)]
    return {"articles": articles} | {name: statistics.median(own[name] for own in rounds) for name in rounds[0]}


def _told(folder: Path, made: Sequence[Any]) -> dict[str, float]:
    from lineage import Archive, scan

    folder.mkdir()
    begin = _cpu()
    with Archive.open(folder / "added", write=True) as archive:
        archive.add(made)
        archive.settle()
    added = _cpu() - begin
    begin, wall = _cpu(), time.perf_counter()
    with scan(made, archive=folder / "one") as found:
        stories = sum(1 for _ in found.stories())
        inside = found.archive.held.catalogue.count("members")
    whole, one = _cpu() - begin, time.perf_counter() - wall
    wall, begin, here = time.perf_counter(), _cpu(), time.process_time()
    with scan(made, archive=folder / "two", workers=2):
        two = time.perf_counter() - wall
    both, here = _cpu() - begin, time.process_time() - here
    shutil.rmtree(folder)
    return {
        "added": added, "told": whole, "times": whole / added, "stories": stories, "in_stories": inside,
        "two_workers": one / two, "two_cpu": both / whole, "two_at_best": whole / max(here, both / 2),
    }  # fmt: skip


def shared(folder: Path, articles: int, day: int) -> dict[str, Any]:
    """CPU seconds of a scan of articles of which none shares anything, and of the same with one passage in all, in
    turn; the median of the ratios.
    """
    times = [_shared(folder / f"shared {number}") for number in range(ROUNDS)]
    return {"articles": SHARERS, "times": statistics.median(times)}


def _shared(folder: Path) -> float:
    from lineage import Article, scan

    seconds: list[float] = []
    for common in ("", " ".join(f"c{number}" for number in range(40))):
        rng = random.Random(1)
        words = (" ".join(f"u{rng.randrange(10**8)}" for _ in range(80)) for _ in range(SHARERS))
        made = [Article(f"x{n}", f"{text} {common}", f"o{n}") for n, text in enumerate(words)]
        begin = _cpu()
        scan(made, archive=folder.with_name(f"{folder.name} {len(seconds)}")).close()
        seconds.append(_cpu() - begin)
    return seconds[1] / seconds[0]


def peers(folder: Path, articles: int, day: int) -> dict[str, Any]:
    """The same look-ups by others: which articles share a fingerprint (or a band) with a text. Wall milliseconds."""
    from benchmarks.corpora import synthetic
    from lineage import Archive, check

    made = list(synthetic(PEERS))
    queries = list(islice(_queries(PEERS), 200))
    rows: dict[str, Any] = {}
    with Archive.open(folder / "small", write=True) as archive:
        begin = time.perf_counter()
        archive.add(made)
        built = time.perf_counter() - begin
        rows["lineage"] = {"build": built, **_timed(lambda article: check(article, archive, infer=False), queries)}
    rows["sqlite"] = _sqlite(folder / "postings.db", made, queries)
    try:
        import duckdb  # noqa: F401
    except ImportError:
        rows["duckdb"] = None
    else:
        rows["duckdb"] = _duckdb(folder / "postings.duckdb", made, queries)
    rows["datasketch"] = _datasketch(made, queries)
    return {"articles": PEERS, "rows": rows}


def _timed(run: Any, queries: Sequence[Any]) -> dict[str, float]:
    times = []
    for article in queries:
        begin = time.perf_counter()
        run(article)
        times.append(1000 * (time.perf_counter() - begin))
    times.sort()
    return {"p50": times[len(times) // 2], "p99": times[int(0.99 * len(times))]}


def _prints(texts: Sequence[str]) -> Iterator[list[int]]:
    """Fingerprints of texts, as whole numbers with a sign."""
    from lineage.finding import sketches

    for hashes, _, _, counts in sketches(texts, 8):
        at = 0
        for count in counts.tolist():
            yield (hashes[at : at + count] >> 1).tolist()
            at += count


def _sqlite(path: Path, made: Sequence[Any], queries: Sequence[Any]) -> dict[str, float]:
    """Postings in a table with an index: articles by shared fingerprints, without passages."""
    begin = time.perf_counter()
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE postings (hash INTEGER, article INTEGER)")
        for number, prints in enumerate(_prints([a.text for a in made])):
            base.executemany("INSERT INTO postings VALUES (?, ?)", ((value, number) for value in prints))
        base.execute("CREATE INDEX by_hash ON postings (hash)")
    built = time.perf_counter() - begin

    def look(article: Any) -> None:
        (prints,) = _prints([article.text])
        marks = ", ".join("?" * len(prints))
        base.execute(f"SELECT article, count(*) FROM postings WHERE hash IN ({marks}) GROUP BY 1", prints).fetchall()

    found = {"build": built, **_timed(look, queries), "bytes": path.stat().st_size / len(made)}
    base.close()
    return found


def _duckdb(path: Path, made: Sequence[Any], queries: Sequence[Any]) -> dict[str, float]:
    import duckdb
    import pyarrow

    begin = time.perf_counter()
    base = duckdb.connect(str(path))
    prints = list(_prints([a.text for a in made]))
    columns = {
        "hash": [value for own in prints for value in own],
        "article": [number for number, own in enumerate(prints) for _ in own],
    }
    rows = pyarrow.table(columns)
    base.execute("CREATE TABLE postings AS SELECT * FROM rows ORDER BY hash")
    base.execute("CHECKPOINT")
    built = time.perf_counter() - begin
    del rows

    def look(article: Any) -> None:
        (own,) = _prints([article.text])
        base.execute("SELECT article, count(*) FROM postings WHERE list_contains(?, hash) GROUP BY 1", [own]).fetchall()

    found = {"build": built, **_timed(look, queries[:20]), "bytes": path.stat().st_size / len(made)}
    base.close()
    return found


def _datasketch(made: Sequence[Any], queries: Sequence[Any]) -> dict[str, float]:
    """Whole-article MinHash in memory: near-duplicates only, no passages."""
    from datasketch import MinHash, MinHashLSH

    def sketch(text: str) -> MinHash:
        words = text.split()
        made = MinHash(128)
        made.update_batch([" ".join(words[i : i + 5]).encode() for i in range(len(words) - 4)])
        return made

    index = MinHashLSH(0.3, 128)
    begin = time.perf_counter()
    for article in made:
        index.insert(article.id, sketch(article.text))
    built = time.perf_counter() - begin
    return {"build": built, **_timed(lambda article: index.query(sketch(article.text)), queries)}


PARTS = {"build": build, "look_up": look_up, "cold": cold, "told": told, "shared": shared, "peers": peers}


def _child(part: str, folder: Path, articles: int, day: int, compiled: str) -> dict[str, Any]:
    """What a part found, in a process of its own. Processes find their modules `compiled`, as those of an installed
    package do.
    """
    call = [sys.executable, "-m", "benchmarks.archive", "--part", part, "--folder", str(folder)]
    call += ["--articles", str(articles), "--day", str(day)]
    around = {**os.environ, **ONE_THREAD, "PYTHONPYCACHEPREFIX": compiled}
    around.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True, env=around)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def markdown(result: dict[str, Any]) -> str:
    """The figures beside their goals."""
    b, q, c, t = (result[part] for part in ("build", "look_up", "cold", "told"))
    s = result["shared"]
    rows = [
        (f"{b['articles']:,} articles, all that an archive does, CPU", f"{b['seconds']:.0f} s", "stated"),
        ("of it texts, compressed and written", f"{b['texts']:.0f} s", "stated"),
        ("of it the catalogue", f"{b['rows']:.0f} s", "stated"),
        ("sketch, join and passages", f"{b['seconds'] - b['texts'] - b['rows']:.0f} s", "60 s for 1 M"),
        ("most memory", f"{b['megabytes']:,.0f} MB", "2,000 MB"),
        (
            f"days of {b['day']:,}, the last five against the first five, median",
            f"{b['last_days'] / b['first_days']:.2f} ×",
            "1.3 ×",
        ),
        ("index on the disk, an article", f"{b['index_bytes'] / 1000:.2f} KB", "1.6 KB"),
        ("text, compressed, an article", f"{b['text_bytes'] / 1000:.2f} KB", "stated"),
        ("catalogue without text, an article", f"{b['catalogue_bytes'] / 1000:.2f} KB", "stated"),
        ("look-up from text to passages, median", "{:.1f} ms; CPU {:.1f} ms".format(*q["p50"]), "2 ms"),
        ("the same, 99 of 100", "{:.1f} ms; CPU {:.1f} ms".format(*q["p99"]), "20 ms"),
        ("with lineage, median", "{:.0f} ms; CPU {:.0f} ms".format(*q["told_p50"]), "stated"),
        ("1,000 articles added and committed, median", "{:.0f} ms; CPU {:.0f} ms".format(*q["insert"]), "200 ms"),
        ("a whole `lineage check` process, median", "{:.2f} s; CPU {:.2f} s".format(*c["median"]), "0.5 s"),
        (f"lineage of every story, {t['articles']:,} articles, against none", f"{t['times']:.1f} ×", "5 ×"),
        ("two workers against one, wall time of that", f"{t['two_workers']:.2f} ×", "1.6 ×"),
        ("the same at best: as the CPU time of each process allows", f"{t['two_at_best']:.2f} ×", "1.6 ×"),
        ("CPU time with two workers against one", f"{t['two_cpu']:.2f} ×", "1.1 ×"),
        (f"{s['articles']:,} articles with one passage in all, against none, CPU", f"{s['times']:.1f} ×", "2 ×"),
    ]
    lines = ["| what | measured | goal |", "|---|---|---|", *(f"| {a} | {m} | {g} |" for a, m, g in rows), ""]
    lines += [f"Peers, {result['peers']['articles']:,} articles, one look-up:", ""]
    lines += ["| | build | p50 | p99 | finds |", "|---|---|---|---|---|"]
    finds = {"lineage": "passages", "datasketch": "near-duplicates, in memory"}
    for name, row in result["peers"]["rows"].items():
        if row is None:
            lines.append(f"| {name} | not installed | | | |")
            continue
        told_as = finds.get(name, "articles that share fingerprints")
        lines.append(f"| {name} | {row['build']:.1f} s | {row['p50']:.2f} ms | {row['p99']:.2f} ms | {told_as} |")
    machine = result["machine"]
    lines += ["", f"{machine['processor']}, {machine['cores']} shared cores, Python {machine['python']}.", ""]
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    """Run all parts, or one in this process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks archive", description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000, help="in the archive")
    parser.add_argument("--day", type=int, default=30_000, help="articles that are added together")
    parser.add_argument("--told", type=int, default=10_000, help="articles whose lineage is told")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="for the archives; else a temporary one")
    options = parser.parse_args(argv)
    if options.part:
        print(json.dumps(PARTS[options.part](options.folder, options.articles, options.day)))
        return 0
    folder = options.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        result: dict[str, Any] = {"machine": facts()}
        for part in PARTS:
            place = folder / ("million" if part in ("build", "look_up", "cold") else part)
            count = options.told if part == "told" else options.articles
            if part in ("told", "shared", "peers"):
                place.mkdir()
            result[part] = _child(part, place, count, options.day, str(folder / "compiled"))
            print(part, result[part], file=sys.stderr)
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    (RESULTS / "archive.json").write_text(json.dumps(result, indent=1) + "\n")
    (RESULTS / "archive.md").write_text(markdown(result))
    print(markdown(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
