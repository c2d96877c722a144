"""How articles come in: folders, text with front matter, JSON lines and tables, plain or packed."""

from lineage.reading.limits import LIMITS, Limits
from lineage.reading.source import Spread
from lineage.reading.stream import ArticleStream, stream_articles

__all__ = ["LIMITS", "ArticleStream", "Limits", "Spread", "stream_articles"]
