"""The import command: its exit codes, its report, and that nothing is stored by half."""

import json
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from performance.goals.models import Goal, Revision, State
from performance.library.models import Category, Frame, Indicator, Year
from performance.people.models import Unit
from performance.sheets.models import Upload
from tests.builders import (
    HEADINGS,
    clean_sheet,
    make_file,
    make_goal,
    make_grid,
    make_row,
    make_sheet,
    make_workbook,
)
from tests.commands.running import run

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "fixtures" / "sheets" / "goals-2025.xlsx"
FILES = ROOT / "tests" / "sheets" / "files"
SUMMARY = {
    "goals": 0, "lines": 0, "new": 0, "changed": 0, "same": 0, "refused": 0, "create": 0,
    "stored": False, "left_out": [],
}  # fmt: skip


@pytest.fixture
def file(tmp_path):
    """Writes a workbook of these rows and names it."""

    def write(*rows, **grid):
        path = tmp_path / "目标.xlsx"
        path.write_bytes(make_workbook(make_grid(*rows, **grid)))
        return str(path)

    return write


def report(path, *options, by="zhang"):
    return run("import_sheet", str(path), "--as", by, "--report", "json", *options)


def test_a_preview_says_what_would_be_stored_and_stores_nothing(clerk):
    ran = report(GOLDEN)

    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {
        "kind": None,
        "findings": [],
        "summary": SUMMARY | {"goals": 9, "lines": 61, "new": 9},
    }
    assert Goal.objects.count() == 0


def test_accepting_stores_everything(clerk):
    ran = report(GOLDEN, "--accept")

    assert ran.code == 0
    assert ran.json["summary"] == SUMMARY | {"goals": 9, "lines": 61, "new": 9, "stored": True}
    assert Goal.objects.count() == Revision.objects.count() == 9


def test_accepting_again_changes_nothing(clerk):
    report(GOLDEN, "--accept")

    ran = report(GOLDEN, "--accept")

    assert ran.code == 0
    assert ran.json["summary"] == SUMMARY | {"goals": 9, "lines": 61, "same": 9, "stored": True}
    assert Revision.objects.count() == 9


def test_a_finding_has_exactly_five_keys(clerk, file):
    ran = report(file(make_row("甲", level3="33-短"), ("合计",), make_row("乙", annual_goal="")))

    assert ran.code == 0
    assert ran.json["findings"] == [
        {
            "sheet": "绩效目标",
            "cell": "A4",
            "rule": "F04",
            "level": "hint",
            "message": "第4行“合计”不是指标，未读入。",
        },
        {
            "sheet": "绩效目标",
            "cell": "H3",
            "rule": "R01",
            "level": "error",
            "message": "三级指标“33-短”的编码应为9位数字，读到2位。",
        },
        {
            "sheet": "绩效目标",
            "cell": "E5",
            "rule": "R05",
            "level": "error",
            "message": "年度绩效目标为空，送审前必须填写。",
        },
    ]


def test_errors_that_only_block_a_submission_are_stored(clerk, file):
    ran = report(file(make_row(level3="33-短", annual_goal="")), "--accept")

    assert (ran.code, ran.json["summary"]["stored"]) == (0, True)
    assert Goal.objects.get().annual_goal == ""


REFUSED = {
    "foreign unit": ({"unit": "202001-区教育局"}, "F06", "A3"),
    "unknown unit": ({"unit": "9-没有的"}, "F06", "A3"),
    "no unit": ({"unit": ""}, "R05", "A3"),
    "no project": ({"project": ""}, "R05", "B3"),
    "value without indicator": ({"level3": ""}, "R05", "H3"),
    "control character": ({"annual_goal": "a\x07b"}, "F02", "E3"),
    "endless name": ({"project": "长" * 501}, "R49", "B3"),
}


