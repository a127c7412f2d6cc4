"""Error pages: a sentence in Chinese that says what to do, and nothing of what is inside."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

_PAGES = {
    400: ("请求有误", "提交的内容不完整或已被改动，请返回上一页刷新后重试。"),
    403: ("没有权限", "您的角色不能进行这项操作。如需办理，请联系本单位审核人或系统管理员。"),
    404: ("没有找到", "页面不存在，或您无权查看。请检查网址，或从首页重新进入。"),
    500: (
        "系统出错",
        "系统遇到意外问题，您的上一次操作没有保存。请稍后重试；仍然不行请联系系统管理员。",
    ),
}
_TOO_MUCH = (
    "一次提交的文字太多，没有保存。请返回上一页：要导入的内容，请存成文件后上传，或分几次粘贴；"
    "填写的内容，请缩短后再提交。"
)
_CSRF = "页面已过期（登录状态变化或长时间未操作）。请返回上一页，刷新后重新提交。"


def error_page(status: int, message: str = "", title: str = "", again: str = "") -> HttpResponse:
    """`again` is the address of a page to open anew."""
    usual, default = _PAGES[status]
    context = {
        "status": status,
        "title": title or usual,
        "message": message or default,
        "again": again,
    }
    # Without the request: an error page must not need the session, the user or the database.
    return HttpResponse(render_to_string("performance/error.html", context), status=status)


def only_unicode(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: nobody chooses by which codec their text is read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            return error_page(400)
        return get_response(request)

    return middleware


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(400, _TOO_MUCH if isinstance(exception, RequestDataTooBig) else "")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(404)


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(500)


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    return error_page(403, _CSRF, title="页面已过期", again=request.path)
