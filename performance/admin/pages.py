"""Importing this module registers every page."""

from performance.admin import entries, goals, people, units, uploads, years

__all__ = ["entries", "goals", "people", "units", "uploads", "years"]
