"""The one app; its rooms are the folders beside this file."""

import gc

from django.apps import AppConfig

# Reading a table makes a million objects and no cycle: looking for cycles among them every 700
# objects, Python's default, is a quarter of the time of an import.
GARBAGE = (100_000, 50, 50)


class PerformanceConfig(AppConfig):
    name = "performance"
    verbose_name = "预算绩效"

    def ready(self) -> None:
        gc.set_threshold(*GARBAGE)
