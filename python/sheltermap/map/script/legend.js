// SPDX-License-Identifier: Apache-2.0
// The legend: symbols as they are drawn, each with a switch, and how many people a size is.
"use strict";

// What a view draws, in the legend's order: a key by which it is hidden, its symbol, its words and how many it is.
function legendEntries(page, view) {
  const entries = [];
  view.legend.forEach((category, kind) => {
    if (category.count) entries.push({ key: `rows/${kind}`, symbol: categorySymbol(category), text: category.label, count: category.count });
  });
  for (const layer of view.layers.filter((each) => each.role !== "rows" && each.size)) {
    for (const kind of [1, 0]) {
      const count = layer.kind.reduce((sum, each) => sum + (each === kind), 0);
      if (!count) continue;
      const text = layer.states ? `${layer.called}: ${layer.states[kind]}` : layer.called;
      const counted = layer.role === "facilities" ? count : null;
      entries.push({ key: hiddenKey(page, layer, kind), symbol: layerSymbol(layer, kind, page), text, count: counted });
    }
  }
  return entries;
}

function fillLegend(page, views, repaint) {
  const place = document.getElementById("legends");
  place.replaceChildren();
  for (const view of views) {
    if (views.length > 1) element("h3", view.step || view.title, place).dir = "auto";
    const list = element("ul", undefined, place, "legend");
    for (const { key, symbol, text, count } of legendEntries(page, view)) {
      const label = element("label", undefined, element("li", undefined, list));
      label.append(switchFor(!page.hidden.has(key), (on) => {
        if (on) page.hidden.delete(key);
        else page.hidden.add(key);
        for (const other of document.querySelectorAll(".legend input")) if (other.dataset.key === key) other.checked = on;
        repaint();
      }, key), symbolElement(symbol), " ");
      element("bdi", text, label);
      if (count !== null) label.append(" ", element("span", numberText(page, count), undefined, "count"));
    }
  }
}

function switchFor(on, changed, key) {
  const box = element("input");
  box.type = "checkbox";
  box.checked = on;
  box.dataset.key = key;
  box.addEventListener("change", () => changed(box.checked));
  return box;
}

// Three round numbers at most, as large as symbols of so many are at this zoom.
function fillSizes(page, view, zoom) {
  const place = document.getElementById("sizes");
  place.replaceChildren();
  const layer = view.layers.find((each) => each.role === "rows" && each.x.length);
  const symbols = layer && symbolsAt(layer, zoom);
  if (!symbols?.amount || !(symbols.largest > 1)) return;
  element("h3", layer.weight ? page.words.map_size_of_people : page.words.map_size_of_rows, place);
  const list = element("ul", undefined, place);
  for (const value of roundNumbers(symbols.largest)) {
    const radius = Math.max(SMALLEST, symbols.unit * Math.sqrt(value));
    const item = element("li", undefined, list);
    const symbol = { outline: OUTLINES.circle, fill: "none", stroke: "currentColor", width: (16 / 12) * (RADIUS / radius) };
    item.append(symbolElement(symbol, (16 * radius) / RADIUS), numberText(page, value));
  }
}

function roundNumbers(largest) {
  const step = 10 ** Math.floor(Math.log10(largest));
  const top = [5, 2, 1].find((factor) => factor * step <= largest) * step;
  return [top, top / 4, top / 20].map((value) => Math.round(value)).filter((value, at, all) => value >= 1 && all.indexOf(value) === at);
}
