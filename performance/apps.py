"""The one app; its rooms are the folders beside this file."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "performance"
    verbose_name = "预算绩效"
