"""The admin at /admin/, where everyone expects it; the root leads there."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
]
handler400 = "performance.admin.errors.bad_request"
handler403 = "performance.admin.errors.forbidden"
handler404 = "performance.admin.errors.not_found"
handler500 = "performance.admin.errors.server_error"
