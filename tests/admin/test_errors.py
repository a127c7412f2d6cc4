"""Error pages: Chinese, and nothing of what is inside."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from performance.admin import errors
from performance.admin.errors import bad_request, error_page, forbidden, not_found, server_error

SECRET = "secret detail"


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError(SECRET)


def bad(request: HttpRequest) -> HttpResponse:
    raise BadRequest(SECRET)


def closed(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("您的角色不能导出。")


urlpatterns = [path("broken/", broken), path("bad/", bad), path("closed/", closed)]
handler400, handler403, handler404, handler500 = bad_request, forbidden, not_found, server_error


@pytest.fixture
def anyone() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("place", "status", "title"),
    [
        ("/broken/", 500, "系统出错"),
        ("/bad/", 400, "请求有误"),
        ("/closed/", 403, "没有权限"),
        ("/nowhere/", 404, "没有找到"),
    ],
)
def test_every_error_is_a_chinese_page(anyone, place, status, title, caplog):
    response = anyone.get(place)

    text = response.content.decode()
    assert response.status_code == status
    assert f'<h1 class="error-title">{title}</h1>' in text
    assert SECRET not in text
    assert "返回首页" in text


@pytest.mark.urls(__name__)
def test_a_refusal_says_what_was_refused(anyone):
    assert "您的角色不能导出。" in anyone.get("/closed/").content.decode()


def test_a_missing_csrf_token_is_a_chinese_page(clerk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)

    response = client.post("/admin/password_change/", {})

    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


def test_an_unknown_page_is_not_found_for_people_inside(client, clerk):
    client.force_login(clerk)

    assert client.get("/admin/nowhere/").status_code == 404
    assert client.get("/nowhere/").status_code == 404


def test_an_error_page_asks_no_database():
    assert error_page(500).status_code == 500  # no db fixture: a query would fail


def test_a_message_is_escaped():
    text = errors.error_page(403, "<script>alert(1)</script>").content.decode()

    assert "<script>" not in text


def test_what_is_posted_after_the_login_expired_is_told_to_be_undone(client, clerk):
    client.post("/admin/performance/goal/add/", {"project": "甲"})
    client.force_login(clerk)

    page = client.get("/admin/").content.decode()

    assert "登录已过期，刚才提交的内容没有保存" in page


def test_an_expired_page_leads_back_to_itself(client, clerk):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(clerk)

    response = strict.post("/admin/performance/goal/add/", {"project": "甲"})

    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()
    assert 'href="/admin/performance/goal/add/"' in response.content.decode()