@pytest.mark.parametrize("accept", [(), ("--accept",)], ids=["preview", "accept"])
@pytest.mark.parametrize("case", REFUSED)
def test_anything_refused_means_nothing_is_stored(clerk, file, case, accept):
    changes, rule, cell = REFUSED[case]

    ran = report(file(make_row(**changes), make_row("好的项目")), *accept)

    assert ran.code == 1
    assert (rule, cell, "error") in [
        (f["rule"], f["cell"], f["level"]) for f in ran.json["findings"]
    ]
    assert ran.json["summary"]["refused"] == 1
    assert ran.json["summary"]["stored"] is False
    assert Goal.objects.count() == 0


def test_a_missing_column_for_units_means_nothing_is_stored(clerk, file):
    headings = tuple("" if h == "用款单位" else h for h in HEADINGS)

    ran = report(file(make_row(), headings=headings), "--accept")

    assert (ran.code, ran.json["summary"]["stored"]) == (1, False)
    assert [(f["sheet"], f["cell"], f["rule"]) for f in ran.json["findings"]] == [
        ("绩效目标", None, "F01")
    ]


def test_a_table_without_rows_means_nothing_is_stored(clerk, file):
    ran = report(file(), "--accept")

    assert (ran.code, ran.json["summary"]) == (1, SUMMARY)
    assert [f["rule"] for f in ran.json["findings"]] == ["F12"]


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_a_locked_goal_is_the_same_or_stops_the_file(clerk, file, state):
    make_goal(make_sheet("甲"), by=clerk, state=state)

    same = report(file(make_row("甲"), make_row("乙")))
    changed = report(file(make_row("甲", annual_value="6套"), make_row("乙")), "--accept")

    assert (same.code, same.json["summary"]["same"]) == (0, 1)
    assert (changed.code, changed.json["summary"]["refused"]) == (1, 1)
    assert Goal.objects.count() == 1


@pytest.mark.parametrize(
    ("title", "options", "code", "year"),
    [
        ("2025年绩效目标", (), 0, 2025),
        ("绩效目标（2025年度）", (), 0, 2025),
        ("二〇二五年绩效目标", (), 0, 2025),
        ("绩效目标表", (), 1, None),
        ("", (), 1, None),
        ("绩效目标表", ("--year", "2025"), 0, 2025),
        ("2030年绩效目标", ("--year", "2025"), 0, 2025),
        ("2030年绩效目标", (), 1, None),
        ("绩效目标表", ("--year", "2030"), 1, None),
    ],
)
def test_the_year_is_given_or_read_and_must_be_known(clerk, file, title, options, code, year):
    ran = report(file(make_row(), title=title), "--accept", *options)

    assert ran.code == code
    assert [goal.year.year for goal in Goal.objects.all()] == ([year] if year else [])
    other = "2030" in title and code == 0
    told = ["F05"] if code else ["F10"] if other else []
    assert [f["rule"] for f in ran.json["findings"]] == told


@pytest.mark.parametrize("year", ["99999", "-1", "0"])
def test_an_impossible_year_is_told_in_a_sentence(clerk, file, year):
    ran = report(file(make_row()), f"--year={year}")

    assert (ran.code, ran.json["kind"]) == (1, None)
    assert ran.err.startswith(f"年度“{year}”不对：")


def test_what_is_missing_is_created_by_who_may(bureau, file):
    path = file(make_row(unit="9-新", category="777-新", level3="111999999-新"), title="2027年目标")

    without = report(path, "--accept", by="wang")
    preview = report(path, "--create-missing", by="wang")
    assert Year.objects.count() == 1
    stored = report(path, "--create-missing", "--accept", by="wang")

    assert (without.code, preview.code, stored.code) == (1, 0, 0)
    assert preview.json["summary"] == SUMMARY | {"goals": 1, "lines": 1, "new": 1, "create": 4}
    assert [(f["rule"], f["level"]) for f in stored.json["findings"]] == [("F07", "hint")] * 4
    assert stored.json["summary"]["stored"] is True
    assert str(Goal.objects.get().unit) == "9-新"
    assert Category.objects.filter(year__year=2027, code="777").exists()
    assert Indicator.objects.get(code="111999999").year.year == 2027


