// SPDX-License-Identifier: Apache-2.0
// The base map: its colours, its lines by class and zoom, and names that do not cover each other.
"use strict";
const LIGHT = {
  paper: "#fdfcf9", land: "#f4f2ec", border: "#b9b3a2", woods: "#dfe8d6", built_up: "#e9e5de", water: "#c9dfee",
  waterways: "#aecde2", railways: "#bdb8b4", streets: "#ffffff", casing: "#d3cdc0", boundaries: "#a39db0",
  ink: "#2f3a45", halo: "#faf8f3", river: "#35688f",
};
const DARK = {
  paper: "#15191d", land: "#20252a", border: "#565d64", woods: "#222e27", built_up: "#292e33", water: "#1a3244",
  waterways: "#27506b", railways: "#4b5157", streets: "#454c54", casing: "#181b1f", boundaries: "#6f6885",
  ink: "#d9dfe5", halo: "#15191d", river: "#8fbcdc",
};
const SMALL = 0.7; // pixels that a line may leave out
// By rank from 1: from which zoom a street is drawn, and how wide at zoom 12.
const CASED = 1.8; // pixels from which a street has an edge; a line of one pixel is drawn ten times as quickly
const STREETS = [[0, 3.2], [7, 2.8], [8.5, 2.3], [10, 1.8], [11.5, 1.4], [13, 0.9], [14, 0.7], [14.5, 0.6], [15, 0.6]];
const ABOVE = 11; // pixels between a town and its name, so that what stands in the town is seen
const NAMED_FROM = [0, 7, 9.5, 11.5, 12.5, 13, 13.5, 14, 14.5]; // by rank of a place
const NAME_SIZE = [15, 13.5, 12.5, 11.5, 11, 11, 11, 11, 11];

const meets = (shape, box) => shape.east >= box.west && shape.west <= box.east && shape.south >= box.north && shape.north <= box.south;
const across = (shape, box) => Math.max(shape.east - shape.west, shape.south - shape.north) * box.scale;

// Adds a part to the pen's path, without vertices that no one would see.
function trace(pen, { x, y, kind, from, to }, { scale, left, top }) {
  let lastX = x[from] * scale - left, lastY = y[from] * scale - top;
  pen.moveTo(lastX, lastY);
  for (let i = from + 1; i < to; i++) {
    const nowX = x[i] * scale - left, nowY = y[i] * scale - top;
    if (Math.abs(nowX - lastX) < SMALL && Math.abs(nowY - lastY) < SMALL && i < to - 1) continue;
    pen.lineTo((lastX = nowX), (lastY = nowY));
  }
  if (kind !== LINE) pen.closePath();
}

function paintGround(pen, ground, box, palette) {
  for (const layer of ground) {
    const shown = layer.shapes.filter((shape) => meets(shape, box));
    if (["land", "woods", "built_up", "water"].includes(layer.class)) paintAreas(pen, shown, box, palette[layer.class]);
    else if (layer.class === "streets") paintStreets(pen, layer, shown, box, palette);
    else if (layer.class !== "places") paintLines(pen, layer, shown, box, palette);
  }
}

function paintAreas(pen, shapes, box, colour) {
  pen.fillStyle = colour;
  for (const shape of shapes) {
    if (across(shape, box) < 1) continue;
    pen.beginPath();
    for (const part of shape.parts) trace(pen, part, box);
    pen.fill("evenodd");
  }
}

function paintLines(pen, layer, shapes, box, palette) {
  pen.beginPath();
  for (const shape of shapes) for (const part of shape.parts) trace(pen, part, box);
  pen.strokeStyle = palette[layer.class];
  pen.lineWidth = layer.class === "waterways" ? Math.min(3, Math.max(0.7, (box.zoom - 7) / 3)) : 1;
  pen.setLineDash(layer.class === "boundaries" ? [6, 3] : layer.class === "railways" ? [5, 2] : []);
  pen.stroke();
  pen.setLineDash([]);
}

function paintStreets(pen, layer, shapes, box, palette) {
  const byRank = STREETS.map(() => []);
  for (const shape of shapes) byRank[layer.rank[shape.row] - 1].push(shape);
  const drawn = byRank.map((streets, at) => {
    const [from, width] = STREETS[at];
    if (box.zoom < from) return null;
    const path = new Path2D();
    for (const street of streets) for (const part of street.parts) trace(path, part, box);
    return { path, width: Math.min(14, width * 2 ** ((box.zoom - 12) / 2)) };
  }).filter(Boolean).reverse();
  pen.lineCap = pen.lineJoin = "round";
  const stroke = (street, colour, width) => {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke(street.path);
  };
  const wide = drawn.filter((street) => street.width >= CASED);
  for (const street of drawn) if (street.width < CASED) stroke(street, palette.casing, street.width < 0.7 ? 0.6 : 1);
  for (const street of wide) stroke(street, palette.casing, street.width + 1.4);
  for (const street of wide) stroke(street, palette.streets, street.width);
}

