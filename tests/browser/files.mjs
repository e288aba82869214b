// Checks of what stands beside a page: Markdown, tables, XML, and what clout prints.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The files of a folder that end so, with their paths; none if there is no such folder. */
export function listed(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(ending)).sort().map((name) => join(folder, name));
}

/** No colours, no titles of windows, no turned writing in what is printed or stored. */
export function controls(text) {
  // All but tab and line feed; a carriage return could write over what stands in the line.
  const found = [...text.matchAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g)];
  const names = new Set(found.map(([one]) => `U+${one.codePointAt(0).toString(16).padStart(4, "0")}`));
  return found.length ? [`${found.length} control characters: ${[...names].join(", ")}`] : [];
}

/** Markdown that shows hostile text instead of obeying it. */
export function markdown(text) {
  const wrong = controls(text);
  // What the report itself may write: its marks, folding sections, and links in angle brackets.
  const own = /<!-- \/?cloutbench:[\w-]+ -->|<\/?(details|summary)>|(?<=\]\()<charts\/[\w.-]+\.png>/g;
  const tag = text.replaceAll(own, "").match(/<[a-z!/?][^\n]{0,40}/i);
  if (tag) wrong.push(`a raw tag: ${tag[0]}`);
  for (const [, target] of text.matchAll(/(?<!\\)\]\(([^)\n]*)\)/g)) {
    if (!/^<?charts\/[\w.-]+\.png>?$/.test(target)) wrong.push(`a link to ${target.slice(0, 60)}`);
  }
  if (/(?<!\\)\]\[|^\s*\[[^\]\n]*\]:/m.test(text)) wrong.push("a link by reference");
  return wrong;
}

/** The cells of a CSV, in which a quoted cell may hold commas, quotation marks and line ends. */
function cells(text) {
  return [...text.matchAll(/(?:^|,|\n|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'));
}

/** A table that a spreadsheet opens without computing anything. */
export function table(text) {
  const formula = (cell) => /^[=+\-@\t\r]/.test(cell) && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell);
  return cells(text).filter(formula).map((cell) => `a cell that begins like a formula: ${cell.slice(0, 60)}`);
}

/** What a command printed; the ending of the file says in which format. */
export function printed(path) {
  const text = readFileSync(path, "utf8");
  if (text.length === 0) return path.endsWith(".err") ? [] : ["nothing was printed"];
  // Formats for machines hold the words as they are, but no escape may reach a terminal.
  const escapes = text.includes("\u001b") ? ["an escape character"] : [];
  if (path.endsWith(".csv")) return [...table(text), ...escapes];
  if (path.endsWith(".json")) return JSON.parse(text) === null ? ["nothing in it"] : escapes;
  if (path.endsWith(".md")) return markdown(text);
  return controls(text);
}
