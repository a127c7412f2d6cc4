"""What the database itself refuses, by SQL that no Python of ours sees."""

import pytest
from auditlog.models import LogEntry
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from performance.goals.models import Goal, Revision, State
from performance.review import guards
from performance.review.actions import Decision, perform
from performance.review.guards.rules import GUARDS
from performance.review.models import Event, Remark, Waiver
from performance.review.remarking import drop_remark, write_remark
from tests.builders import change_goal, clean_sheet, make_goal, make_user

REASON = Decision(opinion="请补充。")


def sql(text, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.rowcount


def step(goal, name, by, decision=None):
    goal.refresh_from_db()
    return perform(goal.pk, name, by=by, seen=goal.chain_hash, decision=decision)


@pytest.fixture
def returned(clerk, reviewer):
    """A goal that was submitted and returned: two events, one remark that was sent."""
    goal = make_goal(by=clerk)
    step(goal, "submit", clerk)
    step(goal, "return", reviewer, REASON)
    return Goal.objects.get()


def row_of(model, **changes):
    """The newest row as a new one: what an INSERT by hand would give."""
    row = model.objects.order_by("pk").last()
    row.pk, row.number = None, row.number + 1
    row._state.adding = True
    if model is Event:
        goal = Goal.objects.get(pk=row.goal_id)
        row.transition, row.source = "submit", goal.state
        row.revision = goal.revisions.get(number=goal.revision_number)
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def refused(row):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save(force_insert=True)
    return str(caught.value)


CHANGES = {
    "UPDATE performance_event SET opinion = '改'": "办理记录只能新增，不能修改",
    "UPDATE performance_event SET by_id = by_id": "办理记录只能新增，不能修改",
    "DELETE FROM performance_event": "办理记录只能新增，不能删除",
    "UPDATE performance_revision SET content = '{}'": "版本只能新增，不能修改",
    "DELETE FROM performance_revision": "版本只能新增，不能删除",
    "DELETE FROM performance_goal": "绩效目标不能删除",
    "UPDATE performance_remark SET text = '改'": "已送出的审核意见不能修改",
    "UPDATE performance_remark SET event_id = NULL": "已送出的审核意见不能修改",
    "DELETE FROM performance_remark": "已送出的审核意见不能删除",
}


@pytest.mark.parametrize("text", CHANGES)
def test_what_was_done_and_said_is_neither_changed_nor_removed(returned, text):
    before = [list(model.objects.values()) for model in (Goal, Revision, Event, Remark)]

    with pytest.raises(IntegrityError, match=CHANGES[text]):
        sql(text)

    assert [list(m.objects.values()) for m in (Goal, Revision, Event, Remark)] == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["event", "revision", "goal", "remark", "waiver"])
def test_a_table_of_records_is_not_emptied(returned, table):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")

    for text in ("TRUNCATE {} CASCADE", "TRUNCATE performance_user, {} CASCADE"):
        with pytest.raises(IntegrityError, match="不能清空"):
            sql(text.format(f"performance_{table}"))

    assert Event.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_flush_by_hand_is_refused(returned):
    with pytest.raises(CommandError) as caught:
        call_command("flush", interactive=False, verbosity=0)

    assert isinstance(caught.value.__cause__, DatabaseError)
    assert Event.objects.count() == 2


@pytest.mark.parametrize("model", [Event, Revision])
def test_a_row_does_not_take_the_place_of_another(returned, model):
    """INSERT OR REPLACE of SQLite removes the old row without asking the guard on DELETE."""
    newest = model.objects.order_by("pk").last()
    table, columns = model._meta.db_table, [f.column for f in model._meta.concrete_fields]
    next_one = {"number": "number + 1", "transition": "'submit'", "source": "'returned'"}
    moved = ", ".join(next_one.get(name, name) for name in columns)

    refused(row_of(model, pk=newest.pk))
    if connection.vendor == "sqlite":
        with pytest.raises(IntegrityError, match="不能替换"):
            sql(
                f"INSERT OR REPLACE INTO {table} ({', '.join(columns)})"
                f" SELECT {moved} FROM {table} WHERE id = %s",
                newest.pk,
            )

    assert model.objects.filter(pk=newest.pk, number=newest.number).exists()


REPLACED = {
    LogEntry: "操作日志只能新增，不能替换",
    Remark: "已送出的审核意见不能替换",
    Waiver: "豁免不能替换",
}


@pytest.mark.parametrize("model", REPLACED)
def test_what_was_said_and_logged_is_not_replaced_either(returned, reviewer, model):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has INSERT OR REPLACE")
    day = timezone.now()
    Waiver.objects.create(goal=returned, rule="R01", by=reviewer, at=day, until=day.date())
    before = list(model.objects.values())
    table = model._meta.db_table

    with pytest.raises(IntegrityError, match=REPLACED[model]):
        sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")

    assert before == list(model.objects.values()) != []


@pytest.mark.parametrize("model", [Event, Revision])
@pytest.mark.parametrize("number", [0, 1, 4, 9])
def test_a_number_follows_the_one_before(returned, clerk, model, number):
    change_goal(returned, clean_sheet(annual_goal="改了"), by=clerk)

    assert "不能跳号或插入" in refused(row_of(model, number=number))


