"""`python -m benchmarks pages --data FILE`: the text of articles in HTML pages, against what people marked.

FILE is `pages.jsonl.gz`, with `html`, `text` and `truth_kind`; only pages of kind "human" are scored. The measure is
that of the article extraction benchmark that they are from: word 4-shingles of the body, as a multiset; precision and
recall of each page, their means, and the F1 of these. Intervals are 95 % by bootstrap over pages. CPU time is that of
one core, in one run, over all pages. Nothing was tuned on these pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.histories import RESULTS
from benchmarks.machine import facts
from lineage.reading import LIMITS
from lineage.reading.pages import page_record

SHINGLE, RESAMPLES = 4, 1000  # words; draws of pages

Score = tuple[float, float]  # precision and recall


def ours(html: str) -> str:
    """What `lineage` reads."""
    text: str = page_record(html.encode("utf-8", "replace"), LIMITS).columns.get("text", "")
    return text


def trafilatura_default(html: str) -> str:
    """Trafilatura as it comes, with its fallbacks and tables."""
    from trafilatura import extract

    return extract(html, include_comments=False) or ""


def resiliparse(html: str) -> str:
    """Resiliparse's main content."""
    from resiliparse.extract.html2text import extract_plain_text

    text: str = extract_plain_text(html, main_content=True, alt_texts=False, links=False, list_bullets=False)
    return text


def everything(html: str) -> str:
    """All text of the page."""
    from lxml.html import document_fromstring

    tree = document_fromstring(html.replace("\0", "").encode("utf-8", "replace"))
    return "\n".join(tree.xpath("//body//text()[not(parent::script or parent::style or parent::noscript)]"))


SYSTEMS: dict[str, Callable[[str], str]] = {
    "ours": ours,
    "trafilatura, default": trafilatura_default,
    "resiliparse": resiliparse,
    "all text": everything,
}


def score(found: str, truth: str) -> Score:
    """Precision and recall of the shingles of one page."""
    told, true = shingles(found), shingles(truth)
    common = (told & true).total()
    return common / max(1, told.total()), common / max(1, true.total())


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The word shingles of a text; of a shorter one, all its words."""
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))


def f1(scores: Sequence[Score]) -> float:
    """Of the mean precision and the mean recall."""
    precision, recall = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    return float(2 * precision * recall / (precision + recall))


def main(argv: Sequence[str]) -> int:
    """Measure, print the table, write it with JSON beside."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks pages", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="pages.jsonl.gz")
    parser.add_argument("--output", "-o", type=Path, default=RESULTS, help="a folder for the results")
    options = parser.parse_args(argv)
    with gzip.open(options.data, "rt", encoding="utf-8", newline="\n") as lines:
        pages = [json.loads(line) for line in lines]
    rows = [measured(name, system, pages) for name, system in SYSTEMS.items()]
    versions = {name: version(name) for name in ("trafilatura", "resiliparse", "lxml")}
    result = {"machine": {**facts(), "versions": versions}, "rows": rows}
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "pages.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (options.output / "pages.md").write_text(markdown(rows), encoding="utf-8")
    print(markdown(rows), end="")
    return 0


def measured(name: str, system: Callable[[str], str], pages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A row of the table."""
    system(pages[0]["html"])  # what is imported is not counted
    begin = time.process_time()
    found = [system(page["html"]) for page in pages]
    took = (time.process_time() - begin) / len(pages)
    scores = [
        score(text, page["text"]) for text, page in zip(found, pages, strict=True) if page["truth_kind"] == "human"
    ]
    rng = random.Random(1)
    draws = sorted(f1(rng.choices(scores, k=len(scores))) for _ in range(RESAMPLES))
    precision, recall = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    return {
        "system": name, "pages": len(scores), "precision": round(precision, 4), "recall": round(recall, 4),
        "f1": round(f1(scores), 4), "interval": [round(draws[RESAMPLES // 40], 4), round(draws[-RESAMPLES // 40], 4)],
        "ms": round(took * 1000, 2),
    }  # fmt: skip


def markdown(rows: Sequence[dict[str, Any]]) -> str:
    """The table; times as ratios to ours."""
    lines = [
        f"{rows[0]['pages']} pages on which people marked the article; word {SHINGLE}-shingles",
        "",
        "| system | precision | recall | F1 (95 %) | time, ours = 1 |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in rows:
        low, high = row["interval"]
        cells = f"{row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} ({low:.3f}–{high:.3f})"
        lines.append(f"| {row['system']} | {cells} | {row['ms'] / rows[0]['ms']:.2f} |")
    return "\n".join(lines) + "\n"
