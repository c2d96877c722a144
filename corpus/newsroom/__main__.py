"""`python -m corpus.newsroom --level hard --stories 20 -o FOLDER`: stories as folders of articles, the truth beside.

It is the bureau's command (`corpus.newsroom.bureau`). With `--simple` the first, simpler newsroom writes instead.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.newsroom.bureau.__main__ import main as bureau
from corpus.newsroom.bureau.__main__ import read_texts, write_story
from corpus.newsroom.stories import CLOCKS, GeneratedStory, generate


def truth_of(story: GeneratedStory) -> dict[str, Any]:
    """The truth as plain values."""
    truth = dataclasses.asdict(story.truth)
    return {**truth, "named": sorted(truth["named"]), "origins": story.truth.origins}


def main(argv: Sequence[str]) -> int:
    """Write the stories. A folder that exists is not written to."""
    if "--simple" not in argv:
        return bureau(argv)
    parser = argparse.ArgumentParser(prog="python -m corpus.newsroom --simple", description=__doc__)
    parser.add_argument("--simple", action="store_true", required=True, help="by the first newsroom")
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
    base = read_texts(options.base) if options.base else []
    for seed in range(options.seed, options.seed + options.stories):
        story = generate(seed, options.level, clocks=options.clocks, split=options.split, base_texts=base)
        truth = json.dumps(truth_of(story), indent=1, ensure_ascii=False)
        write_story(options.output / f"{options.level}-{seed:05}", story.articles, truth)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
