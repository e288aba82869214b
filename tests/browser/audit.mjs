// Opens report pages in a browser and holds them against what README.md and FORMAT.md promise: one
// file that needs nothing else, runs nothing from the data, and can be read by anyone, on a small
// screen, in the dark, on paper, without a mouse and without scripts.
//
//     node audit.mjs [--printed FOLDER] REPORT.html...
//
// Beside each page its charts, its Markdown, its XML and its tables are looked at as well, and with
// --printed what clout printed. As many pages at once as there are processors (four at most), each in
// a browser of its own; pages are told in the order in which they were given. One line for each
// check; all failures again at the end; exit code 1 if there is any.

import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";
import * as files from "./files.mjs";
import * as inpage from "./inpage.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const DESK = { width: 1280, height: 900 };
const WIDTHS = [1280, 800, 400];
const LARGEST = 2_000_000;
// Browsers at once: each has several processes.
const AT_ONCE = 4;
// A4 less the margins of 16 mm that page.css sets, in CSS pixels of 1/96 inch.
const PAPER = Math.floor(((210 - 2 * 16) / 25.4) * 96);
// A page of text alone comes to more than this as PDF.
const SMALLEST_PDF = 20_000;

/** What was found, in the order of the checks. */
const checks = [];

/** Keeps one check; `told` prints it. */
function tell(page, check, problems) {
  checks.push({ page, check, problems, printed: false });
}

/** Prints the checks of a page. */
function told(page) {
  for (const one of checks.filter((check) => check.page === page && !check.printed)) {
    console.log(`${one.problems.length ? "FAIL" : "ok  "} ${page}: ${one.check}`);
    for (const problem of one.problems) console.log(`       ${problem}`);
    one.printed = true;
  }
}

/** A fresh tab that writes down all that a page should not do, and lets it load only itself. */
async function tab(browser, { scripts = true, bypass = false, size = DESK } = {}) {
  const page = await browser.newPage();
  const noise = [];
  let url = "";
  await page.setViewport(size);
  await page.setBypassCSP(bypass);
  await page.setJavaScriptEnabled(scripts);
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (request.url().split("#")[0] === url && request.isNavigationRequest()) return request.continue();
    if (request.url().startsWith("data:")) return request.continue();
    noise.push(`asks for ${request.url().slice(0, 120)}`);
    return request.abort();
  });
  page.on("console", (message) => {
    if (["error", "warn", "warning", "assert"].includes(message.type())) noise.push(`console: ${message.text().slice(0, 200)}`);
  });
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    noise.push(`dialog: ${dialog.message().slice(0, 120)}`);
    return dialog.dismiss();
  });
  page.on("popup", () => noise.push("opens a window"));
  const show = (path) => {
    url = pathToFileURL(path).href;
    return page.goto(url, { waitUntil: "load", timeout: 60_000 });
  };
  return { page, noise, show };
}

/** A tab of its own for one page. */
async function open(browser, path, options) {
  const fresh = await tab(browser, options);
  await fresh.show(path);
  return fresh;
}

/** Sets medium and colour scheme together; Puppeteer's own two functions undo each other. */
async function emulate(session, media, scheme) {
  const features = scheme ? [{ name: "prefers-color-scheme", value: scheme }] : [];
  await session.send("Emulation.setEmulatedMedia", { media, features });
}

async function axe(page) {
  const result = await page.evaluate(
    (tags) => axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false }),
    AXE_TAGS,
  );
  if (result.passes.length < 10) return [`only ${result.passes.length} rules found anything to look at`];
  return result.violations.flatMap(({ id, help, nodes }) => {
    const lines = nodes.slice(0, 5).map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ")}`);
    if (nodes.length > 5) lines.push(`${id}: and ${nodes.length - 5} more: ${help}`);
    return lines;
  });
}

