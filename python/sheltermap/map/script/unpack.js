// SPDX-License-Identifier: Apache-2.0
// Reads what packed_columns.py packs: the page's data with their columns and texts. All of it is data, none of it code.
"use strict";
const POINT = 0, LINE = 1; // what a part of a shape is; else a ring
const FEW = 200; // facilities up to which they are drawn above the rows

async function inflated(letters) {
  const packed = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function unpacked(letters) {
  const data = await inflated(letters);
  const begins = 4 + new DataView(data.buffer).getUint32(0, true);
  const page = JSON.parse(new TextDecoder().decode(data.subarray(4, begins)));
  const read = columnReader(page, data.subarray(begins));
  page.layers = page.layers.map((layer) => unpackedLayer(layer, read));
  page.ground = page.ground.map((ground) => unpackedGround(ground, read));
  const towns = page.ground.filter((layer) => layer.class === "places");
  page.townNames = new Set(towns.flatMap((layer) => Array.from(layer.x, (_, i) => layer.said(i))));
  const above = (layer) => layer.role === "facilities" && layer.x.length <= FEW;
  for (const view of page.views) {
    view.layers = view.layers.map((number) => page.layers[number]).sort((one, other) => above(one) - above(other));
  }
  return page;
}

function columnReader(page, bytes) {
  const joined = (count, begin) => { // bytes of one place value stand together
    const whole = new Uint8Array(4 * count);
    for (let place = 0; place < 4; place++) {
      for (let i = 0; i < count; i++) whole[4 * i + place] = bytes[begin + place * count + i];
    }
    return whole.buffer;
  };
  const summed = (differences) => {
    const values = new Int32Array(differences.length);
    let value = 0;
    for (let i = 0; i < values.length; i++) {
      value = (value + ((differences[i] >>> 1) ^ -(differences[i] & 1))) | 0;
      values[i] = value;
    }
    return values;
  };
  const kept = new Map();
  const column = (number) => {
    if (number === null) return null;
    if (!kept.has(number)) {
      const [kind, count, begin] = page.columns[number];
      if (kind === "u1") kept.set(number, bytes.slice(begin, begin + count));
      else if (kind === "f4") kept.set(number, new Float32Array(joined(count, begin)));
      else kept.set(number, summed(new Uint32Array(joined(count, begin))));
    }
    return kept.get(number);
  };
  // Where places are in the square of Web Mercator, whose north-western corner is 0, 0 and whose side is 1.
  const squared = new Map();
  const places = ({ x, y, unit }) => {
    const key = `${x}/${y}/${unit}`;
    if (!squared.has(key)) {
      squared.set(key, {
        x: Float64Array.from(column(x), (lon) => lon / unit / 360 + 0.5),
        y: Float64Array.from(column(y), (lat) => northing(lat / unit)),
      });
    }
    return squared.get(key);
  };
  const texts = ({ texts: number, codes }) => {
    const different = page.texts[number], which = column(codes);
    return (row) => (which[row] ? different[which[row] - 1] : null);
  };
  return { column, places, texts };
}

function northing(lat) {
  const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

function unpackedLayer(packed, read) {
  const { x, y } = read.places(packed.points);
  const shapes = packed.outlines ? unpackedOutlines(packed.outlines, read, x.length) : [];
  const category = read.column(packed.category), usable = read.column(packed.usable);
  return {
    ...packed, x, y, shapes, category,
    size: x.length + shapes.length, // points first
    fields: packed.fields.map((field) => ({ label: field.label, said: read.texts(field) })),
    kind: packed.role === "rows" ? category : usable || new Uint8Array(x.length + shapes.length).fill(1),
    weight: read.column(packed.weight),
    count: read.column(packed.count),
  };
}

function unpackedGround(packed, read) {
  const said = read.texts(packed.names), rank = read.column(packed.rank);
  const points = packed.points ? read.places(packed.points) : { x: [], y: [] };
  const shapes = packed.outlines ? unpackedOutlines(packed.outlines, read, 0) : [];
  return { class: packed.class, rank, said, ...points, shapes };
}

// Shapes with their parts, and the box around each.
function unpackedOutlines(packed, read, before) {
  const { x, y } = read.places(packed);
  const owner = read.column(packed.owner), kind = read.column(packed.kind), vertices = read.column(packed.vertices);
  const shapes = [];
  for (let part = 0, from = 0; part < owner.length; from += vertices[part++]) {
    const shape = (shapes[owner[part]] ??= { row: before + owner[part], parts: [], west: 1, north: 1, east: 0, south: 0 });
    const to = from + vertices[part];
    shape.parts.push({ x, y, kind: kind[part], from, to });
    for (let i = from; i < to; i++) {
      if (x[i] < shape.west) shape.west = x[i];
      if (x[i] > shape.east) shape.east = x[i];
      if (y[i] < shape.north) shape.north = y[i];
      if (y[i] > shape.south) shape.south = y[i];
    }
  }
  return shapes;
}
