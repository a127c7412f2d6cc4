"""The year that a page is opened for."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from performance.library.models import Year


def chosen_year(request: HttpRequest) -> tuple[Year, list[Year]]:
    """The one that the address names, else the newest; and all that may be chosen."""
    years = list(Year.objects.all())
    if not years:
        raise PermissionDenied("还没有任何年度，请业务管理员先建立年度。")
    wanted = request.GET.get("year", "")
    return next((year for year in years if str(year.year) == wanted), years[0]), years
