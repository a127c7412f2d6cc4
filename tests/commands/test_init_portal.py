"""A new portal: what it has after the first command, and after the same command again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

from performance.goals.models import Goal, Revision
from performance.library.models import Category, Frame, Indicator, Year
from performance.people.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from performance.people.models import Membership, Unit, User
from tests.commands.running import run

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "fixtures" / "sheets" / "goals-2025.xlsx"
EXPECTED = json.loads((ROOT / "tests" / "golden" / "goals-2025.json").read_text())

pytestmark = pytest.mark.django_db


def counts():
    tables = (Year, Frame, Category, Indicator, Unit, User, Membership, Goal, Revision)
    return {model.__name__: model.objects.count() for model in tables}


def test_a_new_portal_has_a_year_with_frame_and_categories():
    ran = run("init_portal")

    assert (ran.code, ran.out) == (0, "")
    assert counts() == {
        "Year": 1, "Frame": 12, "Category": 2, "Indicator": 0, "Unit": 0, "User": 0,
        "Membership": 0, "Goal": 0, "Revision": 0,
    }  # fmt: skip


@pytest.mark.parametrize("options", [(), ("--demo",), ("--admin", "boss", "--system-admin", "it")])
def test_a_second_run_changes_nothing(options):
    run("init_portal", *options)
    Year.objects.update(category_required=False)
    Frame.objects.filter(code="11").update(name="改过的")
    before = counts(), list(User.objects.values_list("username", "password"))

    ran = run("init_portal", *options)

    assert (ran.code, ran.out) == (0, "")
    assert (counts(), list(User.objects.values_list("username", "password"))) == before
    assert Year.objects.get().category_required is False
    assert Frame.objects.get(code="11").name == "改过的"


def test_the_demo_has_people_and_the_real_table():
    ran = run("init_portal", "--demo")

    assert (ran.code, ran.out) == (0, "")
    assert sorted(User.objects.values_list("username", flat=True)) == sorted(
        account.username for account in DEMO_ACCOUNTS
    )
    assert run("dump_goals").json == EXPECTED


def test_the_demos_people_can_log_in_only_in_a_demo(client, settings):
    run("init_portal", "--demo")
    for demo in (False, True):
        settings.DEMO = demo
        for account in DEMO_ACCOUNTS:
            assert client.login(username=account.username, password=DEMO_PASSWORD) is demo


@pytest.mark.parametrize(("option", "role"), [("--admin", "bureau"), ("--system-admin", "system")])
def test_an_administrator_gets_one_password_that_is_told_once(option, role):
    first = run("init_portal", option, "boss")
    second = run("init_portal", option, "boss")

    password = first.out.strip()
    user = User.objects.get()
    assert len(first.out.splitlines()) == 1
    assert len(password) >= 12
    assert user.check_password(password)
    assert password not in first.err
    assert second.out == ""
    assert (user.must_change_password, user.is_superuser) == (True, False)
    assert [(held.role, held.unit) for held in user.memberships.all()] == [(role, None)]


def test_the_first_password_opens_nothing_but_its_own_change(client):
    password = run("init_portal", "--admin", "boss").out.strip()
    change = reverse("admin:password_change")
    new = "qwert-Zuiop-77"

    client.post(reverse("admin:login"), {"username": "boss", "password": password})
    for page in (reverse("admin:index"), reverse("admin:performance_goal_changelist")):
        response = client.get(page)
        assert (response.status_code, response.url) == (302, change)
    form = {"old_password": password, "new_password1": new, "new_password2": new}
    client.post(change, form)

    user = User.objects.get()
    assert user.check_password(new)
    assert user.must_change_password is False
    assert client.get(reverse("admin:index")).status_code == 200


def test_one_name_can_have_both_offices():
    run("init_portal", "--admin", "boss", "--system-admin", "boss")

    assert sorted(Membership.objects.values_list("user__username", "role")) == [
        ("boss", "bureau"),
        ("boss", "system"),
    ]


def test_the_real_table_goes_in_and_out_of_a_new_portal_unchanged(tmp_path):
    out = tmp_path / "导出.xlsx"
    run("init_portal", "--admin", "boss")

    stored = run(
        "import_sheet", str(GOLDEN), "--as", "boss", "--create-missing", "--accept",
        "--report", "json",
    )  # fmt: skip
    exported = run("export_sheet", str(out), "--as", "boss", "--year", "2025")
    again = run(
        "import_sheet", str(out), "--as", "boss", "--accept", "--report", "json"
    )  # fmt: skip

    assert (stored.code, exported.code, again.code) == (0, 0, 0)
    assert {f["rule"] for f in stored.json["findings"]} == {"F07"}
    assert stored.json["summary"]["stored"] is True
    assert run("dump_goals").json == EXPECTED
    assert again.json["summary"]["same"] == again.json["summary"]["goals"] == 9
    assert Revision.objects.count() == 9


@pytest.mark.slow
def test_the_same_from_the_shell(tmp_path):
    """Real processes: exit codes, and nothing but JSON on standard output."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"DATA_DIR": str(tmp_path / "data")}

    def shell(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    made = shell("init_portal", "--admin", "boss")
    options = ("--as", "boss", "--create-missing", "--report", "json")
    preview = shell("import_sheet", str(GOLDEN), *options)
    empty = shell("dump_goals")
    stored = shell("import_sheet", str(GOLDEN), *options, "--accept")
    dumped = shell("dump_goals")
    refused = shell("import_sheet", str(GOLDEN), "--as", "boss", "--year", "2031")
    unreadable = shell("import_sheet", str(ROOT / "manage.py"), "--as", "boss", "--report", "json")

    codes = [ran.returncode for ran in (made, preview, stored, refused, unreadable)]
    assert codes == [0, 0, 0, 1, 2]
    assert len(made.stdout.split()) == 1
    assert json.loads(preview.stdout)["summary"]["stored"] is False
    assert json.loads(empty.stdout)["rows"] == []
    assert json.loads(stored.stdout)["summary"]["stored"] is True
    assert json.loads(dumped.stdout) == EXPECTED
    assert json.loads(unreadable.stdout)["kind"] == "no_table"
    assert "Traceback" not in made.stderr + stored.stderr + refused.stderr + unreadable.stderr
