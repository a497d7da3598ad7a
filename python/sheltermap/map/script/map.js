// SPDX-License-Identifier: Apache-2.0
// The map: what moves it, what is drawn on it and what is beside it meet here.
"use strict";
const PAPER = { width: 720, height: 520, density: 3 }; // a sheet of A4, upright, so that sizes are those of the legend

const dark = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const placeOf = (x, y) => L.latLng(L.Projection.SphericalMercator.unproject(L.point(2 * x - 1, 1 - 2 * y).multiplyBy(Math.PI * L.Projection.SphericalMercator.R)));

function leafletMap(words) {
  const map = L.map("map", {
    attributionControl: false, zoomControl: false, fadeAnimation: false, zoomSnap: 0, minZoom: 1, maxZoom: 20,
    zoomAnimation: !calm.matches, inertia: !calm.matches, wheelPxPerZoomLevel: 90, bounceAtZoomLimits: false,
  });
  L.control.zoom({ position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  L.control.scale({ maxWidth: 140, imperial: false, position: "bottomright" }).addTo(map);
  return map;
}

// How far the panel covers the map, from the left where it stands beside, from above where it lies over it.
function covered() {
  const panel = document.getElementById("panel").getBoundingClientRect();
  const beside = panel.right < innerWidth / 2;
  return { left: beside ? panel.right : 0, top: beside ? 0 : panel.bottom };
}

function fit(map, bounds, animate) {
  if (!bounds) {
    map.setView([0, 0], 1);
    return;
  }
  const [west, south, east, north] = bounds, { left, top } = covered();
  map.fitBounds([[south, west], [north, east]], {
    paddingTopLeft: [left + 30, top + 30], paddingBottomRight: [60, 40], maxZoom: 15, animate: animate && !calm.matches,
  });
}

function start(page) {
  const map = leafletMap(page.words);
  let shown = [], layers = [];
  page.hidden = new Set();
  page.dark = dark.matches;
  page.showsGround = page.ground.length > 0;
  document.body.className = "live";
  fit(map, page.views[0].bounds, false);

  const swipe = document.getElementById("swipe"), line = document.getElementById("line"), tip = document.getElementById("tip");
  const swiped = () => {
    const half = 14, from = half + (swipe.value / swipe.max) * (map.getSize().x - 2 * half); // the middle of its knob
    line.style.left = `${from}px`;
    layers[1]?.clip(from);
    return from;
  };
  const repaint = () => {
    for (const layer of layers) layer.repaint();
    fillSizes(page, shown[0], map.getZoom());
    document.body.dataset.drawn = "yes";
  };
  const fillList = placeList(page, (place, back) => openPlace(map, page, shown[0], place, back));
  const choose = viewControls(page, (views) => {
    for (const layer of layers) layer.remove();
    map.closePopup();
    shown = views;
    swipe.hidden = line.hidden = views.length < 2;
    layers = views.map((view) => new Painted(page, view).addTo(map));
    swiped();
    fillLegend(page, views, repaint);
    fillSizes(page, views[0], map.getZoom());
    setTimeout(() => fillList(views[0]));
  });
  swipe.addEventListener("input", swiped);

  const viewAt = (point) => (shown.length > 1 && point.x >= swiped() ? shown[1] : shown[0]);
  const hitsOn = (point, place) => {
    const at = map.project(place, 0).divideBy(256), view = viewAt(point);
    return { view, hits: hitsAt(page, view, at.x, at.y, map.getZoom()) };
  };
  const tell = (point, place, focus) => {
    const { view, hits } = hitsOn(point, place);
    if (!hits.length) return;
    const zoomIn = () => map.setView(place, map.getZoom() + 2);
    openPopup(map, page, place, popupContent(page, view, hits, zoomIn), { focus });
  };
  map.on("click", (event) => tell(event.containerPoint, event.latlng, false));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === map.getContainer()) tell(map.getSize().divideBy(2), map.getCenter(), true);
  });
  map.on("mousemove", (event) => {
    const { view, hits } = map.dragging.moving() ? { hits: [] } : hitsOn(event.containerPoint, event.latlng);
    map.getContainer().style.cursor = hits.length ? "pointer" : "";
    tip.hidden = !hits.length;
    if (!hits.length) return;
    tip.textContent = hoverText(page, view, hits);
    tip.style.left = `${Math.min(event.containerPoint.x + 14, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${event.containerPoint.y + 16}px`;
  });
  map.on("mouseout movestart", () => { tip.hidden = true; });
  map.on("movestart zoomstart", () => { delete document.body.dataset.drawn; });
  map.on("moveend", () => {
    remember(map, page);
    fillSizes(page, shown[0], map.getZoom());
    document.body.dataset.drawn = "yes";
  });
  map.on("resize", (event) => {
    if (!page.seen && event.newSize.x) fit(map, shown[0].bounds, false); // a frame that was hidden
    swiped();
  });
  dark.addEventListener("change", () => {
    page.dark = dark.matches;
    fillLegend(page, shown, repaint);
    repaint();
  });
  document.getElementById("all").addEventListener("click", () => fit(map, shown[0].bounds, true));
  const ground = document.getElementById("ground");
  ground.closest("label").hidden = !page.ground.length;
  ground.addEventListener("change", () => {
    page.showsGround = ground.checked;
    repaint();
  });
  const fold = document.getElementById("fold");
  fold.addEventListener("click", () => {
    const open = document.getElementById("panel").classList.toggle("open");
    fold.setAttribute("aria-expanded", open);
  });
  const onPaper = () => fillSizes(page, shown[0], paintPaper(page, shown[0]));
  addEventListener("beforeprint", onPaper);
  addEventListener("afterprint", () => fillSizes(page, shown[0], map.getZoom()));
  matchMedia("print").addEventListener("change", (event) => event.matches && onPaper());
  const arrive = () => {
    if (!arrival(page, (view) => view === shown[0] || choose(view), (place) => openPlace(map, page, shown[0], place))) return;
    for (const link of document.querySelectorAll("nav a")) link.hash = location.hash; // the other languages show it, too
  };
  addEventListener("hashchange", arrive);
  arrive();
  remember(map, page);
  performance.mark("drawn");
  document.body.dataset.drawn = "yes";
}

