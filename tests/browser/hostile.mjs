// Writes a workbench in which every text that a report prints is out to break it: to run as a
// script, to leave its attribute, to open a link, to turn the writing direction, to colour a
// terminal, to be a formula in a spreadsheet, or to be too long for a line.
//
//     node hostile.mjs CLOUT FOLDER
//
// Left out because clout refuses them, as it should: hostile names of datasets, experiments, cohorts,
// models, networks and factors (lower-case letters, digits, `-` and `_` only).

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [clout, folder] = process.argv.slice(2);

const SCRIPT = "<script>window.pwned=1</script>";
const IMAGE = '"><img src=x onerror=window.pwned=1>';
const LONG = "x".repeat(10_000);
const LONG_WORDS = `${SCRIPT} ${IMAGE} `.repeat(150);
const BIDI = "\u202eright to left\u2066";
const ANSI = "\u001b[31mred\u001b]0;title\u0007";
const LINK = "javascript:window.pwned=1";
const FORMULA = '=HYPERLINK("http://example.invalid/?x","press")';

// The account names. The first ten lose most and the next ten gain most, so all are in the tables.
const ACCOUNTS = [
  SCRIPT,
  IMAGE,
  "' autofocus onfocus='window.pwned=1",
  "</title></style></svg><script>window.pwned=1</script>",
  LINK,
  BIDI,
  ANSI,
  FORMULA,
  LONG,
  "👩‍👩‍👧‍👦🏳️‍🌈 Ж 王 عربي",
  "[x](javascript:window.pwned=1) ![x](http://example.invalid/x.png)",
  "<svg onload=window.pwned=1><a xlink:href=javascript:window.pwned=1>",
  "]]>--><script xmlns='http://www.w3.org/1999/xhtml'>window.pwned=1</script>",
  "&lt;script&gt;window.pwned=1&#60;/script&#62;",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "+1+1",
  "-2+3",
  "| a | `b` | ~~~\n# two\r\n- lines\u2028three\u0085",
  `Z${"\u0335\u0336\u0337\u0338".repeat(40)}`,
  "王".repeat(2_000),
];
const COUNT = 60;
// Ordered by their text, so the second is the later one.
const SNAPSHOTS = [`2011-08 ${SCRIPT}`, `2011-10 ${IMAGE} ${BIDI} ${ANSI}`];
const SEGMENTS = [SCRIPT, IMAGE, FORMULA, `${ANSI} ${BIDI}`, LINK, "y".repeat(10_000)];
// Without `=`, which ends the name of a column in `--role COLUMN=ROLE`.
const GROUP = `kind "><script>window.pwned++</script> ${BIDI} ${ANSI}`;

// A basic string of TOML takes the escapes of JSON.
const quote = (text) => JSON.stringify(text);
const cell = (text) => `"${String(text).replaceAll('"', '""')}"`;
const csv = (rows) => rows.map((row) => row.map(cell).join(",") + "\n").join("");

function write(path, text) {
  const whole = join(folder, path);
  mkdirSync(join(whole, ".."), { recursive: true });
  writeFileSync(whole, text);
}

const account = (at) => ACCOUNTS[at] ?? `account ${at}`;

/** One account at one snapshot: the first ten fall from `old` to `new`, the next ten rise. */
function row(at, snapshot) {
  const middle = 20 + at + snapshot;
  const [before, after] = at < 10 ? [90 - at, 10 + at] : at < 20 ? [at, 80 + at / 2] : [middle, middle + (at % 3)];
  return [account(at), SNAPSHOTS[snapshot], before, after, SEGMENTS[at % SEGMENTS.length], SEGMENTS[at % 4]];
}

