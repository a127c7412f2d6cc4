"""Every other address of the admin × every role: who gets in, who changes nothing, what breaks.

Goals and uploads have a matrix of their own (test_doors.py). A new address fails the first test.
"""

import re
from itertools import cycle

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from performance.goals.models import State
from performance.library.models import Category, Frame, Indicator, Listing, RuleLevel, Year
from performance.library.review_form import ReviewGrade, ReviewPoint, ReviewStep
from performance.notices.actions import notify
from performance.notices.models import Notice
from performance.people.models import Membership, Unit, User
from tests.admin.desk import at_desk, body, everything
from tests.admin.test_doors import ACTORS, SEERS, WRITERS, author, people, upload  # noqa: F401 fixtures
from tests.builders import make_goal

ALL = set(ACTORS)
BUREAU, SYSTEM, AUDITOR = {"bureau"}, {"system"}, {"auditor"}
NOBODY: set[str] = set()
# Who opens it with GET, and the answer to them where it is not the page; all others are refused.
MATRIX: dict[str, tuple[set[str], int]] = {
    "index": (ALL, 200),
    "app_list": (ALL, 302),
    "notices": (ALL, 200),
    "notices_read": (ALL, 302),
    "notice": ({"clerk"}, 302),  # it is the clerk's
    "help": (ALL, 200),
    "help_page": (ALL, 404),
    "help_image": (ALL, 404),
    "search": (ALL, 200),
    "jsi18n": (ALL, 200),
    "password_change": (ALL, 200),
    "password_change_done": (ALL, 200),
    "view_on_site": (NOBODY, 404),
    "autocomplete": (NOBODY, 403),  # without a field; with one: below
    "audit": (AUDITOR, 200),
    "audit_export": (AUDITOR, 200),
    "audit_entry": (AUDITOR, 200),
    "auth_user_password_change": (SYSTEM, 200),
    "performance_user_changelist": (SYSTEM, 200),
    "performance_user_add": (SYSTEM, 200),
    "performance_user_history": (SYSTEM, 200),
    "performance_user_change": (SYSTEM, 200),
    "performance_user_delete": (NOBODY, 403),
    "performance_user_handover": (SYSTEM, 200),
    "performance_user_deputies": (ALL, 200),
    "performance_user_deputy_end": (ALL, 302),
    "performance_indicatorrequest_changelist": (WRITERS, 200),
    "performance_indicatorrequest_add": (WRITERS, 200),
    "performance_indicatorrequest_change": (WRITERS, 404),  # there is none
    "performance_year_review": (BUREAU, 200),
    "performance_listing_add": (NOBODY, 403),
    "performance_listing_delete": (NOBODY, 403),
    **{
        f"performance_{table}_{page}": (SEERS, 200)
        for table in ("category", "frame", "indicator")
        for page in ("changelist", "change", "history", "export")
    },
    **{
        f"performance_{table}_{page}": (BUREAU, 200)
        for table in ("year", "rulelevel", "unit", "listing")
        for page in ("changelist", "change", "history")
    },
    **{
        f"performance_{table}_{page}": (BUREAU, 200)
        for table in ("category", "frame", "indicator", "unit", "year", "rulelevel")
        for page in ("add", "delete")
    },
    **{
        f"performance_{table}_{page}": (BUREAU, answer)
        for table in ("category", "frame", "indicator", "unit", "rulelevel")
        for page, answer in (("import", 200), ("process_import", 302))
    },
    "performance_unit_export": (BUREAU, 200),
    "performance_rulelevel_export": (BUREAU, 200),
    "performance_user_import": (SYSTEM, 200),
    "performance_user_process_import": (SYSTEM, 302),
    "performance_user_export": (SYSTEM, 200),
}
ELSEWHERE = ("performance_goal_", "performance_upload_")
OUTSIDE = {"login", "logout", "sign_in_again"}
POPUPS = ("_popup=1", "_to_field=", "_to_field=id", "_to_field=password", "_popup=1&_to_field=x")

HUGE = "9" * 40
BAD = ("\0", HUGE, "-1", "x" * 5000, "1'\"<script>", "٣", "[]", "2025-13-45", "１", "1", "on", "")

