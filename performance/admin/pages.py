"""Importing this module registers every page."""

from performance.admin import goals, library, people, uploads

__all__ = ["goals", "library", "people", "uploads"]
