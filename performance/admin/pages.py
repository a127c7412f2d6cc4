"""Importing this module registers every page."""

from auditlog.models import LogEntry
from django.contrib import admin

from performance.admin import goals
from performance.admin.files import uploads
from performance.admin.library import entries, requests, years
from performance.admin.people import accounts, units

admin.site.unregister(LogEntry)  # the package's own pages ask other rights than ours

__all__ = ["accounts", "entries", "goals", "requests", "units", "uploads", "years"]
