"""Proving the records from the database alone: what the command says, and its exit code."""

import hashlib
import json
from contextlib import contextmanager, suppress

import pytest
from django.db import connection, transaction

from performance.goals.actions import save_sheets
from performance.goals.models import Goal, Origin
from performance.people.models import Unit
from performance.review import guards
from performance.review.actions import Decision, perform
from performance.review.verifying import BATCH, verify
from tests.builders import change_goal, clean_sheet, make_draft, make_goal
from tests.commands.running import run


@pytest.fixture
def approved(clerk, reviewer):
    """A goal that was returned, corrected and approved: two revisions, four events."""
    goal = make_goal(by=clerk)
    step(goal, "submit", clerk)
    step(goal, "return", reviewer, Decision(opinion="请补充。"))
    goal = change_goal(Goal.objects.get(), clean_sheet(annual_goal="补充了"), by=clerk)
    step(goal, "submit", clerk)
    step(goal, "approve", reviewer)
    return Goal.objects.get()


def step(goal, name, by, decision=None):
    return perform(goal.pk, name, by=by, seen=goal.chain_hash, decision=decision)


@pytest.mark.django_db
def test_an_empty_portal_has_no_problems():
    assert run("verify_records") == (0, "核对了 0 个绩效目标，没有发现问题。\n", "")


def test_what_people_did_in_the_portal_holds(approved, clerk):
    make_goal(clean_sheet("草稿"), by=clerk)

    assert run("verify_records") == (0, "核对了 2 个绩效目标，没有发现问题。\n", "")


def test_a_problem_names_goal_unit_project_and_record(approved, unguarded):
    approved.revisions.filter(number=1).update(content="{}")
    guards.install()

    ran = run("verify_records")

    assert ran.code == 1
    assert ran.out == (
        f"目标 {approved.pk}（2025年 区政数局“工作制服经费”）"
        "第1版：内容、修改人、时间或来源被改过，或前面的一条被改过。\n"
    )
    assert ran.err == "核对了 1 个绩效目标，发现 1 个问题，见上。\n"


def test_missing_guards_are_a_problem(approved, unguarded):
    ran = run("verify_records")

    assert ran.code == 1
    assert ran.out.startswith("数据库缺少防篡改触发器：portal_guard_event_update、")
    assert "请运行 manage.py migrate" in ran.out


def test_only_the_year_that_was_asked_for_is_proven(approved, unguarded):
    Goal.objects.update(annual_goal="改")
    guards.install()

    assert run("verify_records", "--year", "2024").out.startswith("核对了 0 个")
    assert run("verify_records", "--year", "2025").code == 1


def test_a_typed_name_cannot_forge_a_line(clerk):
    """Nor colour the terminal."""
    goal = make_goal(by=clerk)
    Goal.objects.update(project="甲\n目标 9（乙）\x1b[31m：都好")

    out = run("verify_records").out

    assert len(out.splitlines()) == 1
    assert "\x1b" not in out
    assert out.startswith(f"目标 {goal.pk}（2025年 区政数局“甲�目标 9（乙）�[31m：都好”）")


class Undone(Exception):
    """Ends a transaction before its foreign keys are looked at."""


@contextmanager
def past_the_keys(text, *values):
    """As a person at the database with its foreign keys off."""
    with suppress(Undone), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(text, values)
        yield
        raise Undone


def test_records_without_their_goal_are_found(approved, unguarded):
    with past_the_keys("DELETE FROM performance_goal WHERE id = %s", approved.pk):
        guards.install()
        ran = run("verify_records")

    gone = f"目标 {approved.pk}：整个项目已不在，它的"
    assert ran.code == 1
    assert ran.out.splitlines() == [f"{gone}{x}还在。" for x in ("版本", "办理记录", "审核意见")]


@pytest.mark.parametrize(("column", "label"), {"year_id": "年度", "unit_id": "用款单位"}.items())
def test_a_goal_of_nowhere_is_found(approved, column, label):
    with past_the_keys(f"UPDATE performance_goal SET {column} = 999999"):
        ran = run("verify_records")

    assert ran.code == 1
    assert ran.out == (f"目标 {approved.pk}“工作制服经费”：它的{label}已不在，这个项目没有核对。\n")


