"""The export command: the same file as the page's, or a sentence and no file."""

from itertools import product

import pytest

from performance.goals.models import Goal, Revision, State
from performance.goals.refusals import cell_length
from performance.library.models import Year
from performance.sheets.convert import can_write, read_file
from performance.sheets.formats import FORMATS
from performance.sheets.layouts import LAYOUTS
from tests.builders import change_goal, clean_sheet, make_goal, make_user
from tests.commands.running import run

WRITTEN = [name for name, row in FORMATS.items() if row.write]


@pytest.fixture
def goals(bureau):
    """Two years, two units and the one above them, one approved and one void."""
    Year.objects.create(year=2026)
    for sheet in (
        clean_sheet("甲"),
        clean_sheet("乙"),
        clean_sheet("丙", unit="202001-区教育局"),
        clean_sheet("丁", unit="101-高新区主管部门（演示）"),
        clean_sheet("甲", year=2026),
    ):
        make_goal(sheet, by=bureau)
    make_goal(clean_sheet("审过的"), by=bureau, state=State.APPROVED)
    make_goal(clean_sheet("作废的"), by=bureau, state=State.VOID)


def exported(path, *options, by="wang", year="2025"):
    ran = run("export_sheet", str(path), "--as", by, "--year", year, *options)
    return ran, [goal.sheet.project for goal in read_file(path.read_bytes()).goals]


@pytest.mark.parametrize(
    ("options", "projects"),
    [
        ((), ["甲", "乙", "丙", "丁", "审过的"]),
        (("--unit", "101"), ["甲", "乙", "丁", "审过的"]),
        (("--unit", "101009"), ["甲", "乙", "审过的"]),
        (("--unit", "202001"), ["丙"]),
        (("--approved",), ["审过的"]),
        (("--approved", "--unit", "101"), ["审过的"]),
        (("--layout", "listing"), ["甲", "乙", "丙", "丁", "审过的"]),
    ],
)
def test_what_is_asked_for_is_written(goals, tmp_path, options, projects):
    path = tmp_path / "导出.xlsx"

    ran, found = exported(path, *options)

    assert (ran.code, ran.out, found) == (0, "", projects)
    assert f"已导出 {len(projects)} 个项目到 {path}。" in ran.err


@pytest.mark.parametrize(
    ("layout", "extension"), [p for p in product(LAYOUTS, WRITTEN) if can_write(*p)]
)
def test_the_extension_decides_about_the_format_whatever_its_case(
    goals, tmp_path, layout, extension
):
    path = tmp_path / f"导出.{extension.upper()}"

    ran, _ = exported(path, "--layout", layout)

    assert ran.code == 0


def test_a_person_exports_what_is_in_reach(goals, clerk, reviewer, tmp_path):
    assert exported(tmp_path / "a.xlsx", by="zhang")[1] == ["甲", "乙", "审过的"]
    assert exported(tmp_path / "b.xlsx", by="li")[1] == ["甲", "乙", "丁", "审过的"]
    assert exported(tmp_path / "c.xlsx", year="2026", by="zhang")[1] == ["甲"]


def test_importing_an_export_makes_no_new_revision(goals, tmp_path):
    path = tmp_path / "导出.xlsx"
    exported(path)
    before = Revision.objects.count()

    ran = run("import_sheet", str(path), "--as", "wang", "--accept", "--report", "json")

    summary = ran.json["summary"]
    assert (ran.code, summary["same"], summary["stored"]) == (0, 5, True)
    assert Revision.objects.count() == before


def test_an_approved_goal_goes_out_as_approved(goals, bureau, tmp_path):
    goal = Goal.objects.get(project="审过的")
    Goal.objects.filter(pk=goal.pk).update(state=State.RETURNED)
    goal.refresh_from_db()
    change_goal(goal, clean_sheet("审过的", annual_goal="后来的"), by=bureau)

    exported(tmp_path / "导出.xlsx", "--approved")

    (found,) = read_file((tmp_path / "导出.xlsx").read_bytes()).goals
    assert found.sheet == clean_sheet("审过的")


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("a.doc", (), "不能导出为“.doc”，可用的扩展名有：.xlsx"),
        ("a", (), "不能导出为“”，可用的扩展名有：.xlsx"),
        ("a.xlsx", ("--unit", "202001"), "没有单位 202001，或您没有导出它的权限。"),
        ("a.xlsx", ("--unit", "404"), "没有单位 404，或您没有导出它的权限。"),
        ("a.xlsx", ("--year", "2030"), "没有符合条件的绩效目标，没有写出文件。"),
        ("a.xlsx", ("--year", "2026", "--approved"), "没有符合条件的绩效目标，没有写出文件。"),
        ("没有的文件夹/a.xlsx", (), "不能写入"),
        ("a.xlsx", ("--as", "nobody"), "没有可用的账号“nobody”"),
        ("a.csv", ("--layout", "declaration"), "“绩效目标申报表”不能导出为“.csv”，请改用 .xlsx。"),
        ("a.xlsx", ("--as", "chen"), "您没有导出绩效目标的权限。"),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_no_file(
    goals, clerk, tmp_path, name, arguments, message
):
    make_user("chen", ("system", None))
    path = tmp_path / name

    ran = run("export_sheet", str(path), "--as", "zhang", "--year", "2025", *arguments)

    assert (ran.code, ran.out) == (1, "")
    assert message in ran.err
    assert not path.exists()


@pytest.mark.parametrize("text", ["长", "😀", "_x0041_"])
def test_the_longest_texts_that_can_be_stored_can_be_exported(clerk, tmp_path, text):
    goal = make_goal(
        clean_sheet(annual_goal=(text * 32_767)[: 32_767 // cell_length(text[0])]), by=clerk
    )

    exported(tmp_path / "a.xlsx", by="zhang")

    (found,) = read_file((tmp_path / "a.xlsx").read_bytes()).goals
    assert found.sheet == goal.sheet()
