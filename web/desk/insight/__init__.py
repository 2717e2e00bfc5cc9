"""The desk's page of figures."""

from web.desk.insight.page import InsightPages

__all__ = ["InsightPages"]