def test_a_goal_given_to_another_unit_is_found(approved):
    """Who may see, write and review it goes by that."""
    Goal.objects.update(unit=Unit.objects.get(code="202001"))

    ran = run("verify_records")

    assert ran.code == 1
    assert "用款单位：现在归“202001-" in ran.out
    assert "”，最新一版写的是“101009-区政数局”。" in ran.out


def test_a_unit_may_be_renamed(approved):
    Unit.objects.filter(code="101009").update(name="区政务服务和数据管理局")

    assert run("verify_records").code == 0


def test_the_heads_are_written_with_a_sum_to_keep(approved, tmp_path):
    path = tmp_path / "heads"

    ran = run("verify_records", "--heads", str(path))

    assert ran.code == 0
    assert hashlib.sha256(path.read_bytes()).hexdigest() in ran.out
    (line,) = path.read_text().splitlines()
    assert json.loads(line) == {
        "kind": "performance-goals-heads-1",
        "goal": approved.pk,
        "year": 2025,
        "unit": "区政数局",
        "project": "工作制服经费",
        "revision_number": 2,
        "revision_hash": approved.chain_hash,
        "events_number": 4,
        "events_hash": approved.events_hash,
    }


def test_heads_never_replace_older_ones_and_are_none_of_a_tampered_database(approved, tmp_path):
    path = tmp_path / "heads"
    path.write_text("留存的")

    ran = run("verify_records", "--heads", str(path))

    assert (ran.code, ran.err) == (1, f"文件 {path} 不能写入：已存在，请换一个文件名。\n")
    assert path.read_text() == "留存的"
    Goal.objects.update(annual_goal="改")
    assert run("verify_records", "--heads", str(tmp_path / "new")).code == 1
    assert not (tmp_path / "new").exists()


def test_what_grew_since_is_no_problem(approved, clerk, bureau, tmp_path):
    path = tmp_path / "heads"
    run("verify_records", "--heads", str(path))

    step(approved, "issue", bureau)
    make_goal(clean_sheet("新的"), by=clerk)

    assert run("verify_records", "--against", str(path)).code == 0


def test_a_goal_that_is_gone_with_all_its_records_is_missed(approved, unguarded, tmp_path):
    path = tmp_path / "heads"
    guards.install()
    run("verify_records", "--heads", str(path))
    guards.drop()
    approved.remarks.all().delete()
    approved.events.all().delete()
    Goal.objects.update(approved_revision=None)
    approved.revisions.all().delete()
    approved.delete()
    guards.install()

    ran = run("verify_records", "--against", str(path))

    assert ran.code == 1
    assert "“工作制服经费”）整个项目已不在。\n" in ran.out
    assert run("verify_records", "--against", str(path), "--year", "2024").code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "不能读取：不是 UTF-8 文本。"),
        ("随便写的\n".encode(), "第1行读到“随便写的”，不是 verify_records --heads 写出的一行。"),
        (b"[1]\n", "第1行读到“[1]”"),
        (b'{"kind": "performance-goals-heads-1"}\n', "第1行读到"),
        (b"\n", "第1行读到“”"),
    ],
)
def test_a_file_that_holds_no_heads_is_refused(db, tmp_path, content, said):
    path = tmp_path / "heads"
    path.write_bytes(content)

    ran = run("verify_records", "--against", str(path))

    assert ran.code == 1
    assert said in ran.err


def test_a_file_that_is_not_there_is_refused(db, tmp_path):
    path = tmp_path / "none" / "heads"

    assert "不能读取" in run("verify_records", "--against", str(path)).err
    assert "不能写入" in run("verify_records", "--heads", str(path)).err


def test_many_goals_take_few_queries(clerk, django_assert_max_num_queries):
    drafts = [make_draft(clean_sheet(f"项目{n}")) for n in range(BATCH + 1)]
    save_sheets(drafts, by=clerk, origin=Origin.UPLOAD)

    with django_assert_max_num_queries(2 * 5 + 1):
        assert [one.problems for one in verify(Goal.objects.all())] == [()] * (BATCH + 1)
