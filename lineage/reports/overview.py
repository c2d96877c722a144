"""An archive at a glance: its stories, and which outlet took from which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lineage.answers import Flow, Story
from lineage.model import Skipped
from lineage.reports.terminal import Style, clean, columns, trim
from lineage.reports.wording import count, percent, short_id

LARGEST, BUSIEST = 10, 10  # stories and routes of a summary
SURE = 0.9  # probability that is shown beside the number of articles of a route


def summary(
    articles: int,
    added: str,
    stories: Sequence[Story],
    flows: Sequence[Flow],
    skipped: Iterable[Skipped],
    style: Style,
) -> str:
    """What came of a scan: counts, the ten largest stories, the busiest routes, what was set aside."""
    lines = [style.paint(f"{count(articles, 'article')}: {added}", "bold"), ""]
    if stories:
        lines.append(style.paint(f"{count(len(stories), 'story', 'stories')}, the largest", "bold"))
        lines += [f"  {line}" for line in story_lines(stories[:LARGEST], style)]
    else:
        lines.append("No articles share text that matters.")
    if flows:
        lines += ["", style.paint(f"{count(len(flows), 'route')} from outlet to outlet, the busiest", "bold")]
        lines += [f"  {line}" for line in flow_lines(flows[:BUSIEST], style)]
    told = list(_noted(skipped))
    if told:
        lines += ["", *(style.paint(f"noted: {line}", "dim") for line in told[:BUSIEST])]
        if len(told) > BUSIEST:
            lines.append(style.paint(f"noted: and {len(told) - BUSIEST:,} more, in the table skipped", "dim"))
    return style.page("\n".join(lines) + "\n")


def _noted(skipped: Iterable[Skipped]) -> Iterator[str]:
    """What was noted, one line for each reason."""
    places: dict[str, list[Skipped]] = {}
    for entry in skipped:
        if entry.kind != "unreadable":
            places.setdefault(entry.reason, []).append(entry)
    for reason, entries in places.items():
        more = f" and {len(entries) - 1:,} more" if len(entries) > 1 else ""
        yield clean(f"{entries[0].file}{more}: {reason}" if entries[0].file else f"{reason}{more}")


def stories_list(stories: Sequence[Story], more: int, style: Style) -> str:
    """Stories, one a line; `more` are not shown."""
    return _listed(story_lines(stories, style), more, "no stories", style)


def flows_list(flows: Sequence[Flow], more: int, style: Style) -> str:
    """Routes, one a line; `more` are not shown."""
    return _listed(flow_lines(flows, style), more, "no outlet took from another", style)


def _listed(lines: Iterator[str], more: int, none: str, style: Style) -> str:
    shown = list(lines)
    if more > 0:
        shown.append(style.paint(f"and {more:,} more; --limit shows them", "dim"))
    return style.page("\n".join(shown or [none]) + "\n")


def story_lines(stories: Sequence[Story], style: Style) -> Iterator[str]:
    """Articles, outlets, origins, days, name and title of each."""
    head = ("articles", "outlets", "origins", "days", "story", "title")
    rows = [
        (f"{s.articles:,}", f"{s.outlets:,}", _origins(s), _days(s), short_id(s.id), clean(s.title)) for s in stories
    ]
    yield from _aligned(head, rows, style, right=3)


def _origins(story: Story) -> str:
    if not story.inferred:
        return "not told"
    found = story.origins
    if found.low == found.high == found.count:
        return f"{found.count:,}"
    return f"{found.count:,} ({found.low:,}–{found.high:,})"


def _days(story: Story) -> str:
    first, last = (story.first or "")[:10], (story.last or "")[:10]
    return first if first == last else f"{first} – {last}"


def flow_lines(flows: Sequence[Flow], style: Style) -> Iterator[str]:
    """How many articles, how many of them are sure, words, credited share, median lag and names of each."""
    head = ("articles", f"{SURE:.0%} sure", "words", "credited", "lag", "route")
    rows = [
        (
            f"{f.articles:,}",
            f"{f.at_least.get(SURE, 0):,}",
            "" if f.unseen else f"{f.words:,}",
            percent(f.credited),
            "" if f.lag_median is None else duration(f.lag_median),
            f"{clean(f.child)} ← {clean(f.parent)}" + (" (not in the input)" if f.unseen else ""),
        )
        for f in flows
    ]
    yield from _aligned(head, rows, style, right=5)


def duration(minutes: float) -> str:
    """Minutes in the unit that suits them."""
    sign, minutes = ("-", -minutes) if minutes < 0 else ("", minutes)
    if minutes < 120:
        return f"{sign}{minutes:.0f}\u00a0min"
    if minutes < 2880:
        return f"{sign}{minutes / 60:.0f}\u00a0h"
    return f"{sign}{minutes / 1440:.0f}\u00a0days"


def _aligned(head: Sequence[str], rows: Sequence[Sequence[str]], style: Style, *, right: int) -> Iterator[str]:
    """Rows under a head, in columns that line up; the first `right` ones are numbers. The last is cut to the width."""
    if not rows:
        return
    rows = [[style.plain(cell) for cell in row] for row in rows]
    sizes = [max(columns(row[k]) for row in (head, *rows)) for k in range(len(head))]
    shown = [k for k in range(len(head)) if any(row[k] for row in rows)]
    for row in (head, *rows):
        cells = []
        for k in shown:
            blank = " " * (sizes[k] - columns(row[k]))
            cells.append(blank + row[k] if k < right else row[k] + blank)
        line = trim("  ".join(cells).rstrip(), style.width)
        yield style.paint(line, "dim") if row is head else line
