"""Each request has an id: in its answer, in the log, and on all that it changed."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from performance.audit.acting import Acting, acting_as

HEADER = "X-Request-ID"


def with_request_id(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost. The id is always ours: a browser's could be somebody else's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        now = Acting(lambda: getattr(request, "user", None), _address(request))
        request.request_id = now.request_id  # type: ignore[attr-defined]
        with acting_as(now):
            response = get_response(request)
        response[HEADER] = now.request_id
        return response

    return middleware


def _address(request: HttpRequest) -> str | None:
    """Of the browser, as our own proxy tells it; without one anybody could write that header."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        told = request.META.get("HTTP_X_FORWARDED_FOR", told).split(",")[-1]
    try:
        return str(ip_address(told.strip().split("%")[0]))  # without the name of a network card
    except ValueError:
        return None  # a socket has none
