// Equality of plain data; `undefined` and a missing cell are not the same.

const told = (value) => JSON.stringify(value, (_, part) => part === undefined ? "undefined" : part);

export function equal(found, expected) {
  if (told(found) !== told(expected)) {
    throw new Error(`found    ${told(found)}\nexpected ${told(expected)}`);
  }
}
