// SPDX-License-Identifier: Apache-2.0
// Symbols: one outline for the legend and for the map, so that both look alike.
"use strict";
const SVG = "http://www.w3.org/2000/svg";
const OUTLINES = { // in a square of 16
  circle: "M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0Z",
  diamond: "M8 1.5 14.5 8 8 14.5 1.5 8Z",
  cross: "M3 5 5 3l3 3 3-3 2 2-3 3 3 3-2 2-3-3-3 3-2-2 3-3Z",
  square: "M2 2.5H14V13.5H2Z",
  triangle: "M8 2 14.5 13.8H1.5Z",
  line: "M1 8H15",
};
const RADIUS = 5.5; // of the circle in the square of 16

function categorySymbol({ marker, colour }) {
  return marker === "line"
    ? { outline: OUTLINES.line, fill: "none", stroke: colour, width: 2.4 }
    : { outline: OUTLINES[marker] || OUTLINES.cross, fill: colour, stroke: "#ffffff", width: 0.9 };
}

// Facilities that cannot be used are hollow, by day and by night.
function layerSymbol(layer, kind, { colours, dark }) {
  const [solid, clear] = dark ? ["#f2f4f6", "#15191d"] : [colours.facilities, "#ffffff"];
  switch (layer.role) {
    case "facilities": return kind
      ? { outline: OUTLINES.triangle, fill: solid, stroke: clear, width: 1 }
      : { outline: OUTLINES.triangle, fill: clear, stroke: solid, width: 1.8 };
    case "flows": return { outline: OUTLINES.line, fill: "none", stroke: colours.flows, width: 4 };
    case "water": return { outline: OUTLINES.square, fill: colours.water, stroke: colours.water, width: 1 };
    case "zones": return { outline: OUTLINES.square, fill: `${colours.zones}33`, stroke: colours.zones, width: 1 };
    default: return { outline: OUTLINES.square, fill: "none", stroke: "#8b8779", width: 1 };
  }
}

function symbolFor(page, view, layer, kind) {
  return layer.role === "rows" ? categorySymbol(view.legend[kind] || { marker: "cross", colour: "#000000" })
    : layerSymbol(layer, kind, page);
}

function symbolElement({ outline, fill, stroke, width }, size = 16) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 16 16", width: size, height: size, class: "symbol", "aria-hidden": "true" };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const path = document.createElementNS(SVG, "path");
  const drawn = { d: outline, fill, stroke, "stroke-width": width, "stroke-linejoin": "round" };
  for (const [name, value] of Object.entries(drawn)) path.setAttribute(name, value);
  svg.append(path);
  return svg;
}

// A symbol as a picture, `radius` pixels large, for a screen with `density` dots a pixel; made once.
const stamps = new Map();
function stamp(symbol, radius, density) {
  const tenth = Math.round(radius * 4) / 4;
  const key = `${symbol.outline}|${symbol.fill}|${symbol.stroke}|${tenth}|${density}`;
  if (!stamps.has(key)) stamps.set(key, stamped(symbol, tenth, density));
  return stamps.get(key);
}

function stamped(symbol, radius, density) {
  const scale = radius / RADIUS, side = 18 * scale; // a pixel of the square around it, for the border
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.max(1, Math.ceil(side * density));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.scale((canvas.width / side) * scale, (canvas.width / side) * scale);
  pen.translate(1, 1);
  const path = new Path2D(symbol.outline);
  pen.lineJoin = "round";
  if (symbol.fill !== "none") {
    pen.fillStyle = symbol.fill;
    pen.fill(path);
  }
  if (radius > 2.5 || symbol.fill === "none") {
    pen.lineWidth = symbol.width;
    pen.strokeStyle = symbol.stroke;
    pen.stroke(path);
  }
  return { canvas, side };
}