/** Presses Tab from the top of the page until it leaves it. */
async function keyboard(page) {
  await page.bringToFront();
  const { wrong, names } = await page.evaluate(inpage.stops);
  const reached = [];
  // Some more than there are stops, in case that one is no stop.
  for (let press = 0; press < names.length + 10; press++) {
    await page.keyboard.press("Tab");
    const now = await page.evaluate(inpage.focused);
    if (now.at < 0 && now.wrong.length === 0) break; // the focus left the page
    if (now.at >= 0 && reached.includes(now.at)) break; // it came round
    wrong.push(...now.wrong);
    if (now.at >= 0) reached.push(now.at);
  }
  if (names.length === 0) wrong.push("there is nothing to reach");
  for (const [at, name] of names.entries()) if (!reached.includes(at)) wrong.push(`Tab does not reach ${name}`);
  if (reached.some((at, index) => index > 0 && at < reached[index - 1])) wrong.push("Tab does not follow the order of the page");
  return wrong;
}

/** As it would be printed: nothing cut, dark on white, and more than one sheet of it. */
async function paper(page, session) {
  await emulate(session, "print", "light");
  await page.setViewport({ width: PAPER, height: 1000 });
  const wrong = await page.evaluate(inpage.overflow, PAPER, true);
  await emulate(session, "print", "dark");
  wrong.push(...(await page.evaluate(inpage.pale, true)).map((problem) => `with a dark screen: ${problem}`));
  await emulate(session, "", null);
  const pdf = Buffer.from(await page.pdf({ format: "A4", preferCSSPageSize: true, timeout: 120_000 }));
  const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  if (sheets < 2) wrong.push(`${sheets} sheets of paper`);
  if (pdf.length < SMALLEST_PDF) wrong.push(`a PDF of ${pdf.length} bytes`);
  return wrong;
}

/** All checks of one page that need a browser. Returns the text of its script, if it has one. */
async function browse(browser, name, path) {
  const first = await open(browser, path);
  const { page, noise } = first;
  tell(name, "headings, landmarks, tables, pictures", await page.evaluate(inpage.structure));
  for (const width of WIDTHS) {
    await page.setViewport({ ...DESK, width });
    tell(name, `nothing sticks out at ${width} px`, await page.evaluate(inpage.overflow, width, false));
  }
  // The narrow window is where most tables scroll.
  tell(name, "keyboard", await keyboard(page));
  await page.setViewport(DESK);
  const { wrong, script } = await page.evaluate(inpage.foreign);
  tell(name, "nothing in it can act", wrong);
  const shown = await page.evaluate(inpage.visible);
  tell(name, "all of it is visible", shown.hidden);
  await page.evaluate(AXE);
  const session = await page.createCDPSession();
  for (const scheme of ["light", "dark"]) {
    await emulate(session, "screen", scheme);
    tell(name, `axe, ${scheme}`, await axe(page));
    // axe leaves out what is scrolled out of sight, which is half of a wide table.
    tell(name, `contrast, ${scheme}`, await page.evaluate(inpage.pale, false));
  }
  tell(name, "on paper", await paper(page, session));
  // Last, because it leaves the tables in another order.
  if (script !== null) tell(name, "sorting and filtering", await page.evaluate(inpage.comfort));
  tell(name, "no request, no message", noise);
  await page.close();

  // Once more with the content policy off: the page must be harmless by its text, not by its policy.
  const bare = await open(browser, path, { bypass: true });
  const after = await bare.page.evaluate(inpage.foreign);
  tell(name, "harmless without its content policy", [...after.wrong, ...bare.noise]);
  await bare.page.close();

  const still = await open(browser, path, { scripts: false });
  const plain = await still.page.evaluate(inpage.visible);
  const fewer = Object.entries(shown.counts).filter(([what, count]) => plain.counts[what] !== count || count === 0);
  const lost = fewer.map(([what, count]) => `${plain.counts[what]} of ${count}: ${what}`);
  tell(name, "all of it is there without scripts", [...plain.hidden, ...lost, ...still.noise]);
  await still.page.close();
  return script;
}

