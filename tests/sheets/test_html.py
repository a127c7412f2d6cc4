"""Tables of web pages in, as report servers write them and name them .xls."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.sheets.formats import html
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.grid import Grid, SheetError

FILES = Path(__file__).parent / "files"


def read(markup: str, code: str = "utf-8") -> Grid:
    (grid,) = html.read(markup.encode(code))
    return grid


def table(*cells: str) -> str:
    """One row of these and another cell: a table of one column is no table."""
    return f"<table><tr>{''.join(cells)}<td>末</td></tr></table>"


def outcome(data: bytes, by=html.read) -> str:
    try:
        by(data)
    except SheetError as error:
        return error.kind
    return "read"


def refusal(markup: str) -> str:
    with pytest.raises(SheetError) as caught:
        html.read(markup.encode())
    assert "请" in str(caught.value)
    return caught.value.kind


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<td>文</td>", "文"),
        ("<TD CLASS=t X:NUM>195", "195"),
        ("<th> 多个 \r\n  空格 </th>", "多个 空格"),
        ("<td>第一行<br>第二行<BR/>&nbsp;第三行</td>", "第一行\n第二行\n第三行"),
        ("<td><p>第一段</p>\n<p>第二<b>段</b></p></td>", "第一段\n第二段"),
        ("<td>&nbsp;</td>", ""),
        ("<td>&lt;一带一路&gt;&amp;&#20013;&#x56FD;</td>", "<一带一路>&中国"),
        ("<td>a < b</td>", "a < b"),
        ('<td title="a>b">文</td>', "文"),
        ("<td title=5\">文</td>", "文"),
        ("<td><!-- 注 <td>--><script>'<td>'</script><style>td{}</style>文</td>", "文"),
        ('<td x:num="0.95">95%</td>', "95%"),
        ('<td x:num="46011">2025/12/20</td>', "2025-12-20"),
        ('<td x:num="46011">2025年12月20日</td>', "2025-12-20"),
        ('<td x:num="7">2025/12/20</td>', "2025/12/20"),
        ('<td x:num="x">3</td>', "3"),
        ('<td x:num="nan">3%</td>', "3%"),
        (f'<td x:num="0">0.{"0" * 999}%</td>', f"0.{'0' * 999}%"),
        ('<td x:str="100%">100%</td>', "100%"),
        ('<td x:fmla="=A1">5</td>', "5"),
        ("<td>＞90％</td>", "＞90％"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_it_is_shown(cell, text):
    grid = read(table(cell))

    assert grid.rows == {1: (text, "末")}
    assert grid.notes == ()


@pytest.mark.parametrize(
    ("cell", "text", "level", "said"),
    [
        ('<td x:num="0.955">96%</td>', "95.5%", "hint", "96%"),
        ('<td x:bool="TRUE">TRUE</td>', "是", "hint", "TRUE"),
        ('<td x:err="#DIV/0!">#DIV/0!</td>', "", "warning", "#DIV/0!"),
        ("<td>#REF!</td>", "", "warning", "#REF!"),
        ('<td x:fmla="=I18"></td>', "", "warning", "“=I18”"),
        ("<td>#####</td>", "", "warning", "列宽不够"),
    ],
)
def test_a_doubtful_cell_has_a_note(cell, text, level, said):
    grid = read(table(cell))

    assert grid.rows == {1: (text, "末")}
    (note,) = grid.notes
    assert (note.row, note.column, note.level) == (1, 1, level)
    assert said in note.message


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("<meta charset=gb2312>", "gb18030"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=GBK">', "gb18030"),
        ("<meta charset=utf-8>", "utf-8"),
        ("<meta charset=utf-8>", "gb18030"),
        ("<meta charset=nonsense>", "gb18030"),
        ("<meta charset=iso-8859-1>", "gb18030"),
        ("<meta charset=utf-16>", "utf-8"),
        ("<meta charset=big5>", "big5"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("", "gb18030"),
    ],
)
def test_a_page_is_read_in_its_encoding(declared, code):
    markup = f"<html>{declared}{table('<td>項目名稱</td>')}"

    assert html.read(markup.encode(code))[0].rows == {1: ("項目名稱", "末")}


def test_spans_become_merged_areas():
    markup = (
        "<table><tr><th colspan=3>题</th></tr>"
        "<tr><td rowspan=2>甲</td><td>1</td><td rowspan=99>乙</td></tr>"
        "<tr><td>2</td></tr><tr><td colspan=2>3</td></tr></table>"
    )

    grid = read(markup)

    assert grid.rows == {1: ("题",), 2: ("甲", "1", "乙"), 3: ("", "2"), 4: ("3",)}
    assert grid.merges == ((1, 1, 1, 3), (2, 1, 3, 1), (2, 3, 4, 3), (4, 1, 4, 2))


def test_ends_of_cells_and_rows_may_be_left_out():
    markup = "<table><tr><td>1<td>2<tr><td>3<td>4"

    assert read(markup).rows == {1: ("1", "2"), 2: ("3", "4")}


def test_texts_around_a_table_are_rows_of_it():
    markup = (
        "<html><head><title>不是</title></head><body><h2>2026年 目标表</h2><p>单位：万元</p>"
        f"{table('<td>甲</td>')}<div>备注：无</div></body></html>"
    )

    assert read(markup).rows == {
        1: ("2026年 目标表",),
        2: ("单位：万元",),
        3: ("甲", "末"),
        4: ("备注：无",),
    }


def test_a_caption_or_a_table_of_one_cell_is_a_title():
    title = "<table><tr><td>大标题</td></tr></table>"
    markup = "<table><caption>小标题</caption><tr><td>1<td>2</table>"

    assert read(title + markup).rows == {1: ("大标题",), 2: ("小标题",), 3: ("1", "2")}


def test_tables_are_grids_whose_rows_are_numbered_through():
    grids = html.read((table("<td>甲</td>") + "<p>第二张</p>" + table("<td>乙</td>")).encode())

    assert grids == (
        Grid("表格1", {1: ("甲", "末")}),
        Grid("表格2", {2: ("第二张",), 3: ("乙", "末")}),
    )


def test_a_table_inside_a_cell_is_a_table():
    inner = "<table><tr><td>1<td>2</tr><tr><td>3<td>4</tr></table>"
    markup = f"<table><tr><td>题</td></tr><tr><td>{inner}</td></tr><tr><td>注</td></tr></table>"

    assert read(markup).rows == {1: ("题",), 3: ("1", "2"), 4: ("3", "4"), 5: ("注",)}


def test_the_worksheet_is_called_as_excel_called_it():
    assert html.read((FILES / "s11-html.xls").read_bytes())[0].name == "绩效目标"


def test_hidden_rows_and_columns_are_left_out_and_told():
    markup = (
        "<table><col><col style='display:none' span=2><tr><td>甲<td>乙<td><td>丙</tr>"
        "<tr style='height:0;display: none'><td>丁<td>戊</tr><tr hidden><td><td></tr>"
        "<tr><td>己<td><td><td style='display:none'>庚</tr></table>"
    )

    grid = read(markup)

    assert grid.rows == {1: ("甲",), 4: ("己",)}
    assert "1行（第2行）、2列（B、D列）" in grid.notes[0].message
    (everything,) = html.read(markup.encode(), hidden=True)
    assert everything.rows == {1: ("甲", "乙", "", "丙"), 2: ("丁", "戊"), 4: ("己", "", "", "庚")}


@pytest.mark.parametrize(
    "markup", ["<html></html>", "<html>文<frameset></html>", "<table></table>"]
)
def test_a_page_without_a_table_is_refused(markup):
    assert refusal(markup) == "no_table"


@pytest.mark.parametrize(
    "markup",
    [
        "<table>" + "<tr><td>1<td>2" * 200_001,
        "<table><tr>" + "<td colspan=1000 rowspan=65534>1" * 20,
        "<table><tr>" + "<td colspan=15 rowspan=65534>1" * 900 + "<tr><td>2" * 1_000,
        "<table>" + f"<tr><td>1<td>{'长' * 1_000}" * 20_001,
    ],
    ids=["rows", "columns", "rowspans", "characters"],
)
def test_too_much_is_refused(markup):
    assert refusal(markup) == "too_large"


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<a ", "<![CDATA[", "<a b='", '<td "', "<", "&", "&#", "</", "<!", "<?", "<td b ",
     "<script>", "<table>", "<table><tr><td>", "</table>", "<![if x]>", "<td colspan=0>", "<a'\""],
)  # fmt: skip
def test_what_is_never_closed_takes_no_time(piece):
    """With a reader that looks back it would be hours."""
    data = ("<html>" + piece * 100_000).encode()

    assert outcome(data, read_guarded) in ("read", "no_table", "too_large")


pages = st.lists(
    st.sampled_from(
        ["<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td rowspan=3>", "<br>", "文",
         "<td colspan=2>", "<td hidden>", "<col hidden>", "<caption>", "<p>", "&nbsp;", "\n", "<"]
    ),
    max_size=40,
)  # fmt: skip


@given(pages)
def test_any_page_is_read_or_refused(markup):
    assert outcome("".join(["<html>", *markup]).encode()) in ("read", "no_table")


@given(st.text())
def test_any_text_is_read_or_refused(text):
    data = f"<html>{text}".encode(errors="replace")

    assert outcome(data) in ("read", "no_table", "damaged")
