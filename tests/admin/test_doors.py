"""Every address of goals and uploads × every role: who gets in, and who changes nothing.

A new address fails the first test until it is placed in the matrix.
"""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from performance.goals.models import EDITABLE, Goal, State
from performance.people.roles import ROLES, Right
from performance.review.transitions import TRANSITIONS
from performance.sheets.models import Upload
from performance.sheets.receiving import receive
from tests.admin.desk import (
    at_desk,
    body,
    english_words,
    everything,
    fresh,
    inline_scripts,
    typed,
    visible,
)
from tests.builders import change_goal, clean_sheet, make_file, make_goal, make_user

OWN = tuple(ROLES)
ACTORS = (*OWN, "stranger", "far_reviewer")

WRITERS = {"clerk", "bureau", "stranger"}
REVIEWING = {"unit_reviewer", "reviewer", "finance_reviewer"}
NEAR = {"clerk", "bureau", "auditor"} | REVIEWING
SEERS = NEAR | {"stranger", "far_reviewer"}
EXPORTERS = SEERS - {"auditor"}

# Per address: who opens it with GET; the answer to all others; who may POST with an effect.
MATRIX: dict[str, tuple[set[str], int, set[str]]] = {
    "performance_goal_changelist": (SEERS, 403, set()),
    "performance_goal_add": (WRITERS, 403, WRITERS),
    "performance_goal_export": (EXPORTERS, 403, set()),
    "performance_goal_indicators": (SEERS, 403, set()),
    "performance_goal_bulk": (WRITERS - {"bureau"}, 403, WRITERS - {"bureau"}),  # bulk/submit/
    "performance_goal_assign": (set(), 302, EXPORTERS),
    "performance_goal_change": (NEAR, 404, {"clerk", "bureau"}),
    "performance_goal_history": (NEAR, 404, set()),
    "performance_goal_revision": (NEAR, 404, set()),
    "performance_goal_restore": ({"clerk", "bureau"}, 403, {"clerk", "bureau"}),
    "performance_goal_compare": (NEAR, 404, set()),
    "performance_goal_waive": (set(), 302, {"reviewer"}),
    "performance_goal_lift_waiver": (set(), 302, {"reviewer"}),
    "performance_goal_remark": (set(), 302, {"reviewer"}),
    "performance_goal_drop_remark": (set(), 302, NEAR),  # of one's own only, so harmless to others
    "performance_goal_print_review": (NEAR, 404, set()),
    "performance_goal_copy": (WRITERS, 403, WRITERS),
    "performance_goal_beside": ({"clerk", "bureau"}, 404, {"clerk", "bureau"}),
    "performance_goal_confirm_copy": (set(), 302, {"clerk", "bureau"}),
    "performance_goal_print": (NEAR, 404, set()),
    "performance_goal_print_list": (SEERS, 403, set()),
    "performance_goal_template": (WRITERS, 403, set()),
    "performance_goal_attach": (set(), 302, {"clerk", "bureau"}),
    "performance_goal_attachment": (set(), 404, set()),
    "performance_goal_detach": (set(), 302, set()),
    "performance_goal_unsaved": (set(), 405, {"clerk", "bureau"}),
    "performance_goal_unsaved_drop": (set(), 405, {"clerk", "bureau"}),
    "performance_goal_perform": (set(), 302, NEAR),
    "performance_upload_changelist": (WRITERS, 403, set()),
    "performance_upload_add": (WRITERS, 403, WRITERS),
    "performance_upload_change": ({"clerk", "bureau"}, 404, set()),
    "performance_upload_file": ({"clerk", "bureau"}, 404, set()),
    "performance_upload_confirm": (set(), 302, {"clerk"}),
    "performance_upload_again": (set(), 302, {"clerk"}),
    "performance_upload_part": (set(), 302, {"clerk"}),
    "performance_upload_columns": ({"clerk"}, 403, {"clerk"}),
    "performance_upload_picture": (set(), 404, set()),
}
REFUSED = (403, 404, 405)
# No uploads at all, or not this one; a goal that one sees and does not write, or does not see.
CLOSED_OR_UNKNOWN = (
    "performance_upload_change",
    "performance_upload_file",
    "performance_upload_columns",
    "performance_upload_picture",
    "performance_goal_restore",
)
INNER_WORDS = ("Traceback", "django", "performance.", "SELECT", "Exception")