@pytest.mark.parametrize("state", [s for s in State if s not in ("draft", "returned", "adjusting")])
def test_no_revision_is_written_while_a_goal_is_reviewed_or_settled(clerk, state):
    make_goal(by=clerk, state=state)

    assert "正在审核或已经定稿" in refused(row_of(Revision))


def test_an_event_is_of_the_newest_revision_of_its_own_goal(returned, clerk):
    other = make_goal(clean_sheet("另一个"), by=clerk)
    old = returned.revisions.get()

    assert "最新的版本" in refused(row_of(Event, revision=other.revisions.get()))
    change_goal(returned, clean_sheet(annual_goal="改了"), by=clerk)
    assert "最新的版本" in refused(row_of(Event, revision=old))


def test_an_event_starts_from_where_the_goal_stands(returned):
    assert "现在的状态" in refused(row_of(Event, transition="submit", source="draft"))


def submitted_again(goal, clerk):
    goal = change_goal(goal, clean_sheet(annual_goal="改了"), by=clerk)
    step(goal, "submit", clerk)
    return goal.revisions.get(number=2)


def test_nobody_approves_what_they_wrote_nor_has_it_done_for_them(returned, clerk, reviewer):
    newest = submitted_again(returned, clerk)
    approval = {"transition": "approve", "step": 1, "revision": newest}

    for who in ({"by": clerk}, {"by": reviewer, "on_behalf_of": clerk}):
        assert "不能审核通过它" in refused(row_of(Event, **approval, **who))
    row_of(Event, **approval, by=reviewer).save(force_insert=True)


@pytest.mark.parametrize("name", ["approve", "return", "step_back", "reject"])
def test_nobody_acts_at_two_steps_of_one_round(returned, clerk, reviewer, name):
    newest = submitted_again(returned, clerk)
    other = make_user("other", ("reviewer", "101"))
    act = {"transition": name, "step": 2, "revision": newest}
    for person in (reviewer, other):
        draft(returned, newest, person)

    for who in ({"by": reviewer}, {"by": other, "on_behalf_of": reviewer}):
        assert "两个审核环节" in refused(row_of(Event, **act, **who))
    row_of(Event, **act, by=other).save(force_insert=True)


def test_another_round_begins_anew(returned, clerk, reviewer):
    newest = submitted_again(returned, clerk)

    row_of(Event, transition="approve", step=2, cycle=1, revision=newest, by=reviewer).save(
        force_insert=True
    )


def draft(goal, revision, by, **changes):
    return Remark.objects.create(
        goal=goal,
        revision=revision,
        **{"field": "form", "kind": "其他", "text": "请改", "by": by, "at": timezone.now()}
        | changes,
    )


@pytest.mark.parametrize("name", ["return", "step_back"])
def test_a_return_needs_a_remark_of_that_person_that_was_not_sent(returned, clerk, reviewer, name):
    newest = submitted_again(returned, clerk)
    row = {"transition": name, "step": 1, "revision": newest, "by": reviewer}
    draft(returned, newest, make_user("other", ("reviewer", "101")))
    draft(returned, newest, reviewer, reopened=True)

    assert "退回必须写明原因" in refused(row_of(Event, **row))
    draft(returned, newest, reviewer)
    row_of(Event, **row).save(force_insert=True)


def test_a_draft_of_a_remark_may_still_be_removed(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    place = {"key": "", "field": "form", "kind": "其他", "text": "一"}
    one = write_remark(goal.pk, by=reviewer, seen=goal.chain_hash, **place)

    drop_remark(one.pk, by=reviewer)

    assert not Remark.objects.exists()


def test_a_waiver_is_lifted_but_neither_changed_nor_removed(returned, reviewer):
    today = timezone.localdate()
    waiver = Waiver.objects.create(
        goal=returned, rule="R01", reason="特批", by=reviewer, at=timezone.now(), until=today
    )

    for text in ("UPDATE performance_waiver SET until = at", "DELETE FROM performance_waiver"):
        with pytest.raises(IntegrityError, match="豁免不能"):
            sql(text)

    waiver.lifted_by, waiver.lifted_at = reviewer, timezone.now()
    waiver.save(update_fields=["lifted_by", "lifted_at"])


@pytest.mark.django_db
def test_all_guards_are_there_and_can_be_installed_again():
    assert guards.missing() == []
    guards.install()
    assert guards.missing() == []
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)


def checked():
    return guards.check(app_configs=None, databases=["default"])


@pytest.mark.django_db
def test_a_missing_guard_is_reported_with_what_to_do():
    assert checked() == []
    guards.drop()

    (message,) = checked()

    assert "portal_guard_event_update" in message.msg
    assert "manage.py migrate" in message.hint
    guards.install()
    assert checked() == []


@pytest.mark.django_db
def test_a_guard_that_says_something_else_counts_as_missing():
    name = "portal_guard_event_delete"
    if connection.vendor == "sqlite":
        sql(f"DROP TRIGGER {name}")
        sql(f"CREATE TRIGGER {name} BEFORE DELETE ON performance_event BEGIN SELECT 1; END")
    else:
        sql(f"ALTER TABLE performance_event DISABLE TRIGGER {name}")

    assert guards.missing() == [name]
