// Shows that the checks of audit.mjs can fail: breaks a good page in one way at a time and asks for
// the failure that belongs to it. Run by `PROVE=1 tests/browser/run`, and after a change of a check.
//
//     node mutants.mjs REPORT.html FOLDER

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [report, folder] = process.argv.slice(2);

const CHART = `charts/${readdirSync(join(dirname(report), "charts")).find((name) => name.endsWith(".svg"))}`;

const put = (text, before) => (page) => page.replace(before, `${text}${before}`);
const style = (rules) => put(`<style>${rules}</style>`, "</head>");
const end = (text) => put(text, "</main>");
// A page that loads or runs something has no policy that forbids it.
const open = (change) => (page) => change(page.replace(/<meta http-equiv[^>]*>/, ""));

// The name of the mutant, the check that must fail, what is done to the page, or else to which file
// beside it.
const MUTANTS = [
  ["two-h1", "headings", end("<h1>Again</h1>")],
  ["skipped-level", "headings", end("<h4>Too deep</h4>")],
  ["no-main", "headings", (page) => page.replace("<main>", "<div>").replace("</main>", "</div>")],
  ["no-scope", "headings", (page) => page.replace(' scope="col"', "")],
  ["no-desc", "headings", (page) => page.replace(/<desc[^>]*>[^<]*<\/desc>/, "")],
  ["no-role", "headings", (page) => page.replace(/(<svg[^>]*) role="img"/, "$1")],
  ["lost-anchor", "headings", end('<p><a href="#nowhere">there</a></p>')],
  ["wide", "sticks out at 400 px", end('<p style="width: 600px">wide</p>')],
  ["long-word", "sticks out at 1280 px", end(`<p style="overflow-wrap: normal">${"w".repeat(400)}</p>`)],
  ["no-tabindex", "keyboard", (page) => page.replace(/ tabindex="0"/g, "")],
  ["no-focus-ring", "keyboard", style("*:focus, *:focus-visible { outline: none !important }")],
  ["pale-focus-ring", "keyboard", style("*:focus-visible { outline-color: #eeeeee !important }")],
  ["out-of-reach", "keyboard", end('<p><a href="#summary" tabindex="3">first</a></p>')],
  ["pale-text", "axe, light", style("p { color: #aaaaaa !important }")],
  ["dark-text-in-the-dark", "axe, dark", style("p { color: #333333 !important }")],
  ["pale-cells", "contrast, light", style("td:last-child { color: #aaaaaa !important }")],
  ["no-language", "axe, light", (page) => page.replace(' lang="en"', "")],
  ["wide-paper", "on paper", style("@media print { table { min-width: 900px } }")],
  ["cut-paper", "on paper", style("@media print { .scroll { overflow: hidden; width: 900px } }")],
  ["dark-paper", "on paper", (page) => page.replaceAll("@media screen and (prefers-color-scheme", "@media (prefers-color-scheme")],
  ["message", "no request, no message", open(end("<script>console.warn('x')</script>"))],
  ["error", "no request, no message", open(end("<script>lost()</script>"))],
  ["policy-breach", "no request, no message", end('<img alt="x" src="http://example.invalid/x.png">')],
  ["request", "harmless without", end('<img alt="x" src="http://example.invalid/x.png">')],
  ["style-request", "harmless without", style("body { background: url(http://example.invalid/x.png) }")],
  ["beside-request", "no request, no message", open(end('<img alt="x" src="x.png">'))],
  ["handler", "nothing in it can act", end('<p onclick="window.pwned=1">x</p>')],
  ["pwned", "harmless without", end('<img alt="x" src="x" onerror="window.pwned=1">')],
  ["two-scripts", "nothing in it can act", end("<script>1</script><script>2</script>")],
  ["link-out", "nothing in it can act", end('<p><a href="javascript:window.pwned=1">x</a></p>')],
  ["turned", "nothing in it can act", end("<p>\u202ex</p>")],
  ["needs-scripts", "without scripts", (page) => open(end("<script>for (const t of document.querySelectorAll('table')) t.hidden = false</script>"))(page).replace("<table>", "<table hidden>")],
  ["made-by-script", "without scripts", open(end("<script>document.querySelector('main').append(document.querySelector('table').cloneNode(true))</script>"))],
  ["hidden-picture", "all of it is visible", style("svg { visibility: hidden }")],
  ["large", " kB", end(`<!--${"x".repeat(2_000_000)}-->`)],
  ["svg-script", "charts/*.svg", null, CHART, (svg) => svg.replace("</svg>", "<script>window.pwned=1</script></svg>")],
  ["svg-broken", "charts/*.svg", null, CHART, (svg) => svg.replace("</svg>", "<p></svg>")],
  ["markdown-tag", "report.md", null, "report.md", (text) => `${text}\n<img src=x>\n`],
  ["lost-rows", "sorting and filtering", open(end("<script>document.addEventListener('click', (event) => event.target.closest('table')?.tBodies[0].rows[0]?.remove())</script>"))],
  ["markdown-link", "report.md", null, "report.md", (text) => `${text}\n[x](javascript:1)\n`],
  ["markdown-escape", "report.md", null, "report.md", (text) => `${text}\u001b[31m`],
  ["xml-broken", "junit.xml", null, "junit.xml", (text) => text.replace("</testsuites>", "")],
  ["formula", "tables/*.csv", null, "tables/x.csv", () => 'a,b\n-4.5,"=1+1"\n'],
];

// A check that fails already proves nothing, so the page itself comes first and must pass.
const good = dirname(report);
const page = readFileSync(report, "utf8");
const paths = [report];
for (const [name, , change, file, edit] of MUTANTS) {
  const run = join(folder, name, "run");
  cpSync(good, run, { recursive: true, dereference: true });
  const path = join(run, file ?? "report.html");
  mkdirSync(dirname(path), { recursive: true });
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const after = (change ?? edit)(before);
  if (after === before) throw new Error(`the mutant ${name} changes nothing`);
  writeFileSync(path, after);
  paths.push(join(run, "report.html"));
}

const audit = join(dirname(fileURLToPath(import.meta.url)), "audit.mjs");
const { stdout, stderr } = spawnSync(process.execPath, [audit, ...paths], { encoding: "utf8", maxBuffer: 1e8 });
const failed = stdout.split("\nAll failures:")[0].split("\n").filter((line) => line.startsWith("FAIL "));
const missed = MUTANTS.filter(([name, check]) => !failed.some((line) => line.startsWith(`FAIL ${name}: `) && line.includes(check)));
const spoilt = failed.filter((line) => line.startsWith(`FAIL ${basename(dirname(good))}: `));
for (const line of spoilt) console.log(`the page itself: ${line}`);
for (const [name, check] of missed) console.log(`not noticed: ${name}, by the check "${check}"`);
if (!stdout.includes(" failed")) console.log(`the audit broke off: ${stderr}`);
console.log(`${MUTANTS.length - missed.length} of ${MUTANTS.length} ways to break a page are noticed`);
process.exit(missed.length || spoilt.length ? 1 : 0);