def test_who_may_not_create_is_refused_although_asked_for(clerk, file):
    ran = report(file(make_row(unit="9-新")), "--create-missing", "--accept")

    assert (ran.code, ran.json["summary"]["create"]) == (1, 0)
    assert not Unit.objects.filter(code="9").exists()


def test_an_unknown_indicator_is_stored_as_written_without_entry(clerk, file):
    ran = report(file(make_row(level3="111999999-新", category="777-新")), "--accept")

    assert ran.code == 0
    assert [(f["rule"], f["cell"]) for f in ran.json["findings"]] == [("R02", "C3"), ("R02", "H3")]
    assert Goal.objects.get().lines.get().level3_code == "111999999"
    assert not Indicator.objects.filter(code="111999999").exists()


def bomb(path):
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/a.xml", bytes(11 * 1024**2))


UNREADABLE = {
    "b01-truncated.xlsx": "damaged",
    "b02-encrypted.xlsx": "encrypted",
    "b04-binary.xlsb": "unsupported",
    "b06-entities.xlsx": "damaged",
    "b07-word.docx": "unsupported",
    "b08-notable.xlsx": "no_table",
    "bomb": "too_large_inflated",
    "large": "too_large",
    "empty": "damaged",
    "scan.pdf": "damaged",
}
MADE = {
    "large": lambda path: path.write_bytes(bytes(20 * 1024**2 + 1)),
    "empty": lambda path: path.write_bytes(b""),
    "scan.pdf": lambda path: path.write_bytes(b"%PDF-1.7\n"),
    "bomb": bomb,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_told_by_its_kind(clerk, tmp_path, name):
    path = FILES / name
    if name in MADE:
        path = tmp_path / name
        MADE[name](path)

    ran = report(path, "--accept")

    assert ran.code == 2
    assert ran.json == {
        "kind": UNREADABLE[name],
        "findings": [
            {
                "sheet": None,
                "cell": None,
                "rule": "F00",
                "level": "error",
                "message": Upload.objects.get().message,
            }
        ],
        "summary": {"stored": False, "left_out": []},
    }
    assert ran.json["findings"][0]["message"].endswith("。")
    assert Goal.objects.count() == 0


def test_a_file_that_is_not_there_is_unreadable(clerk, tmp_path):
    for path in (tmp_path / "没有.xlsx", tmp_path):
        ran = report(path)

        assert (ran.code, ran.json["kind"]) == (2, "damaged")
        assert str(path) in ran.err
        assert ran.json["findings"][0]["message"] in ran.err


@pytest.mark.parametrize("name", ["nobody", "left", ""])
def test_who_is_no_active_user_imports_nothing(clerk, file, name):
    clerk.username, clerk.is_active = "left", False
    clerk.save()

    ran = report(file(make_row()), "--accept", by=name)

    assert ran.code == 1
    assert f"没有可用的账号“{name}”" in ran.err
    assert Upload.objects.count() == 0


def test_who_may_not_import_is_told_so(reviewer, file):
    ran = report(file(make_row()), "--accept", by="li")

    assert (ran.code, ran.err) == (1, "您没有导入绩效目标的权限。\n")
    assert [f["message"] for f in ran.json["findings"]] == ["您没有导入绩效目标的权限。"]


def test_a_report_as_text_is_for_people(clerk, file):
    path = file(make_row("甲", level3="33-短"), make_row("乙", level3=""))

    ran = run("import_sheet", path, "--as", "zhang", "--report", "text")

    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        "[错误 R01] 工作表“绩效目标”单元格 H3：三级指标“33-短”的编码应为9位数字，读到2位。",
        "[错误 R05] 工作表“绩效目标”单元格 H4：这一行有指标值“5套”，但没有三级指标，"
        "请补填三级指标。",
        "共 2 个项目 2 行指标：新增 1，修改 0，相同 0，有误 1；将新建 0 项。",
        "有内容不能保存，整个文件都没有保存。",
    ]


