"""Two people on one goal: what fits together is saved together, what does not is asked."""

from dataclasses import replace

import pytest

from performance.goals.models import Goal, State
from performance.goals.sheet import Coded
from tests.admin.desk import at_desk, everything, form_on, fresh, goal_url, rows_on, told, visible
from tests.builders import change_goal, clean_sheet, make_goal, make_line, make_sheet, make_user


@pytest.fixture
def colleague(portal):
    return make_user("wu", ("clerk", "101009"), full_name="吴晓")


def page_of(goal, user):
    return at_desk(user).get(goal_url("change", goal.pk))


def post(user, goal, data, **more):
    return at_desk(user).post(goal_url("change", goal.pk), data, **more)


def questions(response) -> list[str]:
    return form_on(response).get("asked", [])


def with_line(goal: Goal, index: int, **changes):
    sheet = goal.sheet()
    lines = list(sheet.lines)
    lines[index] = replace(lines[index], **changes)
    return replace(sheet, lines=tuple(lines))


@pytest.fixture
def raced(clerk, colleague):
    """The clerk's page was opened, then the colleague changed cells; both as a function."""

    def start(**theirs):
        goal = make_goal(by=clerk)
        opened = form_on(page_of(goal, clerk))
        return change_goal(goal, clean_sheet(**theirs), by=colleague), opened

    return start


# --- what merges ---------------------------------------------------------------------------------
def test_different_cells_are_saved_together_and_that_is_said(clerk, raced):
    goal, opened = raced(annual_goal="同事改过的目标")

    response = post(
        clerk,
        goal,
        opened | {"overall_goal": ["我的"], "line_annual": ["8套", "≥90%", ""]},
        follow=True,
    )

    goal = fresh(goal)
    assert told(response) == ["已保存（第3版），已与别人刚才保存的改动合在一起。"]
    assert (goal.overall_goal, goal.annual_goal) == ("我的", "同事改过的目标")
    assert [x.annual_value for x in goal.sheet().lines] == ["8套", "≥90%"]


def test_cells_of_one_line_and_new_lines_of_both_merge(clerk, colleague):
    goal = make_goal(by=clerk)
    opened = form_on(page_of(goal, clerk))
    theirs = with_line(goal, 0, cycle_value="20套")
    change_goal(goal, replace(theirs, lines=(*theirs.lines, make_line("丙"))), by=colleague)
    mine = {
        "line_key": [*opened["line_key"][:2], ""],
        "line_level3": [*opened["line_level3"][:2], "丁"],
        "line_cycle": [*opened["line_cycle"][:2], "1"],
        "line_annual": ["8套", "≥90%", "2"],
    }

    response = post(clerk, goal, opened | mine)

    assert response.status_code == 302
    assert [x.key for x in fresh(goal).sheet().lines][:2] == opened["line_key"][:2]
    assert [(x.level3.name, x.cycle_value, x.annual_value) for x in fresh(goal).sheet().lines] == [
        ("订制制服数", "20套", "8套"),
        ("行政服务窗口群众满意度", "≥90%", "≥90%"),
        ("丁", "1", "2"),
        ("丙", "15套", "5套"),
    ]


def test_who_changed_nothing_takes_nothing_back(clerk, raced):
    goal, opened = raced(annual_goal="同事改过的目标")

    response = post(clerk, goal, opened, follow=True)

    assert told(response) == ["内容没有改动，未产生新版本。"]
    assert fresh(goal).annual_goal == "同事改过的目标"


def test_saving_and_submitting_submits_what_both_say(clerk, raced):
    goal, opened = raced(annual_goal="本年为窗口人员订制制服6套。")
    post(clerk, goal, opened | {"overall_goal": ["我的"], "_submit": [""]})

    goal = fresh(goal)
    assert goal.state == State.SUBMITTED
    assert (goal.overall_goal, goal.annual_goal) == ("我的", "本年为窗口人员订制制服6套。")


