// SPDX-License-Identifier: Apache-2.0
// Draws the page's data with MapLibre GL. Values of the data are only ever set as text, never as HTML.
"use strict";
(() => {
  const page = JSON.parse(document.getElementById("data").textContent);
  const { colours, words } = page;
  const DEGREE = 1e7; // as sheltermap.map.layers packs coordinates
  const LISTED = 6; // rows a pop-up tells about
  const AROUND = 4; // pixels around a click

  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const integers = (text) => new Int32Array(bytes(text)); // the format and every browser's machine are little-endian
  // Which of a few texts a row has is told in one byte, of many in four; -1 for none.
  const coded = (text, count) => (count > 127 ? integers(text) : new Int8Array(bytes(text)));

  function features(layer) {
    const { points } = layer;
    const lon = integers(points.lon), lat = integers(points.lat), row = integers(points.row);
    const category = new Uint8Array(bytes(points.category));
    const count = points.count ? integers(points.count) : null;
    const found = layer.shapes ? layer.shapes.features : [];
    for (let i = 0; i < row.length; i++) {
      found.push({
        type: "Feature",
        properties: { row: row[i], category: category[i], count: count ? count[i] : 1 },
        geometry: { type: "Point", coordinates: [lon[i] / DEGREE, lat[i] / DEGREE] },
      });
    }
    return { type: "FeatureCollection", features: found };
  }

  // An icon from a symbol of the legend, so that both look alike.
  function icon(svg, size) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const pen = canvas.getContext("2d");
    pen.scale(size / 16, size / 16);
    const shape = svg.firstElementChild;
    const of = (name) => shape.getAttribute(name);
    const path = new Path2D(of("d") || "");
    if (shape.tagName === "circle") path.arc(+of("cx"), +of("cy"), +of("r"), 0, 2 * Math.PI);
    pen.strokeStyle = of("stroke") || "#ffffff";
    pen.lineWidth = +of("stroke-width") || 1.2;
    pen.stroke(path);
    if (of("fill") !== "none") {
      pen.fillStyle = of("fill");
      pen.fill(path);
    }
    return pen.getImageData(0, 0, size, size);
  }

  function addIcons(map) {
    const scale = 3;
    for (const entry of document.querySelectorAll(".legend li")) {
      const box = entry.querySelector("input"), svg = entry.querySelector("svg");
      const name = box ? `category-${box.value}` : entry.id;
      if (name) map.addImage(name, icon(svg, 16 * scale), { pixelRatio: scale });
    }
  }

  const isPoint = ["in", ["geometry-type"], ["literal", ["Point", "MultiPoint"]]];
  const isPolygon = ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]];
  const byCategory = ["match", ["get", "category"],
    ...page.legend.flatMap((entry, number) => [number, entry.colour]), "#000000"];

  function shapeLayers(id, paint) {
    const source = id;
    return [
      { id: `${id}-fill`, type: "fill", source, filter: isPolygon, paint: { "fill-color": paint.fill, "fill-opacity": paint.opacity } },
      { id: `${id}-line`, type: "line", source, filter: ["!", isPoint], paint: { "line-color": paint.line, "line-width": paint.width } },
    ];
  }

  function pointLayer(id, image) {
    const layout = { "icon-image": image, "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": 0.9 };
    return { id: `${id}-point`, type: "symbol", source: id, filter: isPoint, layout };
  }

  // Circles as large as their groups; the smaller ones on top.
  function circleLayer(id) {
    const grown = ["interpolate", ["linear"], ["zoom"], 6, 2, 12, 5];
    const bySize = ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 2, 10, 4, 100, 16];
    const grouped = page.layers.some((layer) => layer.role === id && layer.points.count);
    return {
      id: `${id}-point`, type: "circle", source: id, filter: isPoint,
      layout: { "circle-sort-key": ["-", ["get", "count"]] },
      paint: { "circle-color": byCategory, "circle-radius": grouped ? bySize : grown, "circle-opacity": grouped ? 0.8 : 1 },
    };
  }

  const painters = {
    areas: (id) => shapeLayers(id, { fill: colours.land, opacity: 1, line: colours.border, width: 0.8 }),
    zones: (id) => shapeLayers(id, { fill: colours.zones, opacity: 0.15, line: colours.zones, width: 0.8 }),
    water: (id) => shapeLayers(id, { fill: colours.water, opacity: 0.75, line: colours.water, width: 0.8 }),
    flows: (id) => [{
      id: `${id}-line`, type: "line", source: id, layout: { "line-cap": "round" },
      paint: { "line-color": colours.flows, "line-width": ["max", 0.6, ["*", 9, ["/", ["get", "category"], 255]]] },
    }],
    facilities: (id) => [
      ...shapeLayers(id, { fill: colours.facilities, opacity: 0.1, line: colours.facilities, width: 1.4 }),
      pointLayer(id, "facility"),
    ],
    rows: (id) => [
      ...shapeLayers(id, { fill: byCategory, opacity: 0.7, line: byCategory, width: 1.2 }),
      page.crowded ? circleLayer(id) : pointLayer(id, ["concat", "category-", ["get", "category"]]),
    ],
  };

  function element(tag, text, parent) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  }

  function entry(layer, { row, category }) {
    const box = element("div");
    box.className = "entry";
    const said = layer.fields.map(({ label, texts, codes }) => ({ label, text: texts[codes[row]] }));
    element("h2", said[0].text ?? "–", box);
    if (layer.role === "rows") {
      const status = element("p", undefined, box);
      const swatch = element("span", undefined, status);
      swatch.className = "swatch";
      swatch.style.background = page.legend[category].colour;
      status.append(page.legend[category].label);
    } else {
      element("p", said[0].label, box).className = "count";
    }
    const list = element("dl", undefined, box);
    for (const { label, text } of said.slice(1)) {
      if (text === undefined) continue;
      element("dt", label, list);
      element("dd", text, list);
    }
    return box;
  }

  // What lies at a click: places before the areas and zones under them.
  function hits(map, { x, y }) {
    const all = map.queryRenderedFeatures([[x - AROUND, y - AROUND], [x + AROUND, y + AROUND]])
      .filter((hit) => hit.source in painters);
    const different = new Map(all.map((hit) => [`${hit.source}/${hit.properties.row}`, hit]));
    const found = [...different.values()];
    const places = found.filter((hit) => hit.source === "rows" || hit.source === "facilities");
    return places.length ? places : found;
  }

  function showPopup(map, event) {
    const found = hits(map, event.point);
    if (!found.length) return;
    const content = element("div");
    for (const hit of found.slice(0, LISTED)) {
      content.append(entry(page.layers.find((layer) => layer.role === hit.source), hit.properties));
    }
    if (found.length > LISTED) {
      element("p", words.and_more.replace("{count}", found.length - LISTED).trim(), content).className = "note";
    }
    new maplibregl.Popup({ maxWidth: "20rem" }).setLngLat(event.lngLat).setDOMContent(content).addTo(map);
  }

  function addLayers(map) {
    addIcons(map);
    for (const layer of page.layers) {
      for (const field of layer.fields) field.codes = coded(field.codes, field.texts.length);
      map.addSource(layer.role, { type: "geojson", data: features(layer) });
      for (const drawn of painters[layer.role](layer.role)) map.addLayer(drawn);
    }
  }

  function filterByLegend(map) {
    const boxes = [...document.querySelectorAll(".legend input")];
    const filters = Object.fromEntries(["rows-fill", "rows-line", "rows-point"].map((id) => [id, map.getFilter(id)]));
    const apply = () => {
      const shown = boxes.filter((box) => box.checked).map((box) => Number(box.value));
      const wanted = ["in", ["get", "category"], ["literal", shown]];
      for (const [id, filter] of Object.entries(filters)) map.setFilter(id, ["all", filter, wanted]);
      tellWhenDrawn(map);
    };
    for (const box of boxes) box.addEventListener("change", apply);
  }

  function fit(map, animate) {
    if (!page.bounds) return;
    const [west, south, east, north] = page.bounds;
    const panel = document.querySelector("aside").getBoundingClientRect();
    const beside = panel.right < innerWidth / 3 ? panel.right : 0;
    const padding = { top: 30, bottom: 40, left: beside + 30, right: 60 };
    map.fitBounds([[west, south], [east, north]], { padding, maxZoom: 15, animate });
  }

  // For whoever prints or tests the page: data-drawn is there when everything is.
  function tellWhenDrawn(map) {
    delete document.body.dataset.drawn;
    map.once("idle", () => { document.body.dataset.drawn = "yes"; });
  }

  function start() {
    document.body.className = "live";
    const map = new maplibregl.Map({
      container: "map",
      style: { version: 8, sources: {}, layers: [] },
      attributionControl: false, renderWorldCopies: false, fadeDuration: 0, maxPitch: 0, dragRotate: false,
      locale: {
        "NavigationControl.ZoomIn": words.zoom_in, "NavigationControl.ZoomOut": words.zoom_out,
        "Popup.Close": words.close, "Map.Title": words.map,
      },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibregl.ScaleControl({ maxWidth: 140 }), "bottom-left");
    fit(map, false);
    map.on("load", () => {
      addLayers(map);
      filterByLegend(map);
      tellWhenDrawn(map);
    });
    map.on("click", (event) => showPopup(map, event));
    map.on("mousemove", (event) => { map.getCanvas().style.cursor = hits(map, event.point).length ? "pointer" : ""; });
    document.getElementById("all").addEventListener("click", () => fit(map, true));
  }

  try {
    start();
  } catch (error) {
    document.body.className = "still"; // no WebGL: the picture
    console.info(String(error));
  }
})();