@pytest.mark.parametrize(
    ("options", "last"), [((), "仅预览，没有保存。"), (("--accept",), "已保存。")]
)
def test_text_is_the_usual_report_and_says_whether_it_was_stored(clerk, file, options, last):
    ran = run("import_sheet", file(make_row()), "--as", "zhang", *options)

    assert ran.code == 0
    assert ran.out.splitlines()[-1] == last


def test_text_about_an_unreadable_file_is_its_reason(clerk):
    ran = run("import_sheet", str(FILES / "b08-notable.xlsx"), "--as", "zhang")

    assert ran.code == 2
    assert ran.out.startswith("[错误 F00] ：没有找到绩效目标表") or ran.out.startswith("[错误 F00]")


def enter_library(data):
    """The units, categories and indicators that a sample speaks of, as its page asks for."""
    year = Year.objects.get()
    above = {frame.code: frame for frame in Frame.objects.filter(year=year)}
    indicators = {}
    for project in data["rows"]:
        Unit.objects.get_or_create(code=project["unit"]["code"], defaults=project["unit"])
        Category.objects.get_or_create(
            year=year, code=project["category"]["code"], defaults=project["category"]
        )
        for row in project["indicators"]:
            parent = above.get(row["level2"]["code"], above["11"])
            entry = Indicator(year=year, parent=parent, **row["level3"])
            indicators[row["level3"]["code"]] = entry
    Indicator.objects.bulk_create(indicators.values())


def test_the_sample_with_faults_names_its_cells(bureau):
    expected = json.loads((FILES / "s13-findings.expected.json").read_text())
    enter_library(expected["data"])

    ran = report(FILES / "s13-findings.xlsx", "--year", "2025", by="wang")

    assert ran.code == 1
    findings = [f for f in ran.json["findings"] if f["rule"] != "F10"]  # the year that was chosen
    named = {f["cell"] for f in findings if f["level"] != "hint"}
    assert named == {f["cell"] for f in expected["findings"]}


def test_a_file_that_the_portal_wrote_is_read_by_the_command(clerk, tmp_path):
    path = tmp_path / "自己的.xlsx"
    path.write_bytes(make_file(clean_sheet("甲"), clean_sheet("乙")))

    assert report(path, "--accept").json["summary"]["new"] == 2


def test_the_sample_with_faults_names_its_cells_also_where_all_else_is_created(bureau):
    expected = json.loads((FILES / "s13-findings.expected.json").read_text())

    ran = report(FILES / "s13-findings.xlsx", "--create-missing", by="wang")

    named = {f["cell"] for f in ran.json["findings"] if f["level"] != "hint"}
    created_instead = {"G4"}  # an unknown level 2 that fits its level 1 is entered
    assert named == {f["cell"] for f in expected["findings"]} - created_instead


# --- a project under another name ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("options", "names", "taken_for"),
    [
        ([], ["甲"], "renamed"),
        (["--no-renames"], ["甲"], "new"),
        (["--accept"], ["乙"], "renamed"),
        (["--accept", "--no-renames"], ["乙", "甲"], "new"),
    ],
)
def test_a_proposed_renaming_is_taken_unless_refused_and_is_reported(
    clerk, tmp_path, options, names, taken_for
):
    make_goal(clean_sheet("甲"), by=clerk)
    path = tmp_path / "目标.xlsx"
    path.write_bytes(make_file(clean_sheet("乙")))

    ran = report(path, *options)

    assert ran.code == 0
    assert ran.json["summary"]["renames"] == [{"was": "甲", "project": "乙", "as": taken_for}]
    assert ran.json["summary"]["new"] == (taken_for == "new")
    assert [row["rule"] for row in ran.json["findings"]] == ["F13"]
    assert sorted(Goal.objects.values_list("project", flat=True)) == names


def test_the_text_report_says_what_a_renaming_was_taken_for(clerk, tmp_path):
    make_goal(clean_sheet("甲"), by=clerk)
    path = tmp_path / "目标.xlsx"
    path.write_bytes(make_file(clean_sheet("乙")))

    ran = run("import_sheet", str(path), "--as", "zhang")

    assert "[警告 F13]" in ran.out
    assert "疑似改名，按改名：“甲” → “乙”" in ran.out