# --- what is asked -------------------------------------------------------------------------------
def test_the_same_cell_shows_base_mine_and_theirs_and_stores_nothing(clerk, raced):
    goal, opened = raced(annual_goal="同事的", overall_goal="同事改的总体")
    before = everything()

    response = post(clerk, goal, opened | {"annual_goal": ["我的"]})

    text = visible(response)
    assert everything() == before
    assert "还没有保存：吴晓 在您填写期间先保存了这个项目" in text
    assert questions(response) == ["-annual_goal"]
    for side in ("原来：本年为窗口人员订制制服5套。", "我的：我的", "对方的：同事的"):
        assert side in text
    assert form_on(response)["annual_goal"] == ["我的"]
    assert form_on(response)["overall_goal"] == ["同事改的总体"]
    assert form_on(response)["base"] == ["2"]


def test_without_a_choice_nothing_is_saved_and_the_question_stays(clerk, raced):
    goal, opened = raced(annual_goal="同事的")
    asked = form_on(post(clerk, goal, opened | {"annual_goal": ["我的"]}))
    before = everything()

    response = post(clerk, goal, asked | {"overall_goal": ["又改了总体"]})

    assert everything() == before
    assert "“年度绩效目标”：两人改得不同，请选择用哪一个，再保存。" in visible(response)
    assert questions(response) == ["-annual_goal"]
    assert form_on(response)["overall_goal"] == ["又改了总体"]


@pytest.mark.parametrize(
    ("side", "typed", "stored"),
    [
        ("mine", "我的", "我的"),
        ("theirs", "我的", "同事的"),
        ("mine", "同事的，并入我的", "同事的，并入我的"),
    ],
)
def test_what_is_chosen_is_stored(clerk, raced, side, typed, stored):
    goal, opened = raced(annual_goal="同事的")
    asked = form_on(post(clerk, goal, opened | {"annual_goal": ["我的"]}))

    response = post(clerk, goal, asked | {"annual_goal": [typed], "choice--annual_goal": [side]})

    assert response.status_code == 302
    assert fresh(goal).annual_goal == stored


def test_a_cell_of_a_line_and_its_indicator_are_chosen_one_by_one(clerk, colleague):
    goal = make_goal(by=clerk)
    opened = form_on(page_of(goal, clerk))
    key = opened["line_key"][0]
    theirs = with_line(goal, 0, annual_value="6套", level3=Coded("", "他们的"))
    change_goal(goal, theirs, by=colleague)
    mine = {
        "line_level3": ["我们的", *opened["line_level3"][1:]],
        "line_annual": ["8套", *opened["line_annual"][1:]],
    }

    asked = form_on(post(clerk, goal, opened | mine))
    post(
        clerk,
        goal,
        asked | {f"choice-{key}-level3": ["theirs"], f"choice-{key}-annual_value": ["mine"]},
    )

    assert asked["asked"] == [f"{key}-level3", f"{key}-annual_value"]
    line = fresh(goal).sheet().lines[0]
    assert (line.level3.name, line.annual_value) == ("他们的", "8套")


@pytest.mark.parametrize(
    ("mine_removes", "side", "stays"),
    [
        (True, "mine", False),
        (True, "theirs", True),
        (False, "mine", True),
        (False, "theirs", False),
    ],
)
def test_a_line_that_one_removed_and_the_other_changed_is_asked_about(
    clerk, colleague, mine_removes, side, stays
):
    goal = make_goal(by=clerk)
    opened = form_on(page_of(goal, clerk))
    key = opened["line_key"][0]
    names = [name for name in opened if name.startswith("line_")]
    removed, changed = replace(goal.sheet(), lines=goal.sheet().lines[1:]), "8套"
    if mine_removes:
        change_goal(goal, with_line(goal, 0, annual_value=changed), by=colleague)
        data = opened | {name: opened[name][1:] for name in names}
    else:
        change_goal(goal, removed, by=colleague)
        data = opened | {"line_annual": [changed, *opened["line_annual"][1:]]}

    response = post(clerk, goal, data)
    asked = form_on(response)
    after = post(clerk, goal, asked | {f"choice-{key}-line": [side]})

    assert asked["asked"] == [f"{key}-line"]
    assert (rows_on(response)[0][2] == changed) or (rows_on(response)[-1][2] == changed)
    assert after.status_code == 302
    kept = [x.annual_value for x in fresh(goal).sheet().lines]
    assert (changed in kept) is stays


