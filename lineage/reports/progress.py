"""Progress of long work on a terminal: how much is done, how fast, how long it will take."""

from __future__ import annotations

import sys
import time

EVERY = 0.2  # seconds between two lines


class Progress:
    """One line on stderr that changes; none where stderr is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._began = time.monotonic()
        self._stage = ""
        self._last = 0.0

    def say(self, stage: str, done: int, share: float | None) -> None:
        """`done` things of a stage, which are `share` (0..1) of all of its work, if that is known."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._last = stage, now, 0.0
        if self._shown and now - self._last >= EVERY:
            self._last = now
            sys.stderr.write(f"\r\x1b[K{line(stage, done, share, now - self._began)}")
            sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def line(stage: str, done: int, share: float | None, seconds: float) -> str:
    """What is shown: the work done, its rate, and the time left where the share is known."""
    text = stage if not done else f"{done:,} {stage}"
    if share is not None:
        text += f", {share:.0%}"
    if done and seconds >= 1:
        text += f", {done / seconds:,.0f} a second"
    if share and seconds >= 1:
        left = round(seconds * (1 - share) / share)
        text += f", {left // 3600}:{left // 60 % 60:02}:{left % 60:02} left"
    return text