function dataset() {
  const rows = [["id", "month", "old", "new<script>", GROUP, "household"]];
  for (const snapshot of [0, 1]) for (let at = 0; at < COUNT; at++) rows.push(row(at, snapshot));
  write("raw.csv", csv(rows));
  const roles = ["new<script>=signal", `${GROUP}=segment`, "household=cluster"];
  const words = { title: SCRIPT, population: LONG_WORDS, source: `${IMAGE} ${ANSI} ${LINK}`, licence: `${BIDI} ${FORMULA}` };
  const imported = spawnSync(clout, [
    "dataset", "import", join(folder, "raw.csv"), "--name", "hostile", "--workbench", folder,
    ...roles.flatMap((role) => ["--role", role]),
    ...Object.entries(words).flatMap(([key, text]) => [`--${key}`, text]),
  ]);
  if (imported.status !== 0) throw new Error(`clout dataset import: ${imported.status}\n${imported.stderr}`);
  if (/[\u001b\u202e]/.test(imported.stdout)) throw new Error(`control characters printed by import:\n${imported.stdout}`);

  // Judged pairs and answers, which name accounts as well, and the words that import cannot set.
  const pairs = [["first", "second", "preferred"]];
  for (let at = 0; at + 1 < COUNT; at++) pairs.push([account(at), account(at + 1), at % 3 ? "second" : "first"]);
  const answers = [["account", "brand", "answer"]];
  for (let at = 0; at < COUNT; at++) {
    for (const brand of [0, 1, 8]) if (at !== brand) answers.push([account(at), account(brand), (at * 7 + brand) % 11]);
  }
  let manifest = readFileSync(join(folder, "datasets/hostile/dataset.toml"), "utf8");
  manifest = manifest.replaceAll('role = "signal"', `role = "signal"\nunit = ${quote(`${IMAGE} ${ANSI}`)}\nnote = ${quote(SCRIPT)}`);
  for (const [name, table] of [["pairs", pairs], ["answers", answers]]) {
    const text = csv(table);
    write(`datasets/hostile/${name}.csv`, text);
    const digest = createHash("sha256").update(text).digest("hex");
    manifest += `\n[${name}]\nfile = "${name}.csv"\nencoding = "csv"\nsha256 = "${digest}"\n`;
  }
  write("datasets/hostile/dataset.toml", manifest);
}

function model(family, value, title, rationale) {
  write(`models/${family}/1.0.0.toml`, `
format = 1
model = "${family}@1.0.0"
title = ${quote(title)}
rationale = ${quote(rationale)}
reference = ${quote(`hostile@${SNAPSHOTS[0]}`)}
[[band]]
name = ${quote(`low ${SCRIPT}`)}
from = 1
[[band]]
name = ${quote(`middle ${IMAGE} ${BIDI} ${ANSI}`)}
from = 40
[[band]]
name = ${quote(`high ${LONG}`)}
from = 70
[network.n]
[factor.x]
network = "n"
value = ${quote(value)}
normalise = "min-max"
tags = [${quote(SCRIPT)}]
note = ${quote(`${IMAGE} ${LONG_WORDS}`)}
`);
}

function experiment(name, extra) {
  write(`experiments/${name}.toml`, `
format = 1
experiment = "${name}"
title = ${quote(`${SCRIPT} ${IMAGE} ${ANSI} ${BIDI} ${LONG}`)}
question = ${quote(`${LONG_WORDS}\n${LINK} ${FORMULA}`)}
baseline = "first@1.0.0"
candidates = ["second@1.0.0"]
dataset = "hostile"
segments = [${quote(GROUP)}]
smallest-group = 2
${extra}
[[cohort]]
name = "vip"
file = "cohorts/vip.txt"
[[perk]]
name = ${quote(`lounge ${SCRIPT} ${LONG}`)}
at-least = 50
[[perk]]
name = ${quote(`top ${IMAGE} ${BIDI} ${FORMULA}`)}
top = 5
[[expect]]
metric = "kendall-tau-b"
at-least = 0.9
because = ${quote(`${SCRIPT} ${IMAGE} ${ANSI} ${BIDI} ${LINK} ${LONG_WORDS}`)}
[[expect]]
metric = "mean-shift"
segment = ${quote(GROUP)}
at-least = -50
because = ${quote(FORMULA)}
[[expect]]
metric = "mean-shift"
cohort = "vip"
at-least = -90
because = ${quote(LONG)}
`);
}

dataset();
model("first", "old", `${SCRIPT} ${LONG}`, LONG_WORDS);
model("second", "`new<script>`", `${IMAGE} ${ANSI} ${BIDI}`, `${LINK} ${FORMULA} ${LONG}`);
write("cohorts/vip.txt", ACCOUNTS.filter((name) => !/[\n\r]/.test(name)).concat(`absent ${SCRIPT}`).join("\n"));
experiment("hostile", 'snapshots = "all"');
// Two snapshots side by side, for the drift of the signals, and intervals, which name the population.
experiment("hostile-moving", `baseline-snapshot = ${quote(SNAPSHOTS[0])}\n[uncertainty]\nlevel = 0.8\nreplicates = 100`);
