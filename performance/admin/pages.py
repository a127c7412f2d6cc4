"""Importing this module registers every page."""

from performance.admin import entries, goals, people, requests, units, uploads, years

__all__ = ["entries", "goals", "people", "requests", "units", "uploads", "years"]