FIELDS = [
    "seen",
    "opinion",
    "state",
    "files",
    "to_step",
    "goal",
    "to",
    "plan",
    "unit",
    "action",
    "index",
    "_selected_action",
    "select_across",
    "_save",
    "_ask",
    "_open",
    "_accept",
    "_accept_all",
    "open_reason",
    "key",
    "field",
    "kind",
    "text",
    "proposal",
    "rule",
    "reason",
    "until",
    "last_day",
    "confirm",
    "seal",
    "back",
    "switch_off",
    "roles",
    "deputy",
    "starts_on",
    "ends_on",
    "q",
    "newest",
    "batch",
    "notice",
    "show",
    "year",
    "code",
    "name",
    "parent",
    "level2",
    "username",
    "full_name",
    "is_active",
    "password1",
    "password2",
    "base",
    "started",
    "project",
    "category",
    "overall_goal",
    "annual_goal",
    "line_key",
    "line_level3",
    "line_cycle",
    "line_annual",
    "asked",
    "typed",
    "place",
    "content",
    "grades",
    "best",
    "one",
    "steps-TOTAL_FORMS",
    "steps-INITIAL_FORMS",
    "points-TOTAL_FORMS",
    "points-INITIAL_FORMS",
    "grades-TOTAL_FORMS",
    "grades-INITIAL_FORMS",
    "kinds-TOTAL_FORMS",
    "kinds-INITIAL_FORMS",
    "memberships-TOTAL_FORMS",
    "memberships-INITIAL_FORMS",
    "memberships-0-role",
    "memberships-0-unit",
    "memberships-0-deputy_of",
    "memberships-0-starts_on",
    "memberships-0-id",
    "answer",
    "import_file_name",
    "original_file_name",
    "format",
    "resource",
    "export_items",
    "rule",
    "level",
    "_popup",
    "_to_field",
    "source",
    "from",
    "app_label",
    "model_name",
    "field_name",
    "term",
    "p",
    "e",
    "o",
    "all",
    "who",
    "table",
    "since",
    "pk",
    "request",
    "cmp",
    "with",
    "write",
    "ids",
    "title",
    "file",
    "id",
    "tab",
    "has",
    "findings",
    "changed",
    "assigned",
    "age",
]


def routes(patterns=None, before: str = "/") -> dict[str, str]:
    """Name → route of every address that the resolver knows."""
    found: dict[str, str] = {}
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found |= routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern) and entry.name:
            found[entry.name] = route.replace("^", "").replace("$", "")
    return found


def filled(route: str, value: str) -> str:
    return re.sub(r"<[^>]+>", value, re.sub(r"\(\?P<[^)]*\)", "performance", route))


def others() -> dict[str, str]:
    return {
        name: route
        for name, route in routes().items()
        if not name.startswith(ELSEWHERE) and name not in OUTSIDE
    }


def rows_of(table) -> list[tuple]:
    """Without when somebody was last there."""
    names = [f.attname for f in table._meta.concrete_fields if f.name != "last_login"]
    return list(table._default_manager.order_by("pk").values_list(*names))


def all_rows() -> list[tuple]:
    tables = (
        *(Category, Frame, Indicator, Listing, RuleLevel, Year, Unit, User, Membership, Notice),
        *(ReviewStep, ReviewPoint, ReviewGrade),
    )
    return everything() + [row for table in tables for row in rows_of(table)]


@pytest.fixture
def addresses(people, author):  # noqa: F811 - a fixture
    """Name → path to a row that there is."""
    notify([people["clerk"].pk], kind="x", text="通知", link="/admin/help/")
    year = Year.objects.get()
    places = {
        "/notices/": Notice.objects.get(),
        "/category/": Category.objects.first(),
        "/frame/": Frame.objects.exclude(parent=None).first(),
        "/indicator/": Indicator.objects.first(),
        "/unit/": Unit.objects.get(code="101009"),
        "/year/": year,
        "/listing/": Listing.objects.create(year=year, title="目标表"),
        "/rulelevel/": RuleLevel.objects.create(year=year, rule="R01", level="error"),
        "/user/": author,
        "/audit/": LogEntry.objects.first(),
    }
    found = {}
    for name, route in others().items():
        row = next((row for part, row in places.items() if part in route), None)
        found[name] = filled(route, str(row.pk) if row else "1")
    return found


def test_every_other_address_stands_in_the_matrix():
    assert set(others()) == set(MATRIX)


