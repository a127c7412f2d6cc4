"""The one app; its rooms are the folders beside this file."""

import gc
from importlib import import_module

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate

# Reading a table makes a million objects and no cycle: looking for cycles among them every 700
# objects, Python's default, is a quarter of the time of an import.
GARBAGE = (100_000, 50, 50)


class PerformanceConfig(AppConfig):
    name = "performance"
    verbose_name = "预算绩效"

    def ready(self) -> None:
        gc.set_threshold(*GARBAGE)
        import_module("performance.audit.recording").register()  # needs all tables
        self._guard_records()

    def _guard_records(self) -> None:
        # they name tables, which Django has read only now
        from performance.review import guards  # noqa: PLC0415 see above

        pre_migrate.connect(guards.before_migrations, sender=self, dispatch_uid="drop_guards")
        post_migrate.connect(guards.after_migrations, sender=self, dispatch_uid="install_guards")
        register(guards.check, Tags.database)
