// SPDX-License-Identifier: Apache-2.0
// Sorts the places of the page by their distance from where somebody is. Nothing of that leaves the device.
"use strict";
(() => {
  const get = (id) => document.getElementById(id);
  const list = get("cards");
  if (!list) return;
  const SHOWN = 10;
  const RADIUS_M = 6371008.8;
  const cards = [...list.children];
  const names = JSON.parse(get("names").textContent);
  const plain = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const place = (card) => {
    const found = (card.dataset.lonlat || "").split(" ").map(Number);
    return found.length === 2 ? found : null;
  };

  // What can be searched for: names of the base map, areas, and what the cards say.
  const known = names.map(([name, x, y]) => ({ name, key: plain(name), at: [x, y] }));
  for (const card of cards) {
    const at = place(card);
    if (!at) continue;
    for (const each of card.querySelectorAll("h3, dd:first-of-type")) {
      const name = each.textContent.trim();
      if (name && !each.querySelector("[lang]")) known.push({ name, key: plain(name), at });
    }
  }
  const offered = new Set();
  for (const { name } of known) {
    if (offered.has(name) || offered.size >= 2000) continue;
    offered.add(name);
    const option = document.createElement("option");
    option.value = name;
    get("known").append(option);
  }

  const radians = (degrees) => (degrees * Math.PI) / 180;
  const distance = ([x, y], [east, north]) => {
    const half =
      Math.sin(radians(north - y) / 2) ** 2 +
      Math.cos(radians(y)) * Math.cos(radians(north)) * Math.sin(radians(east - x) / 2) ** 2;
    return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)));
  };
  const written = (metres) => {
    if (metres < 1000) return `${Math.round(metres / 10) * 10} m`;
    const km = metres < 100000 ? (metres / 1000).toFixed(1) : String(Math.round(metres / 1000));
    return `${km.replace(".", document.body.dataset.mark)} km`;
  };

  let from = null;
  let all = false;
  const show = () => {
    const wanted = get("step-free") && get("step-free").checked;
    const rows = cards.map((card, at) => {
      const there = place(card);
      return { card, at, metres: from && there ? distance(from, there) : null };
    });
    rows.sort((one, other) => {
      if (!from) return one.at - other.at;
      if (one.metres === null || other.metres === null) return (one.metres === null) - (other.metres === null) || one.at - other.at;
      return one.metres - other.metres || one.at - other.at;
    });
    let shown = 0;
    let more = 0;
    for (const { card, metres } of rows) {
      const far = card.querySelector(".far");
      far.hidden = metres === null;
      far.textContent = metres === null ? "" : written(metres);
      const fits = !wanted || "stepFree" in card.dataset;
      card.hidden = !fits || (from !== null && !all && shown >= SHOWN);
      if (fits) {
        if (card.hidden) more += 1;
        else shown += 1;
      }
    }
    list.append(...rows.map((each) => each.card));
    get("all").hidden = more === 0;
  };
  const say = (id, name = "") => {
    const said = get(id).content.cloneNode(true);
    for (const each of said.querySelectorAll("p, span")) {
      for (const node of each.childNodes) {
        if (node.nodeType === Node.TEXT_NODE) node.data = node.data.replace("{place}", () => name);
      }
    }
    get("said").replaceChildren(said);
  };
  const goTo = (at, name) => {
    from = at;
    all = false;
    show();
    say("say-near", name);
  };

  // 56.95, 24.10 – or 56,95 24,10: north first, as maps on telephones write it.
  const COORDINATES = /^\s*([+-]?\d{1,3}(?:[.,]\d{1,10})?)\s*°?\s*[,;\s]\s*([+-]?\d{1,3}(?:[.,]\d{1,10})?)\s*°?\s*$/;
  const coordinates = (text) => {
    const found = COORDINATES.exec(text);
    if (!found) return null;
    const [north, east] = [found[1], found[2]].map((each) => Number(each.replace(",", ".")));
    return Math.abs(north) <= 90 && Math.abs(east) <= 180 ? [east, north] : null;
  };
  const named = (text) => {
    const key = plain(text);
    if (!key) return null;
    return (
      known.find((each) => each.key === key) ||
      known.find((each) => each.key.startsWith(key)) ||
      known.find((each) => ` ${each.key}`.includes(` ${key}`)) ||
      null
    );
  };

  get("ask").hidden = false;
  get("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = get("where").value;
    const at = coordinates(text);
    if (at) return goTo(at, text.trim());
    const found = named(text);
    return found ? goTo(found.at, found.name) : say("say-not-found");
  });
  get("here").addEventListener("click", () => {
    if (!navigator.geolocation) return say("say-no-position");
    return navigator.geolocation.getCurrentPosition(
      ({ coords }) => goTo([coords.longitude, coords.latitude], `${coords.latitude.toFixed(4)}, ${coords.longitude.toFixed(4)}`),
      () => say("say-no-position"),
      { timeout: 15000, maximumAge: 60000 },
    );
  });
  get("all").addEventListener("click", () => {
    all = true;
    show();
  });
  if (get("step-free")) get("step-free").addEventListener("change", show);
  for (const each of document.querySelectorAll("input[name=lang]")) each.addEventListener("change", show);
})();