def test_a_row_needs_a_choice_too_and_tells_what_was_there(clerk, colleague):
    goal = make_goal(by=clerk)
    opened = form_on(page_of(goal, clerk))
    change_goal(goal, with_line(goal, 0, annual_value="8套"), by=colleague)
    names = [name for name in opened if name.startswith("line_")]

    page = post(clerk, goal, opened | {name: opened[name][1:] for name in names})
    again = post(clerk, goal, form_on(page))

    assert "原来：111000898-订制制服数，15套，5套" in visible(page)
    assert "整行：两人改得不同，请选择用哪一个，再保存。" in visible(again)
    assert fresh(goal).revision_number == 2


def test_a_third_save_while_somebody_chooses_is_not_lost(clerk, colleague, raced):
    goal, opened = raced(annual_goal="同事一")
    asked = form_on(post(clerk, goal, opened | {"annual_goal": ["我的"]}))
    goal = fresh(goal)
    change_goal(
        goal, replace(goal.sheet(), annual_goal="同事二", overall_goal="同事的总体"), by=colleague
    )

    again = post(clerk, goal, asked | {"choice--annual_goal": ["mine"]})
    last = post(clerk, goal, form_on(again) | {"choice--annual_goal": ["mine"]})

    assert "对方的：同事二" in visible(again)
    assert last.status_code == 302
    assert (fresh(goal).annual_goal, fresh(goal).overall_goal) == ("我的", "同事的总体")


def test_the_others_text_is_escaped_in_the_question(clerk, raced):
    evil = "<script>alert(1)</script>"
    goal, opened = raced(annual_goal=evil)

    html = post(clerk, goal, opened | {"annual_goal": [f"{evil}我"]}).content.decode()

    assert evil not in html
    assert html.count("&lt;script&gt;alert(1)") >= 3


def test_a_category_as_written_can_be_chosen_although_the_year_does_not_know_it(clerk, colleague):
    goal = make_goal(make_sheet("甲"), by=clerk)
    opened = form_on(page_of(goal, clerk))
    change_goal(goal, make_sheet("甲", category="999-自写的类别"), by=colleague)

    asked = form_on(post(clerk, goal, opened | {"category": ["333-部门预算信息化新建类"]}))
    response = post(clerk, goal, asked | {"choice--category": ["theirs"]})

    assert response.status_code == 302
    assert fresh(goal).sheet().category == Coded("999", "自写的类别")


@pytest.mark.parametrize(
    "tampered",
    [
        {
            "asked": [
                "",
                "-",
                "-unit",
                "zzz-annual_goal",
                "-line",
                "-year",
                "x" * 500,
                "\x00-project",
            ]
        },
        {"asked": ["-annual_goal"], "choice--annual_goal": ["\x00"]},
        {"asked": ["-annual_goal"], "choice--annual_goal": ["theirs"], "started": ["77"]},
        {"asked": ["-annual_goal"], "choice--annual_goal": ["theirs"], "base": ["77"]},
        {"asked": ["-unit"], "choice--unit": ["theirs"]},
        {"place": ["\x00"]},
    ],
)
def test_tampered_questions_do_no_harm(clerk, raced, tampered):
    goal, opened = raced(annual_goal="同事的")
    asked = form_on(post(clerk, goal, opened | {"annual_goal": ["我的"]}))

    response = post(clerk, goal, asked | tampered)

    assert response.status_code in (200, 302, 400)
    assert fresh(goal).sheet().unit == clean_sheet().unit


def test_a_question_that_hangs_on_what_was_merged_stays_until_it_is_answered(clerk, colleague):
    """They made the line another indicator; the value that I typed was meant for the old one."""
    goal = make_goal(by=clerk)
    opened = form_on(page_of(goal, clerk))
    key = opened["line_key"][0]
    change_goal(goal, with_line(goal, 0, level3=Coded("", "换了的指标")), by=colleague)

    page = post(clerk, goal, opened | {"line_annual": ["30份", *opened["line_annual"][1:]]})
    again = post(clerk, goal, form_on(page))

    assert questions(page) == questions(again) == [f"{key}-annual_value"]
    assert "我的：30份" in visible(page)
    assert fresh(goal).revision_number == 2
    post(clerk, goal, form_on(again) | {f"choice-{key}-annual_value": ["theirs"]})
    assert fresh(goal).sheet().lines[0].annual_value == "5套"
