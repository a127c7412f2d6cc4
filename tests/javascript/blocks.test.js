import {
  parseTsv,
  spread,
  tile,
  toHtml,
  toTsv,
} from "../../performance/static/performance/goal-form/blocks.js";
import { equal } from "./equal.js";

const cell = (text, across = 1, down = 1) => ({ text, across, down });

const READ = [
  ["", [[""]]],
  ["a", [["a"]]],
  ["a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]],
  ["a\rb", [["a"], ["b"]]],
  ["a\t\n\tb", [["a", ""], ["", "b"]]],
  ["a\nb\tc", [["a", ""], ["b", "c"]]],
  ["a\n\nb\n", [["a"], [""], ["b"]]],
  ['"一\r\n二"\t3\r\n', [["一\n二", "3"]]],
  ['"说""好""了"\tx', [['说"好"了', "x"]]],
  ['"开头的引号\t2', [['"开头的引号', "2"]]],
  ['"是"引号的一部分', [['"是"引号的一部分']]],
  ['5"\t6"', [['5"', '6"']]],
  ['"a\tb"\tc', [["a\tb", "c"]]],
];
for (const [text, rows] of READ) {
  Deno.test(`reads ${JSON.stringify(text)}`, () => equal(parseTsv(text), rows));
}

Deno.test("what is written as text is read back as it was", () => {
  const rows = [["一\n二", '"引号"', "a\tb"], ["≥90%", "", '5"']];
  equal(parseTsv(toTsv(rows)), rows);
});

Deno.test("a long text of quotes is read at once", () => {
  const text = '"'.repeat(20_001);
  equal(parseTsv(text)[0][0].length > 0, true);
});

Deno.test("markup in a text stays text", () => {
  const html = toHtml([['<img src=x onerror="a&b">', "一\n二"]]);
  equal(html.includes("&lt;img src=x onerror=&quot;a&amp;b&quot;&gt;"), true);
  equal(html.includes('一<br style="mso-data-placement:same-cell">二'), true);
});

Deno.test("merged cells keep their text in the first place", () => {
  const rows = [
    [cell("产出", 1, 3), cell("数量", 1, 2), cell("a"), cell("1", 2, 1)],
    [cell("b"), cell("2"), cell("3")],
    [cell("质量"), cell("c", 1, 9), cell("4"), cell("5")],
  ];
  equal(spread(rows), [
    ["产出", "数量", "a", "1", ""],
    ["", "", "b", "2", "3"],
    ["", "质量", "c", "4", "5"],
  ]);
});

Deno.test("rows of a table may be short or missing", () => {
  equal(spread([]), []);
  equal(spread([[], [cell("a")]]), [[""], ["a"]]);
});

Deno.test("one value fills a selection, a block repeats where it fits", () => {
  equal(tile([["a"]], 2, 3), [["a", "a", "a"], ["a", "a", "a"]]);
  equal(tile([["a"], ["b"]], 4, 1), [["a"], ["b"], ["a"], ["b"]]);
  equal(tile([["a"], ["b"]], 3, 1), [["a"], ["b"]]);
  equal(tile([["a", "b"]], 1, 3), [["a", "b"]]);
});
