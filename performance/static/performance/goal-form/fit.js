// Which cells of the grid a pasted block means, and what has to be said about the rest. Pure.

// The grid's columns, as listings head them; the first spelling is the one shown.
export const COLUMNS = [
  ["一级指标", "一级指标名称", "一级绩效指标"],
  ["二级指标", "二级指标名称", "二级绩效指标"],
  ["三级指标", "三级指标名称", "三级绩效指标", "指标名称", "指标内容"],
  [
    "实施周期指标值",
    "周期指标值",
    "中期指标值",
    "实施期指标值",
    "长期指标值",
    "总体指标值",
    "中长期指标值",
    "实施周期目标值",
    "实施周期绩效指标值",
    "实施期目标值",
    "中期目标值",
    "长期目标值",
    "中长期目标值",
    "总体目标值",
  ],
  [
    "年度指标值",
    "当年指标值",
    "本年指标值",
    "本年度指标值",
    "年度目标值",
    "当年目标值",
    "本年目标值",
    "本年度目标值",
    "年初目标值",
    "年初指标值",
    "年度绩效指标值",
    "年度计划值",
    "年度预期值",
    "当年预期实现值",
    "指标值",
    "目标值",
    "绩效指标值",
    "计划指标值",
    "计划值",
    "预期指标值",
    "预期目标值",
    "预期值",
    "指标数值",
    "数值",
    "值",
  ],
];
export const LEVEL3 = 2; // the columns before it follow from it
const WIDEST_AT_FOCUS = 3; // a wider block has the levels too, and ends with the annual value
const PROJECTS = ["项目名称", "项目"];

const plain = (text) =>
  text.normalize("NFKC").replace(/\s/g, "").replace(/\(.*?\)/g, "").replace(/^[:*]+|[:*]+$/g, "");
const columnOf = (text) => COLUMNS.findIndex((names) => names.includes(plain(text)));
const isHeading = (row) => row.some((text) => columnOf(text) >= 0);
const isEmpty = (row) => row.every((text) => !text.trim());

const byHeading = (row) =>
  row.map(columnOf).map((column, i, all) => all.indexOf(column) === i ? column : -1);

function byWidth(width, start) {
  const shift = width > WIDEST_AT_FOCUS ? COLUMNS.length - width : start;
  return Array.from({ length: width }, (_, i) => i + shift < COLUMNS.length ? i + shift : -1);
}

// `lines`: five texts each, undefined where a cell stays as it is.
export function fit(block, start) {
  const rows = block.slice(0, block.findLastIndex((row) => !isEmpty(row)) + 1);
  const at = rows.findIndex(isHeading);
  const heading = rows[at];
  const columns = heading ? byHeading(heading) : byWidth(block[0].length, start);
  const data = rows.slice(at + 1).filter((row) => !isHeading(row));
  const lines = data.map((row) => COLUMNS.map((_, c) => row[columns.indexOf(c)]?.trim()));
  const notes = [leftOut(heading, columns), projects(heading, data)];
  if (columns.includes(LEVEL3)) repeatLevels(lines);
  else if (dropLevels(lines)) notes.push("一级、二级指标由三级指标带出，没有单独粘贴。");
  const used = lines.some((texts) => texts.some((text) => text !== undefined));
  return { lines: used ? lines : [], notes: notes.filter(Boolean) };
}

// Merged levels stand once, above the indicators that belong to them.
function repeatLevels(lines) {
  const above = [];
  for (const texts of lines.filter((texts) => texts[LEVEL3])) {
    for (let c = 0; c < LEVEL3; c++) texts[c] = above[c] = texts[c] || above[c];
  }
}

function dropLevels(lines) {
  let dropped = false;
  for (const texts of lines) {
    dropped ||= texts.slice(0, LEVEL3).some(Boolean);
    texts.fill(undefined, 0, LEVEL3);
  }
  return dropped;
}

function leftOut(heading, columns) {
  const out = columns.flatMap((column, i) => column < 0 ? [i] : []);
  if (!out.length) return "";
  const names = heading && out.map((i) => heading[i].trim()).filter(Boolean);
  if (heading) return names.length ? `“${names.join("、")}”不是指标的列，没有粘贴。` : "";
  return `${out[0] === 0 ? "前" : "最后"}${out.length}列放不下，没有粘贴。`;
}

function projects(heading, data) {
  const column = heading?.findIndex((text) => PROJECTS.includes(plain(text))) ?? -1;
  const names = new Set(data.map((row) => row[column]?.trim()).filter(Boolean));
  return names.size > 1 ? `内容来自${names.size}个项目，请核对是否都属于本项目。` : "";
}
