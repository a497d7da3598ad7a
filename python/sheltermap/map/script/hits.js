// SPDX-License-Identifier: Apache-2.0
// What is under the pointer.
"use strict";
const AROUND = 4; // pixels around it

// Rows and facilities first, those drawn last before others; where there are none, what lies under them.
function hitsAt(page, view, x, y, zoom) {
  const scale = 256 * 2 ** zoom, places = [], others = [];
  for (const layer of [...view.layers].reverse()) {
    const found = layer.role === "rows" || layer.role === "facilities" ? places : others;
    const shown = (kind) => !page.hidden.has(hiddenKey(page, layer, kind));
    found.push(...pointsNear(layer, x, y, zoom, shown), ...shapesNear(layer, x, y, scale, shown));
  }
  return places.length ? places : others;
}

function pointsNear(layer, x, y, zoom, shown) {
  if (!layer.x.length) return [];
  const symbols = symbolsAt(layer, zoom), radius = radiusAt(layer, symbols, zoom);
  const scale = 256 * 2 ** zoom, far = (LARGEST + AROUND) / scale, found = [];
  for (let i = 0; i < symbols.x.length; i++) {
    const right = Math.abs(symbols.x[i] - x), down = Math.abs(symbols.y[i] - y);
    if (right > far || down > far || !shown(symbols.kind[i])) continue;
    const away = Math.hypot(right, down) * scale;
    if (away <= radius(i) + AROUND) found.push({ layer, rows: membersOf(symbols, i), away });
  }
  return found.sort((one, other) => one.away - other.away);
}

function shapesNear(layer, x, y, scale, shown) {
  const far = AROUND / scale, found = [];
  for (const shape of layer.shapes) {
    if (x < shape.west - far || x > shape.east + far || y < shape.north - far || y > shape.south + far) continue;
    if (shown(layer.kind[shape.row]) && isNear(shape, x, y, far)) found.push({ layer, rows: [shape.row] });
  }
  return found;
}

function isNear(shape, x, y, far) {
  let inside = false;
  for (const part of shape.parts) {
    if (distanceTo(part, x, y) <= far) return true;
    if (part.kind !== LINE && part.kind !== POINT && isInside(part, x, y)) inside = !inside;
  }
  return inside;
}

function isInside({ x, y, from, to }, atX, atY) {
  let inside = false;
  for (let i = from, before = to - 1; i < to; before = i++) {
    const crosses = y[i] > atY !== y[before] > atY;
    if (crosses && atX < ((x[before] - x[i]) * (atY - y[i])) / (y[before] - y[i]) + x[i]) inside = !inside;
  }
  return inside;
}

function distanceTo({ x, y, from, to }, atX, atY) {
  let least = Math.hypot(x[from] - atX, y[from] - atY);
  for (let i = from + 1; i < to; i++) {
    const wide = x[i] - x[i - 1], high = y[i] - y[i - 1], length = wide * wide + high * high;
    const along = length ? Math.max(0, Math.min(1, ((atX - x[i - 1]) * wide + (atY - y[i - 1]) * high) / length)) : 0;
    least = Math.min(least, Math.hypot(x[i - 1] + along * wide - atX, y[i - 1] + along * high - atY));
  }
  return least;
}
