// Functions that audit.mjs runs within a page. Each is sent there as text, so each stands alone:
// none may use anything outside of itself. Those that check return a list of what is wrong.

/** Headings, landmarks, tables, pictures and links as a screen reader walks them. */
export function structure() {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const label = (element) => `<${element.tagName.toLowerCase()}> ${element.textContent.trim().slice(0, 60)}`;
  for (const name of ["h1", "main"]) {
    if (all(name).length !== 1) wrong.push(`${all(name).length} <${name}> instead of one`);
  }
  if (!document.title.trim()) wrong.push("the page has no title");

  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) wrong.push(`level ${next} follows level ${level}: ${label(heading)}`);
    if (!heading.textContent.trim()) wrong.push(`an empty ${heading.tagName}`);
    level = next;
  }

  const scopes = ["col", "row", "colgroup", "rowgroup"];
  for (const table of all("table")) {
    const name = table.caption?.textContent.trim().slice(0, 60);
    if (!name) wrong.push(`a table without a caption: ${label(table)}`);
    const bad = [...table.querySelectorAll("th")].filter((th) => !scopes.includes(th.getAttribute("scope")));
    if (bad.length) wrong.push(`${bad.length} th without scope in the table ${name}`);
    if (!table.querySelector("thead th[scope=col]")) wrong.push(`no heads of columns in the table ${name}`);
    const headless = [...table.querySelectorAll("tbody tr")].filter((tr) => !tr.querySelector("th[scope=row]"));
    if (headless.length) wrong.push(`${headless.length} rows without a head in the table ${name}`);
    const empty = [...table.querySelectorAll("th")].filter((th) => !th.textContent.trim());
    if (empty.length) wrong.push(`${empty.length} empty heads in the table ${name}`);
  }

  for (const svg of all("svg")) {
    const said = (part) => svg.querySelector(`:scope > ${part}`)?.textContent.trim() ?? "";
    const missing = ["title", "desc"].filter((part) => !said(part));
    if (missing.length) wrong.push(`a picture without ${missing.join(" and ")}: ${said("title")}`);
    if (svg.getAttribute("role") !== "img") wrong.push(`a picture without role img: ${said("title")}`);
  }

  const seen = new Set();
  for (const { id } of all("[id]")) {
    if (seen.has(id)) wrong.push(`the id ${id} twice`);
    seen.add(id);
  }
  for (const link of all("a[href^='#']")) {
    if (!seen.has(link.getAttribute("href").slice(1))) wrong.push(`a link to nowhere: ${link.getAttribute("href")}`);
  }
  for (const name of ["aria-labelledby", "aria-describedby"]) {
    for (const element of all(`[${name}]`)) {
      const lost = element.getAttribute(name).split(/\s+/).filter((id) => !seen.has(id));
      if (lost.length) wrong.push(`${name} names ${lost.join(", ")}, which is not there`);
    }
  }
  return wrong;
}

