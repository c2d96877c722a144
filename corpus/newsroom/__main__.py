"""`python -m corpus.newsroom --level hard --stories 20 -o FOLDER`: stories as folders of articles, the truth beside."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.newsroom.stories import CLOCKS, GeneratedStory, generate


def truth_of(story: GeneratedStory) -> dict[str, Any]:
    """The truth as plain values."""
    truth = dataclasses.asdict(story.truth)
    return {**truth, "named": sorted(truth["named"]), "origins": story.truth.origins}


def main(argv: Sequence[str]) -> int:
    """Write the stories. A folder that exists is not written to."""
    parser = argparse.ArgumentParser(prog="python -m corpus.newsroom", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first story; the next ones count up")
    parser.add_argument("--stories", type=int, default=10)
    parser.add_argument("--level", choices=["easy", "medium", "hard"], default="medium")
    parser.add_argument("--clocks", choices=[*CLOCKS, "mixed"], default="mixed")
    parser.add_argument("--split", choices=["train", "held", "all"], default="train")
    parser.add_argument("--base", type=Path, help="JSON lines of real articles to take the first source's text from")
    parser.add_argument("--output", "-o", type=Path, required=True, help="a folder that does not exist yet")
    options = parser.parse_args(argv)
    if options.output.exists():
        print(f"{options.output} exists already; name a folder that does not", file=sys.stderr)
        return 2
    base = []
    if options.base:
        base = [json.loads(line)["text"] for line in options.base.read_text(encoding="utf-8").splitlines() if line]
    for seed in range(options.seed, options.seed + options.stories):
        story = generate(seed, options.level, clocks=options.clocks, split=options.split, base_texts=base)
        folder = options.output / f"{options.level}-{seed:05}"
        folder.mkdir(parents=True)
        rows = [
            {"id": a.id, "outlet": a.outlet, "published": str(a.published) if a.published else None, "text": a.text}
            for a in story.articles
        ]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / "articles.jsonl").write_text(lines, encoding="utf-8")
        (folder / "truth.json").write_text(json.dumps(truth_of(story), indent=1, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