def test_get_opens_to_exactly_those_of_the_matrix(people, addresses):  # noqa: F811
    before = all_rows()
    for actor in ACTORS:
        desk = at_desk(people[actor])
        for name, (who, answer) in MATRIX.items():
            response = desk.get(addresses[name])
            body(response)
            allowed = (answer,) if actor in who else (403, 404)
            assert response.status_code in allowed, (name, actor, response.status_code)
    Notice.objects.update(read_at=None)  # by its own clerk
    assert all_rows() == before


def test_post_by_a_wrong_role_is_refused_and_changes_nothing(people, addresses):  # noqa: F811
    form = {
        "name": "改",
        "code": "999",
        "title": "改",
        "username": "改",
        "post": "yes",
        "seen": "x",
    }
    form |= {"password1": "a-long-new-one", "password2": "a-long-new-one", "confirm": "1"}
    before = all_rows()
    for actor in ACTORS:
        desk = at_desk(people[actor])
        for name, (who, _) in MATRIX.items():
            if actor in who:
                continue
            response = desk.post(addresses[name], form)
            assert response.status_code in (403, 404, 405), (name, actor, response.status_code)
    assert all_rows() == before


@pytest.mark.parametrize("query", POPUPS)
def test_as_a_popup_it_opens_to_no_more_people(people, addresses, query):  # noqa: F811
    for actor in ("clerk", "auditor", "system", "bureau"):
        desk = at_desk(people[actor])
        for name, (who, answer) in MATRIX.items():
            response = desk.get(f"{addresses[name]}?{query}")
            body(response)
            allowed = (answer, 302, 400) if actor in who else (400, 403, 404)
            assert response.status_code in allowed, (name, actor, response.status_code)


@pytest.mark.parametrize(
    ("model", "field", "who"),
    [
        ("membership", "user", SYSTEM),
        ("membership", "deputy_of", SYSTEM),
        ("membership", "unit", SYSTEM | SEERS),
        ("unit", "parent", SYSTEM | SEERS),
        ("goal", "assigned_to", SYSTEM),
        ("event", "by", SYSTEM),
        ("remark", "goal", NOBODY),
        ("waiver", "goal", NOBODY),
        ("notice", "to", SYSTEM),
        ("user", "password", NOBODY),
    ],
)
def test_what_is_looked_up_while_typing_is_open_to_those_who_choose(people, model, field, who):  # noqa: F811
    query = {"app_label": "performance", "model_name": model, "field_name": field, "term": ""}
    for actor in ACTORS:
        response = at_desk(people[actor]).get("/admin/autocomplete/", query)
        allowed = (200,) if actor in who else (403, 404)
        assert response.status_code in allowed, (model, field, actor, response.status_code)


def test_logged_out_and_without_a_role_all_lead_to_the_login_page(people, addresses):  # noqa: F811
    before = all_rows()
    for desk in (Client(), at_desk(people["nobody"])):
        for name in set(MATRIX) - {"password_change", "password_change_done", "jsi18n"}:
            for response in (desk.get(addresses[name]), desk.post(addresses[name], {"name": "x"})):
                assert response.status_code == 302, name
                assert response.url.startswith("/admin/login/?next="), name
    assert all_rows() == before


def fields_with(shift: int) -> dict[str, str]:
    """Every name of a field with something bad in it; with another `shift` something else."""
    return dict(zip(FIELDS, cycle(BAD[shift:] + BAD[:shift]), strict=False))


@pytest.mark.parametrize("shift", [0, 5, -1])
@pytest.mark.parametrize("actor", ["clerk", "reviewer", "bureau", "auditor", "system"])
def test_whatever_is_sent_anywhere_nothing_breaks(people, author, upload, actor, shift):  # noqa: F811
    """Addresses of goals and uploads too; with rows that there are, and with huge numbers."""
    goal = make_goal(by=author, state=State.SUBMITTED)
    desk = at_desk(people[actor], raise_request_exception=False)
    all_bad = fields_with(shift) if shift >= 0 else dict.fromkeys(FIELDS, "")
    broken = []
    for name, route in routes().items():
        for value in (str(goal.pk), HUGE) if name != "logout" else ():
            path = filled(route, value)
            for answer in (desk.get(path, all_bad), desk.post(path, all_bad)):
                body(answer)
                if answer.status_code >= 500:
                    broken.append((name, value[:9], answer.request["REQUEST_METHOD"]))
    assert broken == []
