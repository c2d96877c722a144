"""lineage: find out who took a news text from whom.

The names are looked up when they are first used, so that `lineage --help` need not wait for numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lineage.archive.archive import Archive
    from lineage.checking import check
    from lineage.comparing import compare
    from lineage.errors import LineageError
    from lineage.finding import find_overlaps
    from lineage.model import Article, Credit, Derivation, Lineage, Overlap, Passage, Reason, Source, Span
    from lineage.pipeline import read_articles
    from lineage.scanning import scan
    from lineage.settings import Settings
    from lineage.tracing import trace
    from lineage.version import __version__

_HOMES = {
    "archive.archive": "Archive",
    "checking": "check",
    "comparing": "compare",
    "errors": "LineageError",
    "model": "Article Credit Derivation Lineage Overlap Passage Reason Source Span",
    "finding": "find_overlaps",
    "pipeline": "read_articles",
    "scanning": "scan",
    "settings": "Settings",
    "tracing": "trace",
    "version": "__version__",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = ["Archive", "Article", "Credit", "Derivation", "Lineage", "LineageError", "Overlap", "Passage", "Reason"]
__all__ += ["Settings", "Source", "Span", "__version__", "check", "compare", "find_overlaps", "read_articles"]
__all__ += ["scan", "trace"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'lineage' has no attribute {name!r}")
    return getattr(import_module(f"lineage.{_HOME[name]}"), name)