/** Whether everything fits into `width` pixels. On paper nothing can be scrolled to. */
export function overflow(width, paper) {
  const wrong = [];
  const root = document.documentElement;
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const label = (element) => {
    const words = element.closest("table")?.caption?.textContent ?? element.textContent;
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> ${words.trim().slice(0, 60)}`;
  };
  if (!paper && root.scrollWidth > root.clientWidth) {
    wrong.push(`the document is ${root.scrollWidth} px wide in a window of ${root.clientWidth} px`);
  }
  // The outermost element that sticks out says enough, so its content is not looked at.
  const walk = (element) => {
    // A skip link waits beyond the left edge until it is focused; only the right edge is looked at.
    const right = element.getBoundingClientRect().right;
    if (element !== document.body && right > width + 1) {
      wrong.push(`ends at ${Math.round(right)} px of ${width}: ${label(element)}`);
      return;
    }
    if (!paper && scrolls(element)) return;
    if (element.tagName === "svg") return;
    for (const child of element.children) walk(child);
  };
  walk(document.body);
  // A text that is wider than its own box runs over its neighbour or off the edge.
  for (const element of document.querySelectorAll("th, td, caption, p, li, dt, dd, figcaption, h1, h2, h3, h4")) {
    const style = getComputedStyle(element);
    if (style.display === "none" || style.display === "inline" || !element.checkVisibility()) continue;
    if (element.scrollWidth > element.clientWidth + 1) {
      wrong.push(`text of ${element.scrollWidth} px in a box of ${element.clientWidth} px: ${label(element)}`);
    }
  }
  return wrong;
}

/** Texts that are too pale for what is behind them: white paper, or the ground that they stand on. */
export function pale(paper) {
  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = numbers(colour).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = paper ? null : element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (numbers(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const found = new Map();
  const note = (what) => found.set(what, (found.get(what) ?? 0) + 1);
  for (const element of document.querySelectorAll("h1, h2, h3, h4, p, li, dt, dd, a, th, td, caption, figcaption, button, label, input")) {
    if (!element.checkVisibility()) continue;
    const [fore, back] = [getComputedStyle(element).color, ground(element)];
    const [low, high] = [luminance(fore), luminance(back)].sort((one, other) => one - other);
    if ((high + 0.05) / (low + 0.05) < 4.5) note(`${fore} on ${back}`);
  }
  // A picture brings its own ground, which is printed as it is drawn.
  for (const rect of paper ? document.querySelectorAll("svg > rect:first-of-type") : []) {
    if (luminance(getComputedStyle(rect).fill) < 0.5) note(`a picture on ${getComputedStyle(rect).fill}`);
  }
  return [...found].map(([what, count]) => `too pale, or too dark: ${what} (${count} times)`);
}

/** What a reader sees of the page: headings, tables and pictures, and which of them are hidden. */
export function visible() {
  const found = { counts: {}, hidden: [] };
  for (const name of ["h1, h2, h3, h4, h5, h6", "table", "svg", "caption", "figcaption"]) {
    const elements = [...document.querySelectorAll(name)];
    found.counts[name] = elements.length;
    for (const element of elements) {
      const box = element.getBoundingClientRect();
      const shown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
      if (!shown || box.width < 1 || box.height < 1) {
        found.hidden.push(`hidden: <${element.tagName.toLowerCase()}> ${element.textContent.trim().slice(0, 60)}`);
      }
    }
  }
  return found;
}

/** Anything that could act: scripts, handlers, frames, links that run. Also for a bare SVG. */
export function foreign() {
  const wrong = [];
  const scripts = [];
  if ("pwned" in window) wrong.push("a hostile text ran as a script");
  const names = ["iframe", "frame", "object", "embed", "base", "link", "form", "portal", "foreignobject", "parsererror"];
  for (const element of document.querySelectorAll("*")) {
    const name = element.localName.toLowerCase();
    if (name === "script") {
      if (element.hasAttribute("src") || element.hasAttribute("href")) wrong.push("a script from elsewhere");
      scripts.push(element.textContent);
    }
    if (names.includes(name)) wrong.push(`a <${name}>: ${element.outerHTML.slice(0, 120)}`);
    if (name === "meta" && /refresh/i.test(element.getAttribute("http-equiv") ?? "")) wrong.push("a meta refresh");
    for (const { name: key, value } of element.attributes) {
      if (/^on/i.test(key)) wrong.push(`the handler ${key} on <${name}>: ${value.slice(0, 60)}`);
      if (/(^|:)(href|src|srcset|action|formaction|data|poster)$/i.test(key) && !/^(#|data:image\/)/.test(value)) {
        wrong.push(`${key} leads out on <${name}>: ${value.slice(0, 60)}`);
      }
      if (key === "style" && /url\(/i.test(value)) wrong.push(`a style that loads on <${name}>: ${value.slice(0, 60)}`);
    }
  }
  if (scripts.length > 1) wrong.push(`${scripts.length} scripts instead of one at most`);
  // Control characters but tab and line feed, and those that turn the writing direction.
  const control = document.documentElement.outerHTML.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  if (control) wrong.push(`the character U+${control[0].codePointAt(0).toString(16).padStart(4, "0")} stands in the page`);
  return { wrong, script: scripts[0] ?? null };
}

/** Lists what Tab must reach, in the order of the page, and keeps it for `focused`. */
export function stops() {
  const wrong = [];
  const label = (element) => element.getAttribute("aria-label") ?? element.textContent.trim().replace(/\s+/g, " ");
  const short = (element) => `<${element.tagName.toLowerCase()}> ${label(element).slice(0, 60)}`;
  const wide = (element) => {
    const style = getComputedStyle(element);
    const can = (way) => way === "auto" || way === "scroll";
    return (can(style.overflowX) && element.scrollWidth > element.clientWidth)
      || (can(style.overflowY) && element.scrollHeight > element.clientHeight);
  };
  const active = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex^='-'])";
  const found = [...document.body.querySelectorAll("*")].filter((element) => {
    if (!element.checkVisibility()) return false;
    if (!wide(element)) return element.matches(active);
    // Chromium lets Tab reach a bare scroller; other browsers need to be told.
    if (!element.matches(active) && !element.querySelector(active)) wrong.push(`a region that scrolls without tabindex: ${short(element)}`);
    if (!element.getAttribute("aria-label") && !element.getAttribute("aria-labelledby")) wrong.push(`a region that scrolls without a name: ${short(element)}`);
    return true;
  });
  const look = (element) => {
    const { boxShadow, borderColor, backgroundColor, textDecoration } = getComputedStyle(element);
    return [boxShadow, borderColor, backgroundColor, textDecoration].join("|");
  };
  window.auditStops = { found, look, before: found.map(look), short };
  return { wrong, names: found.map(short) };
}

/** Which stop has the focus, and what is wrong with how that shows. */
export function focused() {
  const { found, look, before, short } = window.auditStops;
  const element = document.activeElement;
  const at = found.indexOf(element);
  if (at < 0) return { at, wrong: element === document.body ? [] : [`Tab reaches what is no stop: ${short(element)}`] };
  const wrong = [];
  const style = getComputedStyle(element);

  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const clear = (colour) => numbers(colour)[3] === 0 || colour === "transparent";
  const luminance = (colour) => {
    const [r, g, b] = numbers(colour).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  while (behind && clear(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  const ground = behind ? getComputedStyle(behind).backgroundColor : "rgb(255, 255, 255)";

  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  if (!outlined && look(element) === before[at]) wrong.push(`the focus does not show: ${short(element)}`);
  if (outlined && style.outlineStyle !== "auto") {
    const [one, other] = [luminance(style.outlineColor), luminance(ground)];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 3) wrong.push(`the focus has a contrast of ${contrast.toFixed(1)} only: ${short(element)}`);
  }
  const box = element.getBoundingClientRect();
  const inside = box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
  if (!inside || box.width < 1 || box.height < 1) wrong.push(`what has the focus is out of sight: ${short(element)}`);
  // What lies over other text must cover it.
  if (["absolute", "fixed"].includes(style.position) && clear(style.backgroundColor)) {
    const under = [...document.querySelectorAll("h1, h2, p, li, dt, dd, td, th")].find((other) => {
      const rect = other.getBoundingClientRect();
      return rect.left < box.right && rect.right > box.left && rect.top < box.bottom && rect.bottom > box.top;
    });
    if (under) wrong.push(`${short(element)} is written over ${short(under)}`);
  }
  return { at, wrong };
}

/** Whether buttons in the heads of columns sort, and fields above tables filter, and lose no row. */
export function comfort() {
  const wrong = [];
  for (const table of document.querySelectorAll("table")) {
    const name = table.caption?.textContent.trim().slice(0, 60);
    const rows = () => [...table.tBodies[0].rows].map((row) => row.textContent);
    const before = rows().sort().join("\n");
    for (const button of table.querySelectorAll("thead button")) {
      const head = button.closest("th");
      const order = ["ascending", "descending"].map((way) => {
        button.click();
        if (head.getAttribute("aria-sort") !== way) wrong.push(`${button.textContent} of ${name} does not sort ${way}`);
        return rows();
      });
      if (table.querySelectorAll("[aria-sort]").length > 1) wrong.push(`two columns of ${name} say that they are sorted`);
      if (order.some((some) => [...some].sort().join("\n") !== before)) wrong.push(`sorting ${name} loses rows`);
    }
  }
  const shown = () => [...document.querySelectorAll("tbody tr")].filter((row) => row.checkVisibility()).length;
  const all = shown();
  for (const field of document.querySelectorAll("input")) {
    if (!field.labels?.length && !field.getAttribute("aria-label")) wrong.push("a field without a label");
    const type = (text) => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    type("no row holds this");
    if (shown() >= all) wrong.push("a field filters nothing");
    type("");
    if (shown() !== all) wrong.push("rows that were filtered do not come back");
  }
  return wrong;
}
