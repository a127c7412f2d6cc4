"""Whoever owns the database can switch the guards off; what they then change is found."""

from contextlib import suppress
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from performance.goals.actions import save_sheet, save_sheets
from performance.goals.copying import copy_beside
from performance.goals.models import Goal, GoalLine, Origin, Revision, State
from performance.goals.restoring import restore_revision
from performance.goals.sheet import content_hash, from_json, to_json
from performance.goals.writing import chain_hash
from performance.people.models import User
from performance.review.actions import ContentChanged, Decision, perform
from performance.review.adjusting import drop_adjustment
from performance.review.chain import event_hash
from performance.review.models import Event, Remark
from performance.review.verifying import verify
from tests.admin.desk import at_desk, goal_url, typed
from tests.builders import (
    change_goal,
    clean_sheet,
    make_draft,
    make_file,
    make_goal,
    make_line,
    make_user,
)
from tests.commands.running import run
from tests.racing import race

CHANGED = "内容、修改人、时间或来源被改过，或前面的一条被改过。"
EVENT_CHANGED = "办理记录或其审核意见被改过，或前面的一条被改过。"


def step(goal, name, by, opinion=""):
    goal.refresh_from_db()
    return perform(goal.pk, name, by=by, seen=goal.chain_hash, decision=Decision(opinion=opinion))


def problems():
    return [problem for one in verify(Goal.objects.all()) for problem in one.problems]


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)


@pytest.fixture
def long(clerk, reviewer, bureau):
    """A goal with four revisions and six events, filed."""
    goal = make_goal(clean_sheet(annual_goal="一"), by=clerk)
    goal = change_goal(goal, clean_sheet(annual_goal="二"), by=bureau)
    goal = change_goal(goal, clean_sheet(annual_goal="三"), by=clerk)
    step(goal, "submit", clerk)
    step(goal, "return", reviewer, "请补充。")
    goal = change_goal(Goal.objects.get(), clean_sheet(annual_goal="四"), by=clerk)
    step(goal, "submit", clerk)
    step(goal, "approve", reviewer)
    step(goal, "issue", bureau)
    step(goal, "file", bureau)
    assert problems() == []
    return Goal.objects.get()


def content(text):
    return to_json(clean_sheet(annual_goal=text))


def swap(model, one, other):
    for old, new in ((one, 99), (other, one), (99, other)):
        model.objects.filter(number=old).update(number=new)


def insert(model, number):
    """A copy of the newest row in the middle; those behind it move up."""
    newest = model.objects.order_by("-number").first()
    for row in model.objects.filter(number__gte=number).order_by("-number"):
        model.objects.filter(pk=row.pk).update(number=row.number + 1)
    newest.pk, newest.number = None, number
    newest._state.adding = True
    newest.save(force_insert=True)


def append(model):
    newest = model.objects.order_by("-number").first()
    newest.pk, newest.number = None, newest.number + 1
    newest._state.adding = True
    newest.save(force_insert=True)


def remove(model, number):
    Remark.objects.update(event=None, closed_at=None, closed_by=None)
    Goal.objects.update(approved_revision=None, issued_revision=None)
    if model is Revision:  # what names it goes too
        Remark.objects.filter(revision__number=number).delete()
        Event.objects.filter(revision__number=number).delete()
    model.objects.filter(number=number).delete()


REVISIONS = Revision.objects
EVENTS = Event.objects

