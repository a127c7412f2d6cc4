"""The blank workbook of a year, to be filled in Excel or WPS and uploaded."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from performance.admin.access import user_of
from performance.admin.files.export import attachment
from performance.library.models import Year
from performance.people.queries import holds
from performance.people.roles import Right
from performance.sheets.formats import FORMATS
from performance.sheets.template import template_file


@require_safe
def blank_view(request: HttpRequest) -> HttpResponse:
    """Of the newest year when none is asked for."""
    if not holds(request.user, Right.WRITE_GOALS):
        raise PermissionDenied("您没有填报绩效目标的权限。")
    wanted = request.GET.get("year", "")
    year = next((y for y in Year.objects.all() if wanted in ("", str(y.year))), None)
    if year is None:
        raise Http404
    data = template_file(year, by=user_of(request))
    return attachment(data, f"{year.year}年绩效目标填报模板.xlsx", FORMATS["xlsx"].mime)
