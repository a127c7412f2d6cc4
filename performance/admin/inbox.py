"""通知: one's own inbox, and nobody else's."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from performance.admin.access import user_of
from performance.notices.actions import read_all, read_batch, read_one
from performance.notices.queries import Group, groups_of, newest_of, notices_of, opened, unread_of

PAGE = 20
BATCH_PAGE = 50
LARGEST = 2**63 - 1  # what a column holds

Context = dict[str, Any]


def unread(request: HttpRequest) -> int:
    """Counted with the user (people/login.py): the menu of every page shows it."""
    if not request.user.is_authenticated:
        return 0  # the login page has a menu as well
    known = getattr(request.user, "unread", None)
    return unread_of(user_of(request)) if known is None else known


def inbox_page(request: HttpRequest, context: Context) -> HttpResponse:
    """Everything, only what is unread, or one batch alone."""
    batch = _storable(request.GET.get("batch", ""))
    only_unread = request.GET.get("show") == "unread"
    page, groups = _batch(request, batch) if batch else _groups(request, only_unread)
    chosen = {"batch": batch} if batch else {"show": "unread"} if only_unread else {}
    context |= {
        "title": "通知",
        "page": page,
        "groups": groups,
        "unread": unread(request),
        "newest": newest_of(user_of(request)),
        "batch": batch,
        "only_unread": only_unread,
        "query": urlencode(chosen),
    }
    return TemplateResponse(request, "admin/performance/notices/list.html", context)


def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks it as read and leads to what it tells of; another's does not exist."""
    notice = read_one(user_of(request), pk) if pk <= LARGEST else None
    if notice is None:
        raise Http404
    return redirect(notice.link or "admin:notices")


def mark_as_read(request: HttpRequest) -> HttpResponse:
    """What stood on the page: `newest` keeps what came since unread."""
    if request.method != "POST":  # by an address, after logging in again
        return redirect("admin:notices")
    posted = request.POST
    newest = _number(posted.get("newest", ""))
    if batch := _storable(posted.get("batch", "")):
        read_batch(user_of(request), batch, newest)
    elif one := _number(posted.get("notice", "")):
        read_one(user_of(request), one)
    else:
        read_all(user_of(request), newest)
    only_unread = posted.get("show") == "unread"
    return redirect(reverse("admin:notices") + ("?show=unread" if only_unread else ""))


def _groups(request: HttpRequest, only_unread: bool) -> tuple[Page[Any], list[Group]]:
    user = user_of(request)
    rows = groups_of(user, only_unread=only_unread)
    page = Paginator(rows, PAGE).get_page(request.GET.get("p"))
    return page, opened(user, page)


def _batch(request: HttpRequest, batch: str) -> tuple[Page[Any], list[Group]]:
    """The same batch, each notice in a line of its own."""
    rows = notices_of(user_of(request)).filter(batch=batch)
    page = Paginator(rows, BATCH_PAGE).get_page(request.GET.get("p"))
    if not page.object_list:
        raise Http404
    return page, [Group((one,), 1, int(one.read_at is None)) for one in page]


def _storable(text: str) -> str:
    """Without the character that PostgreSQL refuses."""
    return text.replace("\0", "")


def _number(text: str) -> int:
    """0 for anything that is not the number of a row."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    return min(number, LARGEST)