def addresses(patterns=None, before: str = "/") -> dict[str, str]:
    """Name → route of every address of goals and uploads that the resolver knows."""
    found: dict[str, str] = {}
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found |= addresses(entry.url_patterns, route)
        elif isinstance(entry, URLPattern) and entry.name:
            found[entry.name] = route
    return {
        name: route
        for name, route in found.items()
        if name.startswith(("performance_goal_", "performance_upload_"))
    }


def path_to(name: str, goal: Goal, upload: Upload, step: str = "submit") -> str:
    pk = goal.pk if "_goal_" in name else upload.pk
    known = {"int:pk": pk, "int:number": 1, "int:first": 1, "int:second": 1, "slug:name": step}
    query = "?year=2025" if name.endswith("indicators") else ""
    return re.sub(r"<([^>]+)>", lambda found: str(known[found[1]]), addresses()[name]) + query


@pytest.fixture
def people(portal, clerk, reviewer, bureau, stranger):
    return {
        "clerk": clerk,
        "reviewer": reviewer,
        "bureau": bureau,
        "unit_reviewer": make_user("leader", ("unit_reviewer", "101009"), full_name="单审"),
        "finance_reviewer": make_user("finance", ("finance_reviewer", None), full_name="财审"),
        "auditor": make_user("auditor", ("auditor", None), full_name="孙立"),
        "system": make_user("chen", ("system", None), full_name="陈伟"),
        "stranger": stranger,
        "far_reviewer": make_user("far", ("reviewer", "202001"), full_name="远审"),
        "nobody": make_user("无角色", full_name="无角色"),
    }


@pytest.fixture
def author(portal):
    """Who wrote the goal: none of the people at the doors."""
    return make_user("sun", ("clerk", "101009"), full_name="孙悦")


@pytest.fixture
def upload(clerk) -> Upload:
    return receive(make_file(clean_sheet("表里的")), "目标.xlsx", by=clerk)


def test_every_address_stands_in_the_matrix():
    assert set(addresses()) == set(MATRIX)


def test_every_role_stands_in_the_matrix(people):
    assert set(people) == {*ACTORS, "nobody"}


@pytest.mark.parametrize("state", list(State))
def test_get_opens_to_exactly_those_of_the_matrix(people, author, upload, state):
    goal = make_goal(by=author, state=state)
    desks = {actor: at_desk(people[actor]) for actor in ACTORS}
    before = everything()

    for name, (who, otherwise, _) in MATRIX.items():
        for actor, desk in desks.items():
            response = desk.get(path_to(name, goal, upload))
            allowed = (200,) if actor in who else (otherwise,)
            if name in CLOSED_OR_UNKNOWN and actor not in who:
                allowed = (403, 404)
            assert response.status_code in allowed, (name, actor, response.status_code)
            body(response)

    assert everything() == before


@pytest.mark.parametrize("state", list(State))
def test_post_by_a_wrong_role_is_refused_and_changes_nothing(people, author, upload, state):
    goal = make_goal(by=author, state=state)
    form = typed(goal, annual_goal="改") | {"seen": goal.chain_hash, "opinion": "请改"}
    form |= {"place": f"goal-{goal.pk}", "typed": "1"}
    form |= {"plan": upload.plan_hash, "unit": str(goal.unit_id), "action": "export_chosen"}
    desks = {actor: at_desk(people[actor]) for actor in ACTORS}
    before = everything()

    for name, (who, _, posts) in MATRIX.items():
        for actor, desk in desks.items():
            if actor in posts:
                continue
            path = path_to(name, goal, upload)
            response = desk.post(path, form)
            body(response)
            reads = actor in who and not posts and response.status_code in (200, 302)
            assert reads or response.status_code in REFUSED, (name, actor, response.status_code)
            assert everything() == before, (name, actor)


