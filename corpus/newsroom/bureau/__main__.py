"""`python -m corpus.newsroom --seed 7 --level hard --stories 20 -o FOLDER`: stories as folders of
`articles.jsonl` and `truth.json`."""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.newsroom.bureau.book import LANGUAGES
from corpus.newsroom.bureau.clocks import KINDS
from corpus.newsroom.bureau.generating import generate
from corpus.newsroom.bureau.levels import LEVELS
from corpus.newsroom.bureau.nouns import truth_document
from lineage.model import Article


def main(argv: Sequence[str] | None = None) -> int:
    """Write the stories. A folder that exists is not written to."""
    options = _parser().parse_args(argv)
    if options.output.exists():
        print(f"{options.output} exists already; name a folder that does not", file=sys.stderr)
        return 2
    base = read_texts(options.base) if options.base else []
    for seed in range(options.seed, options.seed + options.stories):
        story = generate(
            seed, options.level, clocks=options.clocks, split=options.split, size=tuple(options.size),
            languages=options.languages, base_texts=base, metadata=not options.bare,
        )  # fmt: skip
        truth = json.dumps(truth_document(story), indent=1, ensure_ascii=False)
        write_story(options.output / f"{options.level}-{seed:05}", story.articles, truth)
    return 0


def write_story(folder: Path, articles: Sequence[Article], truth: str) -> None:
    """A story as a folder of `articles.jsonl` and `truth.json`."""
    folder.mkdir(parents=True)
    lines = "".join(json.dumps(_row(article), ensure_ascii=False) + "\n" for article in articles)
    (folder / "articles.jsonl").write_text(lines, encoding="utf-8")
    (folder / "truth.json").write_text(truth, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m corpus.newsroom", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first story; the next ones count up")
    parser.add_argument("--stories", type=int, default=10)
    parser.add_argument("--level", choices=sorted(LEVELS), default="medium")
    parser.add_argument("--clocks", choices=[*KINDS, "mixed"], default="mixed")
    parser.add_argument("--split", choices=["train", "held", "all"], default="train")
    parser.add_argument(
        "--size", type=int, nargs=2, default=[4, 14], metavar=("LEAST", "MOST"), help="articles a story"
    )
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=["en"])
    parser.add_argument("--base", type=Path, help="JSON lines (may be gzipped) of real English articles to begin with")
    parser.add_argument("--bare", action="store_true", help="without outlets, titles, authors and URLs")
    parser.add_argument("--output", "-o", type=Path, required=True, help="a folder that does not exist yet")
    return parser


def read_texts(path: Path) -> list[str]:
    """The `text` of every line of a JSON-lines file, gzipped or not; empty ones are left out."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [text for line in raw.decode("utf-8").split("\n") if line and (text := json.loads(line)["text"])]


def _row(article: Article) -> dict[str, str | None]:
    when = article.published
    stamp = when if isinstance(when, str) or when is None else when.isoformat()
    return {
        "id": article.id, "outlet": article.outlet, "published": stamp, "title": article.title,
        "author": article.author, "url": article.url, "language": article.language, "text": article.text,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
