"""Pages for paper: whose they are, which content they show, how the rows are laid out."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from performance.admin.files import print_rows, printing
from performance.goals.models import Goal, State
from performance.library.models import Year
from tests.admin.desk import at_desk, english_words, fresh, goal_url, inline_scripts, visible
from tests.builders import HEADINGS, change_goal, clean_sheet, make_goal, make_line, make_sheet

PRINT_CSS = Path(settings.BASE_DIR) / "performance/static/performance/print.css"


class _Table(HTMLParser):
    """The bodies of the tables with a class: rows of (text, rowspan)."""

    def __init__(self, css: str):
        super().__init__()
        self.css, self.inside, self.in_body = css, False, False
        self.rows: list[list[tuple[str, int]]] = []
        self.text: list[str] | None = None
        self.span = 1

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "table":
            self.inside = self.css in (given.get("class") or "")
        self.in_body = self.inside and (tag == "tbody" or self.in_body)
        if self.in_body and tag == "tr":
            self.rows.append([])
        if self.in_body and tag == "td":
            self.text, self.span = [], int(given.get("rowspan", 1))

    def handle_endtag(self, tag):
        if tag == "td" and self.text is not None:
            self.rows[-1].append(("|".join(self.text), self.span))
            self.text = None
        if tag in ("tbody", "table"):
            self.in_body = False

    def handle_data(self, data):
        if self.text is not None and data.strip():
            self.text.append(data.strip())


def table_on(response, css: str) -> list[list[tuple[str, int]]]:
    table = _Table(css)
    table.feed(response.content.decode())
    return table.rows


def columns_of(rows: list[list[tuple[str, int]]]) -> set[int]:
    """In how many columns each row stands when merged cells from above are counted."""
    open_spans: list[int] = []
    found = set()
    for row in rows:
        found.add(len(row) + len(open_spans))
        open_spans = [left - 1 for left in (*open_spans, *(span for _, span in row)) if left > 1]
    assert open_spans == []
    return found


def print_goal(user, goal: Goal):
    return at_desk(user).get(goal_url("print", goal.pk))


def print_list(user, query: str = ""):
    return at_desk(user).get(goal_url("print_list") + query)


def many_lines(count: int, level2: str = "11-数量指标", level1: str = "1-产出指标"):
    return tuple(make_line(f"1110{n:05}-指标{n}", level2, level1) for n in range(count))


# --- one goal ------------------------------------------------------------------------------------
def test_the_form_says_everything_and_leaves_room_to_sign(clerk):
    sheet = clean_sheet(project_code="2025-001", filler="张敏", phone="0756-1234567")
    goal = make_goal(sheet, by=clerk)

    response = print_goal(clerk, goal)

    text = visible(response)
    for said in (
        "项目支出绩效目标申报表 （2025年度） 草稿",
        "项目名称 工作制服经费",
        "项目代码 2025-001",
        "用款单位 101009-区政数局",
        "项目类别 331-部门预算部门职能类",
        sheet.overall_goal,
        sheet.annual_goal,
        "填报人： 张敏",
        "联系电话： 0756-1234567",
        "单位负责人（签字）：",
        "单位（盖章）：",
        "填报日期： 年 月 日",
        "草稿，第1版；",
    ):
        assert said in text
    assert list(english_words(response)) == []
    assert inline_scripts(response) == []
    assert 'lang="zh-hans"' in response.content.decode()
    assert "sidebar" not in response.content.decode()


def test_without_a_project_code_there_is_no_line_for_it(clerk):
    assert "项目代码" not in visible(print_goal(clerk, make_goal(by=clerk)))


def test_levels_stand_once_for_the_lines_under_them(clerk):
    lines = (
        make_line("111000001-甲"),
        make_line("111000002-乙"),
        make_line("112000003-丙", "12-质量指标"),
        make_line("221000004-丁", "22-社会效益", "2-效益指标"),
        make_line("111000005-戊"),
    )
    goal = make_goal(make_sheet("项目", *lines), by=clerk)

    rows = table_on(print_goal(clerk, goal), "indicators")

    assert [row[:-2] for row in rows] == [
        [("1-产出指标", 3), ("11-数量指标", 2), ("111000001-甲", 1)],
        [("111000002-乙", 1)],
        [("12-质量指标", 1), ("112000003-丙", 1)],
        [("2-效益指标", 1), ("22-社会效益", 1), ("221000004-丁", 1)],
        [("1-产出指标", 1), ("11-数量指标", 1), ("111000005-戊", 1)],
    ]
    assert all([text for text, _ in row[-2:]] == ["15套", "5套"] for row in rows)


@pytest.mark.parametrize("count", [1, 2, 13, 14, 15, 16, 30, 31, 61, 200])
def test_rows_are_whole_however_many_there_are(clerk, count):
    goal = make_goal(make_sheet("项目", *many_lines(count)), by=clerk)

    rows = table_on(print_goal(clerk, goal), "indicators")

    assert len(rows) == count
    assert columns_of(rows) == {5}
    assert max(span for row in rows for _, span in row) <= print_rows.HIGHEST


def test_a_goal_without_lines_says_so(clerk):
    goal = make_goal(replace(clean_sheet(), lines=()), by=clerk)

    assert "没有指标。" in visible(print_goal(clerk, goal))


def test_line_breaks_stay_and_texts_are_text(clerk):
    goal = make_goal(clean_sheet("<script>1</script>", annual_goal="一\n<b>二</b>"), by=clerk)

    html = print_goal(clerk, goal).content.decode()

    assert "一\n&lt;b&gt;二&lt;/b&gt;" in html
    assert "&lt;script&gt;1" in html
    assert "white-space: pre-line" in PRINT_CSS.read_text()


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (State.DRAFT, "草稿"),
        (State.RETURNED, "被退回"),
        (State.VOID, "作废"),
        (State.SUBMITTED, ""),
        (State.APPROVED, ""),
    ],
)
def test_what_cannot_be_filed_is_marked_across_the_paper(clerk, state, mark):
    response = print_goal(clerk, make_goal(by=clerk, state=state))

    html = response.content.decode()
    assert ('class="across"' in html) is bool(mark)
    assert f"{state.label}，第1版；" in visible(response)
    assert html.count(f">{mark}</") >= 2 if mark else True


def approved_and_changed_after(clerk) -> Goal:
    """Approved as revision 1; the rows already say something newer."""
    goal = make_goal(by=clerk, state=State.APPROVED)
    Goal.objects.filter(pk=goal.pk).update(state=State.DRAFT)
    return change_goal(fresh(goal), clean_sheet(annual_goal="通过之后改的"), by=clerk)


def test_an_approved_goal_prints_what_was_approved(clerk):
    goal = approved_and_changed_after(clerk)
    Goal.objects.filter(pk=goal.pk).update(state=State.APPROVED)

    text = visible(print_goal(clerk, goal))

    assert "通过之后改的" not in text
    assert "审核通过，第1版；" in text


def test_a_goal_that_is_being_changed_again_prints_as_it_stands(clerk):
    text = visible(print_goal(clerk, approved_and_changed_after(clerk)))

    assert "通过之后改的" in text
    assert "草稿，第2版；" in text


@pytest.mark.parametrize(
    ("role", "status"), [("clerk", 200), ("reviewer", 200), ("bureau", 200), ("stranger", 404)]
)
def test_who_sees_a_goal_prints_it(request, clerk, role, status):
    goal = make_goal(by=clerk)

    assert print_goal(request.getfixturevalue(role), goal).status_code == status


def test_printing_only_reads(clerk):
    goal = make_goal(by=clerk)

    assert at_desk(clerk).post(goal_url("print", goal.pk)).status_code == 405
    assert at_desk(clerk).post(goal_url("print_list")).status_code == 405


def test_a_form_costs_the_same_for_1_and_200_lines(clerk):
    desk, found = at_desk(clerk), set()
    for count in (1, 200):
        goal = make_goal(make_sheet(f"{count}行", *many_lines(count)), by=clerk)
        with CaptureQueriesContext(connection) as queries:
            desk.get(goal_url("print", goal.pk))
        found.add(len(queries))

    assert len(found) == 1
    assert max(found) <= 6


# --- the list ------------------------------------------------------------------------------------
@pytest.fixture
def shelf(clerk, stranger) -> None:
    Year.objects.create(year=2024)
    make_goal(clean_sheet("草"), by=clerk)
    make_goal(clean_sheet("过"), by=clerk, state=State.APPROVED)
    make_goal(clean_sheet("废"), by=clerk, state=State.VOID)
    make_goal(make_sheet("旧", year=2024), by=clerk)
    make_goal(clean_sheet("外", unit="202001-区教育局"), by=stranger)


def projects(response) -> list[str]:
    rows = table_on(response, "listing")
    assert columns_of(rows) <= {10}
    return [row[1][0].split("|")[0] for row in rows if len(row) == 10]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["草", "过", "旧"]),
        ("?year=2024", ["旧"]),
        ("?year=2025&state=approved", ["过"]),
        ("?state=void", []),
        ("?text=草", ["草"]),
        ("?year=abc&unit=99999999999999999999&text=%00", ["草", "过", "旧"]),
        ("?p=99&o=zz&password__startswith=a", ["草", "过", "旧"]),
    ],
)
def test_the_filters_of_the_list_choose(clerk, shelf, query, found):
    response = print_list(clerk, query)

    assert projects(response) == found
    assert "区教育局" not in response.content.decode()
    assert ("没有符合条件的绩效目标可以打印" in visible(response)) is (not found)


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("clerk", {"草", "过", "旧"}),
        ("reviewer", {"草", "过", "旧"}),
        ("bureau", {"草", "过", "旧", "外"}),
        ("stranger", {"外"}),
    ],
)
def test_everyone_prints_the_own_reach(request, shelf, role, found):
    assert set(projects(print_list(request.getfixturevalue(role)))) == found


def test_the_list_has_the_ten_columns_merged_as_the_bureau_does(clerk):
    goal = make_goal(by=clerk)

    response = print_list(clerk)

    sheet = goal.sheet()
    first, second = table_on(response, "listing")
    assert [heading for heading, _ in response.context["columns"]] == list(HEADINGS)
    assert first == [
        (sheet.unit.text, 1),
        ("工作制服经费|草稿", 2),
        (sheet.category.text, 1),
        (sheet.overall_goal, 2),
        (sheet.annual_goal, 2),
        ("1-产出指标", 1),
        ("11-数量指标", 1),
        ("111000898-订制制服数", 1),
        ("15套", 1),
        ("5套", 1),
    ]
    assert [text for text, _ in second][:3] == [
        sheet.unit.text,
        sheet.category.text,
        "3-满意度指标",
    ]
    text = visible(response)
    assert "2025年项目绩效目标" in text
    assert "单位负责人（签字）： 单位（盖章）：" in text
    assert "共 1 个项目、2 行指标，其中 1 个未审核通过，在项目名称下标明" in text
    assert list(english_words(response)) == []


def test_the_widths_of_the_columns_fill_the_paper():
    widths = printing._WIDTHS

    assert list(widths) == [column.field for column in printing.LISTING.columns]
    assert sum(widths.values()) == pytest.approx(100)


@pytest.mark.parametrize("count", [1, 13, 15, 16, 61])
def test_a_long_project_is_named_again_where_it_goes_on(clerk, count):
    make_goal(make_sheet("长", *many_lines(count)), by=clerk, state=State.APPROVED)

    rows = table_on(print_list(clerk), "listing")

    assert len(rows) == count
    assert columns_of(rows) == {10}
    heads = [row for row in rows if len(row) == 10]
    assert [row[1][0] for row in heads] == ["长"] + ["长|续"] * ((count - 1) // 15)
    assert {row[3][0] for row in heads[1:]} <= {"同上"}


def test_years_and_listings_come_on_papers_of_their_own(clerk, shelf):
    text = print_list(clerk).content.decode()

    assert re.findall("<h1>(.*?)</h1>", text) == ["2025年项目绩效目标", "2024年项目绩效目标"]
    assert text.count("单位（盖章）") == 2


def test_more_rows_than_one_print_takes_are_told(clerk, monkeypatch):
    monkeypatch.setattr(printing, "MAX_ROWS", 5)
    make_goal(clean_sheet("一"), by=clerk)
    assert projects(print_list(clerk)) == ["一"]

    make_goal(clean_sheet("二"), by=clerk)
    response = print_list(clerk)

    assert projects(response) == []
    assert "符合条件的有 2 个项目、4 行指标，一次最多打印 5 行" in visible(response)


def test_the_list_costs_the_same_for_1_and_9_goals(clerk):
    desk, found = at_desk(clerk), set()
    for number in range(1, 10):
        make_goal(clean_sheet(f"第{number}个"), by=clerk, state=list(State)[number % 4])
        if number in (1, 9):
            with CaptureQueriesContext(connection) as queries:
                desk.get(goal_url("print_list"))
            found.add(len(queries))

    assert len(found) == 1
    assert max(found) <= 10


def test_the_way_back_leads_to_the_list_as_it_was_filtered(clerk):
    html = print_list(clerk, "?year=2025&text=<b>").content.decode()

    assert 'href="/admin/performance/goal/?year=2025&amp;text=%3Cb%3E"' in html


def test_the_goals_page_leads_to_its_print(clerk, reviewer):
    goal = make_goal(by=clerk)

    for user in (clerk, reviewer):
        html = at_desk(user).get(goal_url("change", goal.pk)).content.decode()
        assert f'href="{goal_url("print", goal.pk)}"' in html


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_white_without_buttons_and_the_headings_stand_on_every_page(
    browser, live_server, clerk, scheme
):
    goal = make_goal(make_sheet("项目", *many_lines(61)), by=clerk)
    context = browser.new_context(locale="zh-CN", color_scheme=scheme)
    session = at_desk(clerk).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + goal_url("print", goal.pk))
    page.get_by_role("button", name="打印").wait_for()

    page.emulate_media(media="print", color_scheme=scheme)

    style = (
        "element => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]"
    )
    assert page.eval_on_selector("body", style) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert not page.get_by_role("button", name="打印").is_visible()
    heads = "element => getComputedStyle(element).display"
    assert page.eval_on_selector(".indicators thead", heads) == "table-header-group"
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") >= 2
    context.close()