// Letters that turn the direction of others, and those that are none, have no place in a name.
const plain = (name) => name.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "").slice(0, 60);

// Names of places, then of areas, then of streets and water; what would cover a name that is there is left out.
function paintNames(pen, ground, areas, box, palette) {
  const taken = [];
  const font = (size, weight) => `${weight} ${size}px system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif`;
  const write = (text, x, y, { size, weight = 400, colour = palette.ink, angle = 0, within = Infinity }) => {
    pen.font = font(size, weight);
    const width = pen.measureText(text).width;
    if (width > within) return;
    const high = Math.abs(Math.sin(angle)) * width + size + 4, wide = Math.abs(Math.cos(angle)) * width + 8;
    const place = { west: x - wide / 2, east: x + wide / 2, north: y - high / 2, south: y + high / 2 };
    if (place.east < 0 || place.west > box.width || place.south < 0 || place.north > box.height) return;
    if (taken.some((other) => meets(other, place))) return;
    taken.push(place);
    pen.save();
    pen.translate(x, y);
    pen.rotate(angle);
    pen.strokeText(text, 0, 0);
    pen.fillStyle = colour;
    pen.fillText(text, 0, 0);
    pen.restore();
  };
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 3;
  pen.strokeStyle = palette.halo;
  const at = (x, y) => [x * box.scale - box.left, y * box.scale - box.top];
  for (const { x, y, name, rank } of namesOfPlaces(ground, box)) {
    const [right, down] = at(x, y);
    write(name, right, down - ABOVE, { size: NAME_SIZE[rank - 1], weight: rank < 3 ? 600 : 400 });
  }
  for (const shape of areas) {
    const middle = [(shape.west + shape.east) / 2, (shape.north + shape.south) / 2];
    write(shape.name, ...at(...middle), { size: 11.5, within: 1.1 * (shape.east - shape.west) * box.scale });
  }
  if (box.zoom >= 13.5) {
    for (const layer of ground.filter((each) => each.class === "streets" || each.class === "waterways")) {
      const colour = layer.class === "streets" ? palette.ink : palette.river;
      for (const { name, x, y, angle, length } of namesOfLines(layer, box)) {
        write(name, x, y, { size: 10.5, angle, within: length, colour });
      }
    }
  }
}

function namesOfPlaces(ground, box) {
  const found = [];
  for (const layer of ground.filter((each) => each.class === "places")) {
    for (let i = 0; i < layer.x.length; i++) {
      const rank = layer.rank[i], x = layer.x[i], y = layer.y[i];
      if (box.zoom < NAMED_FROM[rank - 1] || x < box.west || x > box.east || y < box.north || y > box.south) continue;
      const name = layer.said(i);
      if (name) found.push({ x, y, rank, name: plain(name) });
    }
  }
  return found.sort((one, other) => one.rank - other.rank);
}

// A name stands at the longest straight piece of its line, the right way up.
function namesOfLines(layer, box) {
  const found = [], written = new Set();
  for (const shape of layer.shapes) {
    const name = layer.said(shape.row);
    if (!name || !meets(shape, box) || across(shape, box) < 40 || written.has(name)) continue;
    const piece = longestPiece(shape, box);
    if (piece.length < 40) continue;
    written.add(name);
    found.push({ name: plain(name), rank: layer.rank[shape.row], ...piece });
  }
  return found.sort((one, other) => one.rank - other.rank || other.length - one.length);
}

function longestPiece(shape, box) {
  let best = { length: 0 };
  for (const { x, y, from, to } of shape.parts) {
    for (let i = from + 1; i < to; i++) {
      const wide = (x[i] - x[i - 1]) * box.scale, high = (y[i] - y[i - 1]) * box.scale;
      const length = Math.hypot(wide, high);
      if (length <= best.length) continue;
      let angle = Math.atan2(high, wide);
      if (angle > Math.PI / 2) angle -= Math.PI;
      if (angle < -Math.PI / 2) angle += Math.PI;
      best = { length, angle, x: ((x[i] + x[i - 1]) / 2) * box.scale - box.left, y: ((y[i] + y[i - 1]) / 2) * box.scale - box.top };
    }
  }
  return best;
}
