import { deedOf, next, worst } from "../../performance/static/performance/review/keys.js";
import { equal } from "./equal.js";

const free = { typing: false, inSheet: false };
const press = (key, ...held) =>
  Object.fromEntries([["key", key], ...held.map((name) => [name, true])]);

Deno.test("letters mean the same in both cases, and nothing while somebody types", () => {
  equal(deedOf(press("n"), free), ["note", 1]);
  equal(deedOf(press("N", "shiftKey"), free), ["note", 1]);
  equal(deedOf(press("?", "shiftKey"), free), ["help"]);
  equal(deedOf(press("n"), { typing: true, inSheet: true }), null);
  equal(deedOf(press("x"), free), null);
});

Deno.test("with a held key they are the browser's", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey"]) equal(deedOf(press("a", held), free), null);
});

Deno.test("arrows scroll the page and move inside the sheet", () => {
  equal(deedOf(press("ArrowDown"), free), null);
  equal(deedOf(press("ArrowDown"), { typing: false, inSheet: true }), ["cell", 1, 0]);
});

Deno.test("the next of a list goes round, and there is none in an empty one", () => {
  equal(next(-1, 1, 3), 0);
  equal(next(-1, -1, 3), 2);
  equal(next(2, 1, 3), 0);
  equal(next(0, -1, 3), 2);
  equal(next(0, 1, 0), -1);
});

Deno.test("the lowest grade is the worst verdict, then the later one", () => {
  const grade = (name, verdict, rank) => ({ name, verdict, rank });
  const all = [grade("优", "pass", 1), grade("良", "pass", 2), grade("中", "return", 3)];
  equal(worst(all).name, "中");
  equal(worst([all[1], all[0]]).name, "良");
  equal(worst([grade("差", "reject", 1), all[2]]).name, "差");
  equal(worst([]), null);
});
