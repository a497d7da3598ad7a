// SPDX-License-Identifier: Apache-2.0
// The list of places beside the map: searched, sorted, and each opened from the keyboard as from the map.
"use strict";
const LISTED_AT_ONCE = 40;
const COLLATED = 20000; // names that are sorted as the language does; more of them by their letters

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// Everything of a view that has a name, and the base map's places, which are found but not listed.
function placesOf(page, view) {
  const found = [];
  for (const layer of view.layers) {
    if (layer.role === "flows" || (layer.role === "rows" && layer.count)) continue;
    const middles = layer.shapes.map((shape) => [(shape.west + shape.east) / 2, (shape.north + shape.south) / 2]);
    for (let row = 0; row < layer.size; row++) {
      const name = layer.fields[0]?.said(row);
      if (!name) continue;
      const [x, y] = row < layer.x.length ? [layer.x[row], layer.y[row]] : middles[row - layer.x.length];
      found.push({ name, x, y, layer, row, people: layer.weight ? layer.weight[row] : NaN });
    }
  }
  for (const layer of page.ground.filter((each) => each.class === "places")) {
    for (let i = 0; i < layer.x.length; i++) {
      if (layer.said(i)) found.push({ name: layer.said(i), x: layer.x[i], y: layer.y[i], people: NaN, rank: layer.rank[i] });
    }
  }
  return found;
}

function sortedPlaces(places, how) {
  if (how === "people") {
    const size = ({ people }) => (people >= 0 ? people : -1);
    return [...places].sort((one, other) => size(other) - size(one));
  }
  if (places.length > COLLATED) return [...places].sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  return [...places].sort((one, other) => order.compare(one.name, other.name));
}

// The row nearest to a place that a link tells as "degrees east,degrees north", in the layers of a role; the shape that
// it lies in is nearest.
function placeAt(view, role, told) {
  const [lon, lat] = told.split(",").map(Number);
  if (!Number.isFinite(lon) || !Number.isFinite(lat)) return null;
  const x = lon / 360 + 0.5, y = northing(lat);
  let found = null, least = Infinity;
  const offer = (layer, row, away) => {
    if (away < least) [found, least] = [{ x, y, layer, row }, away];
  };
  for (const layer of view.layers.filter((each) => each.role === role)) {
    for (let row = 0; row < layer.x.length; row++) offer(layer, row, Math.hypot(layer.x[row] - x, layer.y[row] - y));
    for (const shape of layer.shapes) {
      const away = () => Math.min(...shape.parts.map((part) => distanceTo(part, x, y)));
      offer(layer, shape.row, isNear(shape, x, y, 0) ? 0 : away());
    }
  }
  return found;
}

// Names that begin so, then those with a word that does, then those that have it anywhere.
function foundPlaces(places, asked) {
  const wanted = folded(asked.trim());
  if (!wanted) return places.filter((place) => place.layer);
  const ranks = [[], [], []];
  for (const place of places) {
    const at = (place.folded ??= folded(place.name)).indexOf(wanted);
    if (at >= 0) ranks[at === 0 ? 0 : /[\p{L}\p{N}]/u.test(place.folded[at - 1]) ? 2 : 1].push(place);
  }
  return ranks.flat();
}

// Fills the list and keeps it; `open` is called with a place and the button it was chosen by.
function placeList(page, open) {
  const asked = document.getElementById("find"), how = document.getElementById("sorted"), list = document.getElementById("list");
  const told = document.getElementById("found"), more = document.getElementById("more");
  let view, places = [], found = [], shown = 0;

  const add = () => {
    for (const place of found.slice(shown, shown + LISTED_AT_ONCE)) list.append(listed(page, view, place, open));
    shown = list.children.length;
    more.hidden = shown >= found.length;
  };
  const fill = () => {
    found = foundPlaces(places, asked.value);
    list.replaceChildren();
    shown = 0;
    add();
    told.textContent = filled(page.words.map_places_found, { count: numberText(page, found.length) });
  };
  const sort = () => {
    places = sortedPlaces(places, how.value);
    fill();
  };
  asked.addEventListener("input", fill);
  how.addEventListener("change", sort);
  more.textContent = page.words.map_places_more;
  more.addEventListener("click", () => {
    const next = shown;
    add();
    list.children[next].querySelector("button").focus();
  });
  asked.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && found.length) open(found[0], asked);
    if (event.key === "ArrowDown" && found.length) list.querySelector("button").focus();
    if (event.key === "Enter" || event.key === "ArrowDown") event.preventDefault();
  });
  list.addEventListener("keydown", (event) => {
    const here = document.activeElement.closest("li");
    const to = { ArrowDown: here?.nextElementSibling, ArrowUp: here?.previousElementSibling }[event.key];
    if (event.key === "ArrowUp" && !to) asked.focus();
    to?.querySelector("button").focus();
    if (event.key.startsWith("Arrow")) event.preventDefault();
  });
  return (next) => {
    view = next;
    places = placesOf(page, view);
    const weighed = places.some((place) => place.people >= 0);
    document.getElementById("sorting").hidden = !weighed;
    how.value = weighed ? "people" : "name";
    sort();
  };
}

function listed(page, view, place, open) {
  const item = element("li"), button = element("button", undefined, item);
  button.type = "button";
  if (place.layer) button.append(symbolElement(symbolFor(page, view, place.layer, place.layer.kind[place.row]), 13));
  element("bdi", place.name, button);
  if (place.people >= 0) element("span", numberText(page, Math.round(place.people)), button, "count");
  button.addEventListener("click", () => open(place, button));
  return item;
}