@pytest.mark.parametrize("step", list(TRANSITIONS))
def test_a_step_by_a_wrong_role_is_refused_in_every_state(people, author, upload, step):
    row = TRANSITIONS[step]
    holders = {name for name in OWN if row.right in ROLES[name].rights}
    for state in State:
        goal = make_goal(clean_sheet(f"{step}{state}"), by=author, state=state)
        before = everything()
        for actor in set(ACTORS) - holders:
            path = path_to("performance_goal_perform", goal, upload, step)
            data = {"seen": goal.chain_hash, "opinion": "请改"}
            response = at_desk(people[actor]).post(path, data)
            assert response.status_code == (403 if actor in NEAR else 404), (actor, state)
        assert everything() == before


def test_only_drafts_and_returned_goals_can_be_typed_into(people, author):
    for state in State:
        goal = make_goal(clean_sheet(f"在{state}"), by=author, state=state)
        for actor in ("clerk", "bureau"):
            goal = fresh(goal)
            data = typed(goal, annual_goal=f"{actor}改的")
            path = f"/admin/performance/goal/{goal.pk}/change/"
            at_desk(people[actor]).post(path, data)
            assert (fresh(goal).annual_goal == f"{actor}改的") is (state in EDITABLE)


def test_logged_out_every_address_leads_to_the_login_page(author, upload):
    goal = make_goal(by=author)
    before = everything()

    for name in MATRIX:
        path = path_to(name, goal, upload)
        for response in (Client().get(path), Client().post(path, typed(goal, annual_goal="改"))):
            assert response.status_code == 302, name
            assert response.url.startswith("/admin/login/?next="), name

    assert everything() == before


def test_without_a_role_nothing_opens(people, author, upload):
    goal = make_goal(by=author)
    before = everything()

    for name in MATRIX:
        path = path_to(name, goal, upload)
        desk = at_desk(people["nobody"])
        for response in (desk.get(path), desk.post(path, typed(goal, annual_goal="改"))):
            assert response.status_code == 302, name
            assert response.url.startswith("/admin/login/?next="), name

    assert everything() == before


def test_a_switched_off_account_is_out_at_once(people, author, upload):
    goal = make_goal(by=author)
    desk = at_desk(people["clerk"])
    people["clerk"].is_active = False
    people["clerk"].save()

    for name in MATRIX:
        assert desk.get(path_to(name, goal, upload)).status_code == 302


def test_a_password_that_must_be_changed_comes_before_everything(people, author, upload):
    goal = make_goal(by=author)
    user = people["clerk"]
    user.must_change_password = True
    user.save()
    before = everything()

    for name in MATRIX:
        path = path_to(name, goal, upload)
        for response in (at_desk(user).get(path), at_desk(user).post(path, typed(goal))):
            assert response.status_code == 302
            assert response.url == "/admin/password_change/"

    assert everything() == before


# --- what every page has in common -----------------------------------------------------------
def every_page(people, author, upload, clerk):
    """All pages that a person of each role meets, error pages and pages after a post included."""
    goals = [make_goal(clean_sheet(state.label), by=author, state=state) for state in State]
    goals[0] = change_goal(goals[0], clean_sheet("草稿", overall_goal=""), by=author)
    unreadable = receive(b"", "空.xlsx", by=clerk)
    for actor, user in people.items():
        desk = at_desk(user)
        path = path_to("performance_upload_change", goals[0], unreadable)
        yield actor, "unreadable", desk.get(path, follow=True)
        for name in MATRIX:
            varied = name in ("performance_goal_change", "performance_goal_history")
            for goal in goals if varied else goals[:1]:
                yield actor, name, desk.get(path_to(name, goal, upload), follow=True)
        yield actor, "start", desk.get("/admin/", follow=True)
        bad = typed(goals[0], project="", annual_goal="\x07")
        yield actor, "refused", desk.post(path_to("performance_goal_change", goals[0], upload), bad)
        chosen = {"action": "export_chosen", "_selected_action": [goal.pk for goal in goals]}
        yield actor, "chosen", desk.post("/admin/performance/goal/", chosen, follow=True)
    yield "anyone", "login", Client().get("/admin/login/")


