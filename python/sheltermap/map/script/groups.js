// SPDX-License-Identifier: Apache-2.0
// Points that would hide each other are one symbol, as large as they are many; none is left out.
"use strict";
const CELL = 14; // pixels across, within which points of one kind are one symbol
const CROWD = 2000; // points of a layer from which on they are put together
const FINEST = 16; // zoom above which every point is drawn
const APART = 0.7; // symbols to points from which on every point is drawn
// Radius in pixels; the usual one, which only one in twenty exceeds, is larger where there are few.
const LARGEST = 20, USUAL = 6, USUAL_OF_FEW = 9, SMALLEST = 1.6, SPARSE = 300;

// The symbols of a layer's points at a zoom: where, how large, and which points each is.
function symbolsAt(layer, zoom) {
  const level = Math.min(Math.max(0, Math.floor(zoom)), layer.apartFrom ?? 99);
  layer.levels ??= new Map();
  if (!layer.levels.has(level)) layer.levels.set(level, symbolsOfLevel(layer, level));
  return layer.levels.get(level);
}

function symbolsOfLevel(layer, level) {
  const count = layer.x.length;
  const amount = layer.weight || layer.count;
  const grouped = count > CROWD && layer.role === "rows" && level <= FINEST;
  const group = grouped ? groupOfEach(layer, level) : null;
  const found = group ? group.count : count;
  if (!grouped || found > APART * count) {
    layer.apartFrom = level;
    return finished(layer, { x: layer.x, y: layer.y, kind: layer.kind, amount, apart: true });
  }
  const x = new Float64Array(found), y = new Float64Array(found), kind = new Uint8Array(found);
  const sum = new Float64Array(found), rows = new Float64Array(found);
  const first = new Int32Array(found).fill(-1), next = new Int32Array(count);
  for (let i = count - 1; i >= 0; i--) {
    const here = group.of[i], number = layer.count ? layer.count[i] : 1;
    x[here] += layer.x[i] * number;
    y[here] += layer.y[i] * number;
    rows[here] += number;
    sum[here] += amount ? amount[i] || 0 : 1;
    kind[here] = layer.kind[i];
    next[i] = first[here];
    first[here] = i;
  }
  for (let here = 0; here < found; here++) {
    x[here] /= rows[here];
    y[here] /= rows[here];
  }
  return finished(layer, { x, y, kind, amount: sum, rows, first, next, apart: false });
}

function groupOfEach(layer, level) {
  const across = (256 * 2 ** level) / CELL; // below 2 ** 21 cells, so that a cell and a kind are one exact number
  const of = new Int32Array(layer.x.length), known = new Map();
  for (let i = 0; i < of.length; i++) {
    const cell = Math.floor(layer.x[i] * across) * 2 ** 21 + Math.floor(layer.y[i] * across);
    const key = cell * 256 + layer.kind[i];
    let here = known.get(key);
    if (here === undefined) known.set(key, (here = known.size));
    of[i] = here;
  }
  return { of, count: known.size };
}

// With the largest amount, and the order of drawing: large ones first, of equals the last kind of the legend.
function finished(layer, symbols) {
  const { amount, kind } = symbols;
  const order = Int32Array.from(symbols.x, (_, i) => i);
  const size = amount ? Float64Array.from(amount, (each) => (each > 0 ? each : 0)) : null;
  order.sort((one, other) => (size ? size[other] - size[one] : 0) || kind[other] - kind[one] || one - other);
  const largest = size && size.length ? size[order[0]] : 0;
  const common = layer.size <= SPARSE ? USUAL_OF_FEW : USUAL;
  const usual = largest ? size[order[Math.floor(size.length / 20)]] || largest : 0;
  return { ...symbols, order, largest, unit: largest ? Math.min(LARGEST / Math.sqrt(largest), common / Math.sqrt(usual)) : 0 };
}

// The area of a symbol is as large as it is many.
function radiusAt(layer, symbols, zoom) {
  if (symbols.unit) return (i) => Math.max(SMALLEST, symbols.unit * Math.sqrt(symbols.amount[i] > 0 ? symbols.amount[i] : 0));
  const same = layer.x.length > CROWD ? Math.min(5, Math.max(2, 2 + (zoom - 6) / 2)) : layer.role === "facilities" ? 6 : 5;
  return () => same;
}

// The points that a symbol stands for.
function membersOf(symbols, i) {
  if (symbols.apart) return [i];
  const members = [];
  for (let point = symbols.first[i]; point >= 0; point = symbols.next[point]) members.push(point);
  return members;
}
