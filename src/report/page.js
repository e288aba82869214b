// Comfort only: the page reads the same without it. Columns sort when their head is pressed, and
// long tables get a field that keeps the rows that hold a text.
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  if (rows.length < 2) continue;
  const text = (row, at) => (row.cells[at] ? row.cells[at].textContent.trim() : "");
  const number = (value) => {
    const found = value.replace(/\u2212/g, "-").replace(/,/g, "").match(/^[<>+]*\s*(-?\d+(\.\d+)?)/);
    return found ? Number(found[1]) : NaN;
  };
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const order = (left, right) => {
        const [a, b] = [text(left, at), text(right, at)];
        const [x, y] = [number(a), number(b)];
        if (Number.isNaN(x) || Number.isNaN(y)) {
          return Number.isNaN(x) === Number.isNaN(y) ? a.localeCompare(b) : Number.isNaN(x) ? 1 : -1;
        }
        return x - y;
      };
      rows.sort((left, right) => (up ? order(left, right) : order(right, left)));
      body.append(...rows);
    });
  });
  if (rows.length < 12) continue;
  const label = document.createElement("label");
  label.className = "filter";
  const field = document.createElement("input");
  field.type = "search";
  label.append("Rows with ", field);
  table.parentElement.before(label);
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}
