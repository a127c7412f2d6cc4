"""Remarks on cells: written, sent with a return, answered, closed; and what they open."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from performance.goals.actions import Outcome, save_sheet
from performance.goals.models import Goal, Origin, State
from performance.people.models import User
from performance.review.models import Remark
from performance.review.queries import drafts_of, open_remarks
from performance.review.remarking import (
    MAX_TEXT,
    answer_remark,
    drop_remark,
    reopen_cell,
    write_remark,
)
from tests.builders import change_goal, clean_sheet, make_draft, make_goal, make_line
from tests.review.workflow import remark, take


@pytest.fixture
def goal(portal, clerk):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    return goal


def save(sheet, clerk):
    draft = make_draft(sheet, Goal.objects.get())
    return save_sheet(draft, by=clerk, origin=Origin.FORM)


def saying(goal, **changes):
    """What the goal says, with its line keys, and something else."""
    return replace(goal.sheet(), **changes)


def test_a_return_needs_a_remark(goal, reviewer):
    with pytest.raises(ValidationError, match="退回必须写明原因"):
        take(goal, "return", reviewer)
    assert Goal.objects.get().state == State.SUBMITTED


def test_a_return_opens_exactly_the_remarked_cells(goal, clerk, reviewer):
    remark(goal, "annual_goal", reviewer)
    remark(goal, "annual_value", reviewer, line=1)
    event = take(goal, "return", reviewer)
    first, second = goal.sheet().lines

    assert Goal.objects.get().open_cells == [["", "annual_goal"], [first.key, "annual_value"]]
    assert event.remarks.count() == 2
    changed = make_line(annual_value="6套", cycle_value="16套", key=first.key)
    saved = save(saying(goal, annual_goal="改了", lines=(changed, second)), clerk)
    assert saved.outcome is Outcome.REFUSED
    assert "不能修改：第1行“实施周期指标值”。" in saved.message
    for lines in ((first,), (first, second, make_line("111001842-新的")), (second, first)):
        assert save(saying(goal, lines=lines), clerk).outcome is Outcome.REFUSED
    allowed = make_line(annual_value="6套", key=first.key)
    saved = save(saying(goal, annual_goal="改了", lines=(allowed, second)), clerk)
    assert saved.outcome is Outcome.SAVED


@pytest.mark.parametrize(
    ("key", "field"),
    [("", "form"), ("", "lines"), ("1", "line"), ("1", "level3"), ("", "project")],
)
def test_what_each_kind_of_place_opens(goal, clerk, reviewer, key, field):
    remark(goal, field, reviewer, line=int(key or 0))
    take(goal, "return", reviewer)
    first, second = goal.sheet().lines
    other = make_line("222001691-别的", "22-社会效益", "2-效益指标", "15套", "5套", key=first.key)
    tries = {
        "form": saying(goal, project="新名", annual_goal="改", lines=(second,)),
        "lines": saying(goal, lines=(second, first, make_line("111001842-新的"))),
        "line": saying(goal, lines=(second,)),
        "level3": saying(goal, lines=(other, second)),
        "project": saying(goal, project="新名"),
    }

    found = {name: save_would(sheet, clerk) for name, sheet in tries.items()}

    opens = {
        "form": set(tries),
        "lines": {"lines"},
        "line": {"line", "level3"},
        "level3": {"level3"},
        "project": {"project"},
    }
    assert {name for name, outcome in found.items() if outcome is Outcome.SAVED} == opens[field]


def save_would(sheet, clerk):
    """What a save would answer; nothing stays of it."""
    with transaction.atomic():
        outcome = save(sheet, clerk).outcome
        transaction.set_rollback(True)
    return outcome


def test_an_opinion_on_the_whole_form_is_a_remark_that_opens_it(goal, clerk, reviewer):
    take(goal, "return", reviewer, "全部重写")

    (said,) = open_remarks(goal)
    assert (said.key, said.field, said.text) == ("", "form", "全部重写")
    assert Goal.objects.get().open_cells is None


def test_each_remark_is_changed_or_answered_before_it_goes_back(goal, clerk, reviewer):
    remark(goal, "annual_goal", reviewer)
    kept = remark(goal, "annual_value", reviewer, line=1)
    take(goal, "return", reviewer)
    with pytest.raises(ValidationError) as caught:
        take(goal, "submit", clerk)
    assert caught.value.messages == [
        "还有 2 条审核意见既没有修改也没有答复，不能送审：年度绩效目标、第1行“年度指标值”。"
        "请修改所指的单元格，或在意见下写明答复。"
    ]

    first, second = goal.sheet().lines
    save(saying(goal, annual_goal="改了", lines=(first, second)), clerk)
    answer_remark(kept.pk, by=clerk, text="按合同就是5套。")
    take(goal, "submit", clerk)

    answers = dict(Remark.objects.values_list("field", "answer"))
    assert answers == {"annual_goal": "已修改。", "annual_value": "按合同就是5套。"}
    assert len(open_remarks(goal)) == 2
    take(goal, "approve", reviewer)
    assert open_remarks(goal) == []
    assert set(Remark.objects.values_list("closed_by", flat=True)) == {reviewer.pk}


def test_the_clerk_opens_another_cell_with_a_reason(goal, clerk, reviewer):
    remark(goal, "annual_goal", reviewer)
    take(goal, "return", reviewer)
    asked = {"by": clerk, "key": "", "field": "overall_goal"}

    with pytest.raises(ValidationError, match="理由为空"):
        reopen_cell(goal.pk, **asked, reason=" ")
    with pytest.raises(ValidationError, match="已经开放"):
        reopen_cell(goal.pk, **asked | {"field": "annual_goal"}, reason="也要改")
    with pytest.raises(PermissionDenied):
        reopen_cell(goal.pk, **asked | {"by": reviewer}, reason="也要改")
    reopen_cell(goal.pk, **asked, reason="总体目标要一起改。")

    assert Goal.objects.get().open_cells == [["", "annual_goal"], ["", "overall_goal"]]
    sheet = saying(goal, annual_goal="改", overall_goal="也改")
    assert save(sheet, clerk).outcome is Outcome.SAVED
    take(goal, "submit", clerk)
    assert [r.text for r in open_remarks(goal) if r.reopened] == ["总体目标要一起改。"]


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_a_decision_does_not_leave_ones_own_drafts_behind(goal, reviewer, name):
    draft = remark(goal, "annual_goal", reviewer)
    with pytest.raises(ValidationError, match="还有 1 条没有送出的审核意见"):
        take(goal, name, reviewer, "没有依据。")

    drop_remark(draft.pk, by=reviewer)
    assert take(goal, name, reviewer, "没有依据。").transition == name


def test_drafts_are_their_authors_alone(goal, clerk, reviewer, stranger):
    draft = remark(goal, "annual_goal", reviewer)

    for person in (clerk, stranger):
        drop_remark(draft.pk, by=person)
        assert drafts_of(person, goal) == []
    assert drafts_of(reviewer, goal) == [draft]
    with pytest.raises(PermissionDenied):
        remark(goal, "annual_goal", clerk)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": " \n"}, "审核意见为空"),
        ({"text": "\u200b\u3164\ufeff"}, "审核意见为空"),
        ({"text": "长" * (MAX_TEXT + 1)}, f"超过{MAX_TEXT}个字"),
        ({"text": "a\0b"}, "控制字符"),
        ({"kind": "没有的类别"}, "请从列表中选择"),
        ({"field": "password"}, "没有这个单元格"),
        ({"field": "annual_value"}, "没有这个单元格"),
        ({"proposal": "本年为窗口人员订制制服5套。"}, "与现在的内容相同"),
        ({"field": "form", "proposal": "x"}, "只能对单个单元格"),
    ],
)
def test_a_remark_that_makes_no_sense_is_refused(goal, reviewer, changes, message):
    said = {"field": "annual_goal"} | changes
    with pytest.raises(ValidationError, match=message):
        remark(goal, said.pop("field"), reviewer, **said)


def test_a_remark_on_older_content_is_refused(goal, clerk, reviewer):
    take(goal, "withdraw", clerk)
    seen = Goal.objects.get().chain_hash
    change_goal(Goal.objects.get(), clean_sheet(annual_goal="改了"), by=clerk)
    take(goal, "submit", clerk)
    person = User.objects.get(pk=reviewer.pk)

    with pytest.raises(ValidationError, match="意见没有记下"):
        write_remark(goal.pk, by=person, seen=seen, key="", field="form", kind="其他", text="旧的")
