// SPDX-License-Identifier: Apache-2.0
// What a page does beside standing there: the language of the document, folding, sorting, saving tables. Without it
// everything can be read all the same.
"use strict";
(() => {
  const root = document.documentElement;
  const all = (what, within = document) => [...within.querySelectorAll(what)];

  // Texts, as they are read in the language shown.
  const said = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
    if (node.hasAttribute("lang") && node.lang !== root.lang) return "";
    return [...node.childNodes].map(said).join("");
  };
  const read = (node) => said(node).replace(/\s+/g, " ").trim();

  // Tables that need no scrolling are no stop for the keyboard.
  const fit = () => {
    for (const each of all(".scroll")) {
      if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
      else each.removeAttribute("tabindex");
    }
  };
  const watched = new ResizeObserver(fit);
  all(".scroll, .scroll table").forEach((each) => watched.observe(each));

  // The language.
  const choices = all("input[name=lang]");
  const beside = all("a.beside");
  const choose = () => {
    const chosen = choices.find((each) => each.checked);
    if (!chosen) return;
    root.lang = chosen.value;
    document.body.dataset.mark = chosen.dataset.mark;
    document.title = chosen.dataset.title;
    for (const link of beside) link.setAttribute("href", chosen.dataset.beside + link.hash);
    fit();
  };
  choices.forEach((each) => each.addEventListener("change", choose));

  // Sections that fold; who comes by a link finds the place open.
  const folded = all("section > details");
  const setAll = (open) => folded.forEach((each) => (each.open = open));
  document.getElementById("open-all").addEventListener("click", () => setAll(true));
  document.getElementById("close-all").addEventListener("click", () => setAll(false));
  document.querySelector(".folds").hidden = folded.length < 2;
  const arrive = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (choices.includes(target)) {
      target.checked = true;
      choose();
      return;
    }
    for (let each = target; each; each = each.parentElement) if (each.matches("details")) each.open = true;
    const own = target.querySelector(":scope > details");
    if (own) own.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", arrive);

  // Long tables.
  const unfold = (table, open) => {
    table.classList.toggle("short", !open);
    table.querySelector(".more button").setAttribute("aria-expanded", String(open));
  };
  const long = all(".table.long");
  for (const table of long) {
    table.querySelector(".more").hidden = false;
    unfold(table, false);
    table.querySelector(".more button").addEventListener("click", () => {
      unfold(table, table.classList.contains("short"));
    });
  }

  // What a cell is worth: its number, else its text; nothing comes last in either direction.
  const written = (text) => {
    const digits = text.replace(/[\s\u202f]/g, "").replace(document.body.dataset.mark, ".").replace(/^[^\d+\u2212-]+/, "");
    return Number.parseFloat(digits.replace("\u2212", "-"));
  };
  const worth = (cell) => {
    if (!cell) return null;
    if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
    const rect = cell.querySelector(".bar rect");
    if (rect) return Number.parseFloat(rect.getAttribute("width"));
    const text = read(cell);
    if (text === "" || text === "\u2013") return null;
    const number = cell.classList.contains("n") ? written(text) : Number.NaN;
    return Number.isNaN(number) ? text : number;
  };
  const compare = (one, other) => {
    if (typeof one === "number" && typeof other === "number") return one - other;
    if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
    return one.localeCompare(other, root.lang, { numeric: true });
  };
  const sort = (table, at, direction) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, key: worth(row.cells[at]), was: Number(row.dataset.was) }));
    rows.sort((one, other) => {
      if (direction === 0) return one.was - other.was;
      if (one.key === null || other.key === null) return (one.key === null) - (other.key === null) || one.was - other.was;
      return direction * compare(one.key, other.key) || one.was - other.was;
    });
    body.append(...rows.map((each) => each.row));
  };
  for (const table of all(".table table")) {
    [...table.tBodies[0].rows].forEach((row, at) => (row.dataset.was = at));
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      if (table.tBodies[0].rows.length < 2 || read(head) === "") return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: null }[head.getAttribute("aria-sort")];
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        const order = next === undefined ? "ascending" : next;
        if (order) head.setAttribute("aria-sort", order);
        sort(table, at, order === "ascending" ? 1 : order === "descending" ? -1 : 0);
      });
    });
  }

  // Tables as CSV: numbers as numbers with the language's mark, what a spreadsheet would run as a text.
  const FORMULA = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
  const csvCell = (cell, mark) => {
    const text = read(cell);
    if (cell.dataset.value !== undefined) return cell.dataset.value.replace(".", mark);
    if (cell.classList.contains("n") && text === "\u2013") return "";
    return FORMULA.test(text) ? `'${text}` : text;
  };
  const csv = (table) => {
    const mark = document.body.dataset.mark;
    const separator = mark === "," ? ";" : ",";
    const kept = (cell) => !cell.classList.contains("b");
    const bars = [...table.tBodies[0].rows[0].cells].map((cell) => !kept(cell));
    const quoted = (text) => (/["\r\n;,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const head = [...table.tHead.rows[0].cells].map((cell) => {
      const unit = cell.dataset.unit;
      return csvCell(cell, mark) + (unit ? ` (${unit})` : "");
    });
    const rows = [...table.tBodies, table.tFoot].flatMap((part) => (part ? [...part.rows] : []));
    const lines = [head, ...rows.map((row) => [...row.cells].map((cell) => (kept(cell) ? csvCell(cell, mark) : "")))];
    return lines.map((line) => line.filter((_, at) => !bars[at]).map(quoted).join(separator)).join("\r\n") + "\r\n";
  };
  const save = (name, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };
  const model = document.getElementById("save");
  for (const part of all(".table")) {
    const table = part.querySelector("table");
    if (!table) continue;
    const own = part.querySelector("template"); // of a table that has more rows than stand here
    part.prepend((own || model).content.cloneNode(true));
    const button = part.firstElementChild;
    const label = table.getAttribute("aria-labelledby");
    if (label) button.setAttribute("aria-describedby", label);
    const section = part.closest("section[id]");
    const name = [section && section.id, part.dataset.name].filter(Boolean).join("-");
    button.addEventListener("click", () => save(`${name}.csv`, csv(table)));
  }

  // On paper everything is open, and nothing lies beside it.
  let closed = [], addresses = [];
  window.addEventListener("beforeprint", () => {
    closed = folded.filter((each) => !each.open);
    setAll(true);
    addresses = beside.map((link) => link.getAttribute("href"));
    for (const link of beside) link.removeAttribute("href");
  });
  window.addEventListener("afterprint", () => {
    closed.forEach((each) => (each.open = false));
    beside.forEach((link, at) => link.setAttribute("href", addresses[at]));
  });

  choose();
  if (location.hash) arrive();
})();
