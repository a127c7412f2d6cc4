import { COLUMNS, fit, LEVEL3 } from "../../performance/static/performance/goal-form/fit.js";
import { equal } from "./equal.js";

const _ = undefined;
const TEN = [
  "用款单位",
  "项目名称",
  "项目类别",
  "总体绩效目标",
  "年度绩效目标",
  ...COLUMNS.map(([name]) => name),
];
const listed = (project, ...line) => ["101009-区政数局", project, "331", "总体", "年度", ...line];
const lines = (block, start = LEVEL3) => fit(block, start).lines;
const notes = (block, start = LEVEL3) => fit(block, start).notes.join("");

Deno.test("up to three columns begin at the focused cell", () => {
  equal(lines([["a"]], 4), [[_, _, _, _, "a"]]);
  equal(lines([["1", "2"], ["3", "4"]], 3), [[_, _, _, "1", "2"], [_, _, _, "3", "4"]]);
  equal(lines([["a", "1", "2"]]), [[_, _, "a", "1", "2"]]);
  equal(notes([["a", "1", "2"]]), "");
});

Deno.test("what finds no column is left out and said", () => {
  equal(lines([["a", "1", "2"]], 3), [[_, _, _, "a", "1"]]);
  equal(notes([["a", "1", "2"]], 3), "最后1列放不下，没有粘贴。");
});

Deno.test("five columns are the levels and the values, wherever the focus is", () => {
  for (const start of [0, 2, 4]) equal(lines([["1", "11", "a", "5", "6"]], start)[0][2], "a");
});

Deno.test("four columns end with the annual value", () => {
  equal(lines([["11-数量", "a", "1", "2"]]), [[_, "11-数量", "a", "1", "2"]]);
});

Deno.test("of the ten columns of a listing the last five are pasted", () => {
  const row = listed("制服", "1-产出", "11-数量", "a", "5", "6");
  equal(lines([row]), [["1-产出", "11-数量", "a", "5", "6"]]);
  equal(notes([row]), "前5列放不下，没有粘贴。");
});

Deno.test("headings tell the columns, and what stands above them is no line", () => {
  const block = [["2025年项目绩效目标", ...Array(9).fill("")], TEN];
  block.push(listed("制服", "1-产出", "11-数量", "a", "5", "6"));
  equal(lines(block, 4), [["1-产出", "11-数量", "a", "5", "6"]]);
  equal(
    notes(block),
    "“用款单位、项目名称、项目类别、总体绩效目标、年度绩效目标”不是指标的列，没有粘贴。",
  );
});

Deno.test("headings may stand in another order and another spelling", () => {
  const block = [["年度 指标值：", "三级指标（名称）", "中期指标值"], ["6", "a", "5"]];
  equal(lines(block, 4), [[_, _, "a", "5", "6"]]);
});

Deno.test("headings that are repeated on the next page are no lines", () => {
  const block = [["三级指标", "年度指标值"], ["a", "1"], ["三级指标", "年度指标值"], ["b", "2"]];
  equal(lines(block), [[_, _, "a", _, "1"], [_, _, "b", _, "2"]]);
});

Deno.test("a column that comes twice counts once", () => {
  equal(lines([["三级指标", "三级指标"], ["a", "b"]]), [[_, _, "a", _, _]]);
});

Deno.test("merged levels belong to all lines below them, other cells are not repeated", () => {
  const block = [
    ["1-产出", "11-数量", "a", "5", "6"],
    ["", "", "b", "", ""],
    ["", "12-质量", "c", "7", "8"],
    ["", "", "", "9", "9"],
  ];
  equal(lines(block), [
    ["1-产出", "11-数量", "a", "5", "6"],
    ["1-产出", "11-数量", "b", "", ""],
    ["1-产出", "12-质量", "c", "7", "8"],
    ["", "", "", "9", "9"],
  ]);
});

Deno.test("levels alone cannot be pasted", () => {
  equal(lines([["1-产出", "11-数量"]], 0), []);
  equal(notes([["1-产出", "11-数量"]], 0), "一级、二级指标由三级指标带出，没有单独粘贴。");
});

Deno.test("empty rows at the end are no lines, those in the middle are", () => {
  equal(lines([["a"], [""], ["b"], [" "], [""]]).map((texts) => texts[2]), ["a", "", "b"]);
});

Deno.test("headings alone bring no lines", () => equal(lines([TEN]), []));

Deno.test("lines of several projects are pasted, and it is said", () => {
  const block = [
    TEN,
    listed("甲", "1", "11", "a", "5", "6"),
    listed("乙", "1", "11", "b", "5", "6"),
  ];
  equal(lines(block).length, 2);
  equal(notes(block).endsWith("内容来自2个项目，请核对是否都属于本项目。"), true);
});

Deno.test("texts lose only the space around them", () => {
  equal(lines([["  a b ", " 一\n二\n", ""]]), [[_, _, "a b", "一\n二", ""]]);
});
