"""Django's admin with the portal's own site."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "performance.admin.site.PortalSite"

    def ready(self) -> None:
        super().ready()
        import_module("performance.admin.pages")
