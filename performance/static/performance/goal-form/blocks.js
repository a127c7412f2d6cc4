// Blocks of text, rows of cells, as spreadsheets put them on the clipboard. Pure.

const CELL = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))([\t\n]|$)/y;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const quoted = (text) => /[\t\n]|^"/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const marked = (text) =>
  text.replace(/[&<>"]/g, (sign) => ENTITIES[sign])
    .replaceAll("\n", '<br style="mso-data-placement:same-cell">');

// Cells with line breaks stand in quotes; a quote anywhere else is a quote.
export function parseTsv(text) {
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[]];
  const cell = new RegExp(CELL);
  for (let end = false; !end;) {
    const [, inQuotes, bare, separator] = cell.exec(plain);
    rows.at(-1).push(inQuotes?.replaceAll('""', '"') ?? bare);
    if (separator === "\n") rows.push([]);
    end = separator === "";
  }
  return even(rows);
}

export const toTsv = (rows) => rows.map((row) => row.map(quoted).join("\t")).join("\r\n");

// As text, so that Excel makes no date of "1-2" and no number of a code.
export function toHtml(rows) {
  const cell = (text) => `<td style="mso-number-format:'\\@'">${marked(text)}</td>`;
  const lines = rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`);
  return `<meta charset="utf-8"><table>${lines.join("")}</table>`;
}

// Merged cells, {text, across, down}: the text stands in the first place, the others are empty.
export function spread(rows) {
  const grid = rows.map(() => []);
  rows.forEach((cells, y) => cells.forEach((cell) => lay(grid, y, cell)));
  return even(grid);
}

function lay(grid, y, { text, across, down }) {
  let x = 0;
  while (grid[y][x] !== undefined) x++;
  for (const row of grid.slice(y, y + Math.max(1, down))) {
    for (let i = x; i < x + across; i++) row[i] = "";
  }
  grid[y][x] = text;
}

function even(rows) {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return rows.map((row) => Array.from({ length: width }, (_, x) => row[x] ?? ""));
}

// A block copied onto a selection that holds it several times fills all of it.
export function tile(rows, height, width) {
  const fits = height % rows.length === 0 && width % rows[0].length === 0;
  if (!fits) return rows;
  const across = (row) => Array.from({ length: width }, (_, x) => row[x % row.length]);
  return Array.from({ length: height }, (_, y) => across(rows[y % rows.length]));
}
