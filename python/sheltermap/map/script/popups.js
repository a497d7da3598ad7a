// SPDX-License-Identifier: Apache-2.0
// Pop-ups and the words beside the pointer. Values of the data are only ever set as text, never as HTML.
"use strict";
const LISTED = 6; // rows a pop-up tells about

function element(tag, text, parent, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  if (parent) parent.append(made);
  return made;
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// As `number` of sheltermap.base.texts writes it.
function numberText(page, value) {
  const text = Number.isInteger(value) || value >= 1000 ? String(Math.round(value)) : value.toFixed(1);
  return text.replace(".", page.decimal).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

const nameOf = (page, layer, row) => layer.fields[0]?.said(row) || page.words.map_no_name;

function statusOf(page, view, layer, row) {
  if (layer.role === "rows") return view.legend[layer.category[row]]?.label ?? "";
  return layer.fields[0]?.label ?? layer.called;
}

function entry(page, view, layer, row) {
  const box = element("div", undefined, undefined, "entry");
  element("h2", nameOf(page, layer, row), box).dir = "auto";
  const status = element("p", undefined, box, layer.role === "rows" ? "" : "count");
  if (layer.role === "rows") status.append(symbolElement(symbolFor(page, view, layer, layer.kind[row]), 13));
  status.append(statusOf(page, view, layer, row));
  const list = element("dl", undefined, box);
  for (const { label, said } of layer.fields.slice(1)) {
    const text = said(row);
    if (text === null) continue;
    element("dt", label, list).dir = "auto";
    element("dd", text, list).dir = "auto";
  }
  return box;
}

// Of a symbol that stands for many rows: how many and what they are, and the largest of them.
function groupEntry(page, view, { layer, rows }, zoomIn) {
  const box = element("div", undefined, undefined, "entry");
  element("h2", filled(page.words.rows_together, { count: numberText(page, rows.length) }), box);
  const status = element("p", undefined, box);
  status.append(symbolElement(symbolFor(page, view, layer, layer.kind[rows[0]]), 13), statusOf(page, view, layer, rows[0]));
  if (layer.weight) {
    const people = rows.reduce((sum, row) => sum + (layer.weight[row] > 0 ? layer.weight[row] : 0), 0);
    const list = element("dl", undefined, box);
    element("dt", page.words.people, list);
    element("dd", numberText(page, people), list);
  }
  const first = layer.weight ? [...rows].sort((one, other) => layer.weight[other] - layer.weight[one]) : rows;
  const names = element("ul", undefined, box, "members");
  for (const row of first.slice(0, LISTED)) element("li", nameOf(page, layer, row), names).dir = "auto";
  const nearer = element("button", page.words.map_zoom_here, box);
  nearer.type = "button";
  nearer.addEventListener("click", zoomIn);
  return box;
}

function popupContent(page, view, hits, zoomIn) {
  const content = element("div");
  for (const hit of hits.slice(0, LISTED)) {
    content.append(hit.rows.length > 1 ? groupEntry(page, view, hit, zoomIn) : entry(page, view, hit.layer, hit.rows[0]));
  }
  if (hits.length > LISTED) {
    element("p", filled(page.words.and_more, { count: numberText(page, hits.length - LISTED) }).trim(), content, "note");
  }
  return content;
}

// A dialogue beside its place; `back` gets the focus when it is closed from the keyboard.
function openPopup(map, page, place, content, { back, focus }) {
  const close = element("button", "×", undefined, "popup-close");
  close.type = "button";
  close.setAttribute("aria-label", page.words.close);
  const dialogue = element("div", undefined, undefined, "dialogue");
  dialogue.setAttribute("role", "dialog");
  dialogue.setAttribute("aria-label", content.querySelector("h2").textContent);
  dialogue.tabIndex = -1;
  dialogue.append(close, content);
  const { left, top } = covered();
  const room = { autoPanPaddingTopLeft: [left + 20, top + 20], autoPanPaddingBottomRight: [60, 20] };
  const popup = L.popup({ closeButton: false, maxWidth: Math.min(320, innerWidth - 80), minWidth: 160, ...room });
  const shut = () => {
    map.closePopup(popup);
    (back ?? map.getContainer()).focus({ preventScroll: true });
  };
  close.addEventListener("click", shut);
  dialogue.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    shut();
  });
  popup.setLatLng(place).setContent(dialogue).openOn(map);
  if (focus) dialogue.focus({ preventScroll: true });
}

// The name of what the pointer is on.
function hoverText(page, view, hits) {
  const { layer, rows } = hits[0];
  const name = rows.length > 1 ? filled(page.words.rows_together, { count: numberText(page, rows.length) }) : nameOf(page, layer, rows[0]);
  const status = layer.role === "rows" ? statusOf(page, view, layer, rows[0]) : "";
  return status ? `${name.slice(0, 80)} – ${status}` : name.slice(0, 80);
}