TAMPERED = {
    "content of the first revision": (
        lambda: REVISIONS.filter(number=1).update(content=content("改")),
        [f"第1版：{CHANGED}"],
    ),
    "content that is no JSON": (
        lambda: REVISIONS.filter(number=2).update(content="[1]"),
        [f"第2版：{CHANGED}"],
    ),
    "author of a revision": (
        lambda: REVISIONS.filter(number=3).update(by=User.objects.get(username="wang")),
        [f"第3版：{CHANGED}"],
    ),
    "time of a revision": (
        lambda: REVISIONS.filter(number=1).update(at=REVISIONS.get(number=2).at),
        [f"第1版：{CHANGED}"],
    ),
    "content hash alone": (
        lambda: REVISIONS.filter(number=2).update(content_hash="0" * 64),
        ["第2版：内容与内容摘要不符。"],
    ),
    "chain hash of the newest revision": (
        lambda: REVISIONS.filter(number=4).update(chain_hash="0" * 64),
        [f"第4版：{CHANGED}", *[f"第{n}次办理：{EVENT_CHANGED}" for n in (3, 4, 5, 6)]],
    ),
    "two revisions exchanged": (
        lambda: swap(Revision, 1, 3),
        ["第1版：次序被调换，它原来是第3版。", "第3版：次序被调换，它原来是第1版。"],
    ),
    "two neighbours exchanged": (
        lambda: swap(Revision, 1, 2),
        ["第1版：次序被调换，它原来是第2版。", "第2版：次序被调换，它原来是第1版。"],
    ),
    "a revision added": (
        lambda: append(Revision),
        ["第5版：是后来插入的，项目上没有记到它。"],
    ),
    "the goal's own hash": (
        lambda: Goal.objects.update(chain_hash="0" * 64),
        ["第4版：与项目上记的摘要不同，记录或项目被改过。"],
    ),
    "opinion of an event": (
        lambda: EVENTS.filter(number=2).update(opinion="改"),
        [f"第2次办理：{EVENT_CHANGED}"],
    ),
    "person of an event": (
        lambda: EVENTS.filter(number=5).update(by=User.objects.get(username="li")),
        [f"第5次办理：{EVENT_CHANGED}"],
    ),
    "revision of an event": (
        lambda: EVENTS.filter(number=3).update(revision=REVISIONS.get(number=1)),
        [f"第3次办理：{EVENT_CHANGED}"],
    ),
    "request of an event": (
        lambda: EVENTS.filter(number=2).update(request_id="0" * 32),
        [f"第2次办理：{EVENT_CHANGED}"],
    ),
    "request of a revision": (
        lambda: REVISIONS.filter(number=2).update(request_id=""),
        [f"第2版：{CHANGED}"],
    ),
    "text of a remark that was sent": (
        lambda: Remark.objects.update(text="改"),
        [f"第2次办理：{EVENT_CHANGED}"],
    ),
    "a remark removed": (
        lambda: Remark.objects.all().delete(),
        [f"第2次办理：{EVENT_CHANGED}"],
    ),
    "an event added": (
        lambda: append(Event),
        ["第7次办理：是后来插入的，项目上没有记到它。"],
    ),
    "two events exchanged": (
        lambda: swap(Event, 5, 6),
        [
            "第5次办理：次序被调换，它原来是第6次办理。",
            "第6次办理：次序被调换，它原来是第5次办理。",
        ],
    ),
    "an event removed": (
        lambda: remove(Event, 5),
        ["第5次办理：被删除。", f"第2次办理：{EVENT_CHANGED}"],
    ),
    "the newest event removed": (
        lambda: remove(Event, 6),
        ["第6次办理：被删除。", f"第2次办理：{EVENT_CHANGED}"],
    ),
    "a text of the goal": (
        lambda: Goal.objects.update(annual_goal="改", phone="1"),
        ["现在的内容与最新一版不同：年度绩效目标、联系电话。"],
    ),
    "a value of a line": (
        lambda: sql("UPDATE performance_goalline SET annual_value = '9'"),
        ["现在的内容与最新一版不同：指标。"],
    ),
    "key of a line": (
        lambda: GoalLine.objects.filter(position=1).update(key="x"),
        ["现在的内容与最新一版不同：指标。"],
    ),
    "a line removed": (
        lambda: GoalLine.objects.filter(position=1).delete(),
        ["现在的内容与最新一版不同：指标。"],
    ),
    "state without an event": (
        lambda: Goal.objects.update(state=State.DRAFT),
        ["状态：现在是“草稿”，按办理记录应是“已备案”。"],
    ),
    "approval without an event": (
        lambda: Goal.objects.update(approved_revision=REVISIONS.get(number=1)),
        ["审核通过的版本：现在是“第1版”，按办理记录应是“第4版”。"],
    ),
    "issue taken back": (
        lambda: Goal.objects.update(issued_revision=None, cycle=2),
        [
            "已批复的版本：现在是“无”，按办理记录应是“第4版”。",
            "调整次数：现在是“2”，按办理记录应是“0”。",
        ],
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_behind_the_portal_is_found(long, unguarded, what):
    tamper, told = TAMPERED[what]

    tamper()

    found = problems()
    if "event removed" in what:  # removing it took more than one statement
        found = [problem for problem in found if problem in told]
    assert found == told


def test_a_removed_revision_is_found(long, unguarded):
    remove(Revision, 3)

    assert "第3版：被删除。" in problems()


@pytest.mark.parametrize("model", [Revision, Event])
def test_a_row_inserted_in_the_middle_is_found(long, unguarded, model):
    number = model.objects.count()
    name = "版" if model is Revision else "次办理"

    insert(model, 2)

    found = problems()
    assert f"第{number + 1}{name}：是后来插入的，项目上没有记到它。" in found
    assert any(problem.startswith(f"第2{name}：") for problem in found)
    assert f"第3{name}：次序被调换，它原来是第2{name}。" in found


def test_rows_of_another_goal_are_no_help(long, clerk, unguarded):
    other = make_goal(clean_sheet("另一个"), by=clerk)

    Goal.objects.filter(pk=long.pk).update(approved_revision=other.revisions.get())

    assert problems() == ["审核通过的版本：现在是“别的项目的版本”，按办理记录应是“第4版”。"]


def test_an_approval_of_ones_own_is_found_even_with_all_hashes_made_anew(long, clerk, unguarded):
    Event.objects.filter(number=4).update(by=clerk)
    reseal(long)

    assert problems() == ["第4次办理：审核通过的人自己填写或导入过这个目标。"]


def test_acts_at_two_steps_are_found_even_with_all_hashes_made_anew(long, unguarded):
    Event.objects.filter(number=4).update(step=2)
    reseal(long)

    assert problems() == ["第4次办理：办理的人在同一轮的另一个审核环节也办理过。"]


def test_a_return_without_a_reason_is_found_even_with_all_hashes_made_anew(long, unguarded):
    Event.objects.filter(number=2).update(opinion="")
    Remark.objects.all().delete()
    reseal(long)

    assert problems() == ["第2次办理：退回时没有写明任何原因。"]


def reseal(goal):
    """As whoever owns the database, and knows the code, would: everything fits again."""
    before = ""
    for row in goal.revisions.order_by("number"):
        row.content_hash = content_hash(from_json(row.content))
        row.chain_hash = before = chain_hash(row, before)
        row.save()
    Goal.objects.filter(pk=goal.pk).update(chain_hash=before)
    before = ""
    for row in goal.events.order_by("number"):
        remarks = row.remarks.order_by("pk")
        row.chain_hash = before = event_hash(row, row.revision.chain_hash, remarks, before)
        row.save()
    Goal.objects.filter(pk=goal.pk).update(events_hash=before)


def test_a_chain_that_was_made_anew_is_told_by_the_heads_kept_elsewhere(long, unguarded):
    known = {one.head.goal: one.head for one in verify(Goal.objects.all())}
    sealed = from_json(Revision.objects.get(number=4).content)
    changed = to_json(replace(sealed, annual_goal="改"))
    Revision.objects.filter(number=4).update(content=changed)
    Goal.objects.update(annual_goal="改")
    reseal(long)

    assert problems() == []
    (one,) = verify(Goal.objects.all(), known)
    rewritten = "与当时留存的摘要不同，记录被整条重写过。"
    assert one.problems == (f"第4版：{rewritten}", f"第6次办理：{rewritten}")


# --- every way to write leaves a record, and so the proof holds afterwards ------------------------
def type_it(goal, by, _):
    page = at_desk(by).post(goal_url("change", goal.pk), typed(goal, annual_goal="改"))
    assert page.status_code == 302


def upload_it(_, by, folder):
    path = folder / "目标.xlsx"
    path.write_bytes(make_file(clean_sheet(annual_goal="改"), clean_sheet("新的")))
    assert run("import_sheet", str(path), "--as", by.username, "--accept").code == 0


def drop_adjustment_of(goal, by, _):
    goal.refresh_from_db()
    drop_adjustment(goal.pk, by=by, seen=goal.chain_hash, decision=Decision(opinion="不调了"))


WAYS = {
    "typing": [type_it],
    "a file": [upload_it],
    "many at once, one of them new": [
        lambda goal, by, _: save_sheets(
            [make_draft(clean_sheet(annual_goal="改"), goal), make_draft(clean_sheet("新"))],
            by=by,
            origin=Origin.UPLOAD,
        )
    ],
    "other lines": [
        lambda goal, by, _: change_goal(goal, replace(clean_sheet(), lines=(make_line(),)), by=by)
    ],
    "restoring": [
        type_it,
        lambda goal, by, _: restore_revision(goal.pk, 1, by=by, seen=Goal.objects.get().chain_hash),
    ],
    "submitting": [lambda goal, by, _: step(goal, "submit", by)],
    "voiding and back": [
        lambda goal, by, _: step(goal, "void", by, "不再申报"),
        lambda goal, by, _: step(goal, "restore", by),
    ],
}
AFTER_ISSUE = {
    "adjusting": [type_it, lambda goal, by, _: step(goal, "submit", by)],
    "giving an adjustment up": [type_it, drop_adjustment_of],
}


def records():
    return Revision.objects.count() + Event.objects.count()


def walked(goal, by, ways, folder):
    """Each write adds a record, and after each the proof holds."""
    for way in ways:
        before = records()
        way(Goal.objects.get(pk=goal.pk), by, folder)
        assert records() > before
        assert problems() == []


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_write_leaves_a_record(clerk, way, tmp_path):
    walked(make_goal(by=clerk), clerk, WAYS[way], tmp_path)


@pytest.mark.parametrize("way", AFTER_ISSUE)
def test_each_way_to_adjust_leaves_a_record(long, clerk, way, tmp_path):
    step(long, "adjust", clerk, "项目变了")

    walked(long, clerk, AFTER_ISSUE[way], tmp_path)


def test_a_copy_leaves_a_record(clerk):
    goal = make_goal(by=clerk)

    copy_beside(goal, "抄本", by=clerk)

    assert problems() == []
    assert Revision.objects.count() == Goal.objects.count() == 2


@pytest.mark.parametrize(
    "write",
    [
        lambda goal: Goal.objects.filter(pk=goal.pk).update(overall_goal="改"),
        lambda goal: Goal.objects.bulk_update([_with(goal, overall_goal="改")], ["overall_goal"]),
        lambda goal: _with(goal, overall_goal="改").save(),
        lambda goal: GoalLine.objects.filter(goal=goal).delete(),
        lambda goal: sql("UPDATE performance_goal SET project = 'x'"),
        lambda goal: Goal.objects.filter(pk=goal.pk).update(revision_number=0, chain_hash=""),
        lambda goal: Goal.objects.create(year=goal.year, unit=goal.unit, project="凭空"),
    ],
)
def test_a_write_past_the_one_door_is_found(clerk, write):
    """From a shell, by SQL: the guards leave the working rows alone, the proof does not."""
    goal = make_goal(by=clerk)

    write(goal)

    assert problems() != []


def _with(goal, **values):
    for name, value in values.items():
        setattr(goal, name, value)
    return goal


@pytest.mark.django_db(transaction=True)
def test_people_who_write_at_the_same_time_do_not_fork_a_chain(clerk, reviewer):
    goal = make_goal(by=clerk)
    other = make_user("other", ("clerk", "101009"))

    def write(pk):
        by = User.objects.get(pk=pk)
        for number in range(12):
            now = Goal.objects.get(pk=goal.pk)
            draft = make_draft(clean_sheet(annual_goal=f"{pk}.{number}"), now)
            save_sheet(draft, by=by, origin=Origin.FORM)
            for name in ("submit", "withdraw"):
                try_step(now, name, by)
        return "done"

    def prove():
        return [problems() for _ in range(20)]

    answers = race(lambda: write(clerk.pk), lambda: write(other.pk), lambda: write(clerk.pk), prove)

    assert answers == ["done"] * 3 + [[[]] * 20]
    assert problems() == []
    goal.refresh_from_db()
    assert goal.revision_number == goal.revisions.count() > 1
    assert goal.events_number == goal.events.count() > 1


def try_step(goal, name, by):
    """Whoever comes too late is told so."""
    with suppress(ContentChanged, ValidationError):
        perform(goal.pk, name, by=by, seen=Goal.objects.get(pk=goal.pk).chain_hash)