/** The files beside a page. */
async function beside(browser, name, folder) {
  const charts = files.listed(join(folder, "charts"), ".svg");
  const problems = charts.length ? [] : ["there are no charts"];
  // Pictures have nothing that would stay for the next one.
  const { page, noise, show } = await tab(browser, { bypass: true });
  for (const chart of charts) {
    await show(chart);
    const { wrong, script } = await page.evaluate(inpage.foreign);
    if (script !== null) wrong.push("a script");
    if (await page.evaluate(() => document.documentElement.localName !== "svg")) wrong.push("no picture");
    problems.push(...[...wrong, ...noise.splice(0)].map((problem) => `${basename(chart)}: ${problem}`));
  }
  await page.close();
  tell(name, `charts/*.svg (${charts.length})`, problems);

  tell(name, "report.md", files.markdown(readFileSync(join(folder, "report.md"), "utf8")));
  const tables = files.listed(join(folder, "tables"), ".csv");
  if (tables.length) {
    const wrong = tables.flatMap((path) => files.printed(path).map((problem) => `${basename(path)}: ${problem}`));
    tell(name, `tables/*.csv (${tables.length})`, wrong);
  }

  const junit = join(folder, "junit.xml");
  if (existsSync(junit)) {
    const text = readFileSync(junit, "utf8");
    const page = await browser.newPage();
    const error = await page.evaluate((xml) => {
      const found = new DOMParser().parseFromString(xml, "text/xml").querySelector("parsererror");
      return found && found.textContent;
    }, text);
    await page.close();
    tell(name, "junit.xml", [...files.controls(text), ...(error ? [`not well-formed: ${error.slice(0, 200)}`] : [])]);
  }
}

const given = process.argv.slice(2);
const printed = given[0] === "--printed" ? given.splice(0, 2)[1] : null;
if (given.length === 0) {
  console.error("usage: node audit.mjs [--printed FOLDER] REPORT.html...");
  process.exit(2);
}

const paths = given.map((one) => resolve(one));
// runs/<experiment>/<run id>/report.html
const experiments = paths.map((path) => basename(dirname(dirname(path))));
const names = experiments.map((name, at) => {
  const alone = experiments.indexOf(name) === experiments.lastIndexOf(name);
  return alone ? name : `${name} ${basename(dirname(paths[at])).slice(0, 8)}`;
});
const scripts = new Set();
const done = new Set();
let next = 0;
let shown = 0;

/** Takes one page after the other until there is none. */
async function worker() {
  // The focus is one for a browser, so no browser has two pages at a time.
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // The sandbox does not start as root. What is opened here was written by clout a moment ago.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  try {
    while (next < paths.length) {
      const at = next++;
      const [path, name] = [paths[at], names[at]];
      try {
        const size = statSync(path).size;
        tell(name, `${Math.ceil(size / 1000)} kB`, size < LARGEST ? [] : [`more than ${LARGEST} bytes`]);
        const script = await browse(browser, name, path);
        if (script !== null) scripts.add(script);
        await beside(browser, name, dirname(path));
      } catch (error) {
        tell(name, "it can be looked at to the end", [String(error)]);
      }
      done.add(at);
      while (done.has(shown)) told(names[shown++]);
    }
  } finally {
    await browser.close();
  }
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), AT_ONCE, paths.length) }, worker));
tell("all pages", "the same script, or none", scripts.size > 1 ? [`${scripts.size} different scripts`] : []);
told("all pages");
for (const ending of printed ? [".txt", ".err", ".csv", ".md", ".json"] : []) {
  for (const path of files.listed(printed, ending)) tell("printed", basename(path), files.printed(path));
}
told("printed");

const failures = checks.filter((check) => check.problems.length);
if (failures.length) console.log("\nAll failures:");
for (const { page, check, problems } of failures) {
  console.log(`- ${page}: ${check}`);
  for (const problem of problems) console.log(`    ${problem}`);
}
console.log(`\n${checks.length - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
