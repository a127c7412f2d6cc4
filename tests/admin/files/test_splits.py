"""A text in row order: a person says where the overall goal ends."""

from pathlib import Path

import pytest

from performance.goals.models import Goal
from performance.sheets.models import Upload
from performance.sheets.receiving import receive
from performance.sheets.stored import load_plan
from tests.admin.desk import at_desk, everything, told, upload_url, visible

TEXT = Path(__file__).parents[2] / "sheets/files/s12-text.txt"
DOUBTFUL = 1
"""综合窗口人员劳务外包经费: five lines, three of them proposed as the overall goal."""


@pytest.fixture
def upload(bureau) -> Upload:
    return receive(TEXT.read_bytes(), "表.txt", by=bureau, create_missing=True)


def part(user, upload: Upload, goal=DOUBTFUL, cut=2, **more):
    data = {"goal": str(goal), "cut": str(cut)} | more
    return at_desk(user).post(upload_url("part", upload.pk), data)


def goals_of(upload: Upload, index: int = DOUBTFUL) -> tuple[str, str]:
    upload.refresh_from_db()
    sheet = load_plan(upload.plan).operations[index].sheet
    return sheet.overall_goal, sheet.annual_goal


def doubts(upload: Upload) -> list[int | None]:
    found = load_plan(upload.plan).findings
    return [f.goal for f in found if f.rule == "F16" and "两个绩效目标" in f.message]


def test_the_preview_shows_each_text_by_its_lines_with_the_proposal(bureau, upload):
    page = at_desk(bureau).get(upload_url("change", upload.pk))

    text = visible(page)
    assert "总体绩效目标 3 行，年度绩效目标 2 行 （没有把握，请核对）" in text
    assert "总体绩效目标 5 行，年度绩效目标 3 行" in text
    assert "全年配备综合窗口人员42名，开展业务培训8次，" in text


def test_another_cut_changes_both_goals_and_answers_the_doubt(bureau, upload):
    before, doubted = goals_of(upload), doubts(upload)

    answer = part(bureau, upload, cut=2)

    overall, annual = goals_of(upload)
    assert answer.url.endswith(f"#goal-{DOUBTFUL}")
    assert overall + annual == "".join(before)
    assert len(overall) < len(before[0])
    assert DOUBTFUL in doubted
    assert DOUBTFUL not in doubts(upload)


def test_the_proposal_pressed_as_it_is_answers_the_doubt(bureau, upload):
    before = goals_of(upload)

    part(bureau, upload, cut=3)

    assert goals_of(upload) == before
    assert DOUBTFUL not in doubts(upload)


def test_all_lines_can_be_one_goal(bureau, upload):
    whole = "".join(goals_of(upload))

    part(bureau, upload, cut=5)
    assert goals_of(upload) == (whole, "")
    part(bureau, upload, cut=0)
    assert goals_of(upload) == ("", whole)


def test_several_choices_stand_beside_each_other_and_survive_a_new_comparison(bureau, upload):
    part(bureau, upload, cut=2)
    chosen = goals_of(upload)
    part(bureau, upload, goal=2, cut=1)

    at_desk(bureau).post(upload_url("again", upload.pk), {"create_missing": "on"})

    assert goals_of(upload) == chosen
    assert not {DOUBTFUL, 2} & set(doubts(upload))


def test_what_was_chosen_is_what_is_stored(bureau, upload):
    part(bureau, upload, cut=2)
    chosen = goals_of(upload)

    at_desk(bureau).post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})

    goal = Goal.objects.get(project="综合窗口人员劳务外包经费")
    assert (goal.overall_goal, goal.annual_goal) == chosen


def test_accepted_unchanged_the_proposal_is_stored(bureau, upload):
    proposed = goals_of(upload)

    at_desk(bureau).post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})

    goal = Goal.objects.get(project="综合窗口人员劳务外包经费")
    assert (goal.overall_goal, goal.annual_goal) == proposed


def test_a_plan_that_was_shown_before_the_choice_is_not_applied(bureau, upload):
    shown = upload.plan_hash
    part(bureau, upload, cut=2)

    at_desk(bureau).post(upload_url("confirm", upload.pk), {"plan": shown})

    assert not Goal.objects.exists()


@pytest.mark.parametrize(
    "odd", [{"cut": "6"}, {"cut": "-1"}, {"cut": "x"}, {"goal": "99"}, {"goal": ""}, {"cut": "²"}]
)
def test_a_place_that_no_page_offers_is_not_found(bureau, upload, odd):
    before = everything()

    assert part(bureau, upload, **odd).status_code == 404
    assert everything() == before


def test_nobody_else_parts_it_and_nobody_after_the_import(bureau, clerk, upload):
    assert part(clerk, upload).status_code in (403, 404)
    at_desk(bureau).post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})
    before = everything()

    again = part(bureau, upload)

    assert everything() == before
    assert told(again) == []
    page = at_desk(bureau).get(upload_url("change", upload.pk))
    assert "按所选的位置划分" not in visible(page)