# Names of things, which no Chinese office translates. Hashes of versions are no words.
KEYS = {"Enter", "Shift", "Alt", "Ctrl", "Delete", "Tab", "Esc"}
KINDS = {"Excel", "WPS", "Word", "PDF", "OFD", "OpenDocument", "CSV", "MB", "KB"}
KINDS |= {"xlsx", "xls", "csv", "txt", "pdf", "jpg", "png"}
ALLOWED = KEYS | KINDS
HASH = re.compile(r"^[0-9a-f]+$")


OUTSIDE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//[^"']+""")


def is_page(response) -> bool:
    body(response)
    return response.get("Content-Type", "").startswith("text/html")


def test_every_page_is_chinese_keeps_to_itself_and_has_safe_headers(people, author, upload, clerk):
    seen = 0
    for actor, name, response in every_page(people, author, upload, clerk):
        if not is_page(response):
            continue
        at = (actor, name)
        seen += 1
        words = {word for word in english_words(response) if not HASH.match(word)}
        assert words <= ALLOWED, at
        if response.content:
            assert re.search("[\u4e00-\u9fff]", visible(response)), at
            assert 'lang="zh-hans"' in response.content.decode(), at
        assert inline_scripts(response) == [], at
        assert OUTSIDE.findall(response.content.decode()) == [], at
        policy = dict(
            part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
        )
        assert "'unsafe-inline'" not in policy["script-src"], at
        assert policy["default-src"] == "'self'", at
        assert policy["frame-ancestors"] == "'none'", at
        assert response["X-Frame-Options"] == "DENY", at
        assert response["X-Content-Type-Options"] == "nosniff", at
        assert response["Referrer-Policy"] == "same-origin", at
    assert seen > 100


def test_pages_of_goals_are_not_kept_by_the_browser(clerk, author):
    goal = make_goal(by=author)

    response = at_desk(clerk).get(f"/admin/performance/goal/{goal.pk}/change/")

    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_error_pages_say_nothing_of_what_is_inside(clerk, author):
    goal = make_goal(by=author)
    desk = at_desk(clerk)
    answers = [
        desk.get("/admin/performance/goal/999999/change/"),
        desk.post(f"/admin/performance/goal/{goal.pk}/change/", {"base": "x"}),
        desk.get("/admin/performance/user/"),
        desk.get("/admin/no/such/page/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 400, 403, 404]
    for answer in answers:
        for word in (
            "Traceback",
            "django",
            "performance.",
            "SELECT",
            str(settings.BASE_DIR),
            "Exception",
        ):
            assert word not in answer.content.decode()


def test_the_menu_shows_just_what_the_role_opens(people):
    for actor, user in people.items():
        if actor == "nobody":
            continue
        desk = at_desk(user)
        html = desk.get("/admin/").content.decode()
        links = set(re.findall(r'href="(/admin/performance/[^"?]*)"', html))
        assert links or actor == "nobody"
        for link in links:
            assert desk.get(link).status_code == 200, (actor, link)


def test_rights_are_those_that_the_matrix_assumes():
    assert {name for name in OWN if Right.SEE_GOALS in ROLES[name].rights} == NEAR
    assert {name for name in OWN if Right.WRITE_GOALS in ROLES[name].rights} == WRITERS & set(OWN)
    assert {name for name in OWN if Right.SEE_LIBRARY in ROLES[name].rights} == NEAR