// Who comes by a link, as "#near/facilities/24.1,56.9", finds that view, and the place of that layer opened.
function arrival(page, show, open) {
  const [name, role, at] = location.hash.slice(1).split("/");
  const view = name && page.views.find((each) => each.name === name);
  if (!view) return false;
  show(view);
  const place = placeAt(view, role, at ?? "");
  if (place) open(place);
  return true;
}

// What is seen of the world beside the panel; on paper there is no panel, and the screen's map is gone.
function remember(map, page) {
  const { min, max } = map.getPixelBounds(), { left, top } = covered();
  const width = Math.max(1, max.x - min.x - left), height = Math.max(1, max.y - min.y - top);
  if (map.getSize().x) page.seen = { zoom: map.getZoom(), x: min.x + left + width / 2, y: min.y + top + height / 2, width, height };
}

// Near enough that the place is a symbol of its own, with its pop-up.
function openPlace(map, page, view, place, back) {
  const symbols = place.layer && place.row < place.layer.x.length ? place.layer : null;
  let zoom = Math.max(map.getZoom(), 12);
  while (symbols && zoom < FINEST && !symbolsAt(symbols, zoom).apart) zoom++;
  const at = placeOf(place.x, place.y);
  const { left, top } = covered();
  const middle = map.unproject(map.project(at, zoom).subtract([left / 2, top / 2]), zoom);
  map.setView(middle, zoom, { animate: false });
  let content = element("div");
  if (place.layer) content = popupContent(page, view, [{ layer: place.layer, rows: [place.row] }]);
  else element("h2", place.name, content).dir = "auto";
  openPopup(map, page, at, content, { back, focus: true });
}

// What was seen, on paper: always light, and as fine as a printer.
function paintPaper(page, view) {
  const canvas = document.getElementById("paper"), { width, height, density } = PAPER, { seen } = page;
  const larger = Math.min(width / seen.width, height / seen.height), zoom = seen.zoom + Math.log2(larger);
  canvas.width = width * density;
  canvas.height = height * density;
  const box = boxOf(zoom, seen.x * larger - width / 2, seen.y * larger - height / 2, width, height);
  paint(canvas.getContext("2d"), page, view, box, { density, dark: false, ground: page.showsGround });
  return zoom;
}

unpacked(document.getElementById("data").textContent.trim()).then(start).catch((error) => {
  document.body.className = "still"; // a browser too old: the picture
  console.info(String(error));
});
