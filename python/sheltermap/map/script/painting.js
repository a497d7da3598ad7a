// SPDX-License-Identifier: Apache-2.0
// Draws a view into any box of the map, for the screen and for paper.
"use strict";

// What of the world a picture shows: `left` and `top` are pixels of the whole world at this zoom.
function boxOf(zoom, left, top, width, height) {
  const scale = 256 * 2 ** zoom, far = 40 / scale; // symbols beyond the edge reach into the box
  return {
    zoom, scale, left, top, width, height,
    west: left / scale - far, east: (left + width) / scale + far,
    north: top / scale - far, south: (top + height) / scale + far,
  };
}

const hiddenKey = (page, layer, kind) => (layer.role === "rows" ? `rows/${kind}` : `${page.layers.indexOf(layer)}/${kind}`);

// Into a picture at `x`, `y`; a part of one is without names, which another part might cut.
function paint(pen, shownPage, view, box, { density, dark, ground, x = 0, y = 0, names = true }) {
  const page = { ...shownPage, dark }; // paper is light when the screen is dark
  const palette = dark ? DARK : LIGHT;
  const under = ground ? page.ground : [];
  pen.save();
  pen.setTransform(density, 0, 0, density, x * density, y * density);
  pen.beginPath();
  pen.rect(0, 0, box.width, box.height);
  pen.clip();
  pen.fillStyle = under.length ? palette.land : palette.paper;
  pen.fillRect(0, 0, box.width, box.height);
  paintGround(pen, under, box, palette);
  for (const layer of view.layers) {
    const shown = (kind) => !page.hidden.has(hiddenKey(page, layer, kind));
    paintShapes(pen, page, view, layer, box, palette, { shown, tinted: !under.length });
    paintPoints(pen, page, view, layer, box, { shown, density });
  }
  if (names) paintNames(pen, under, namedAreas(page, view, box), box, palette);
  pen.restore();
}

function namedAreas(page, view, box) {
  const layers = view.layers.filter((layer) => layer.role === "areas" && !page.hidden.has(hiddenKey(page, layer, 1)));
  const found = [], known = page.showsGround ? page.townNames : new Set(); // named where the town lies, not once more
  for (const layer of layers) {
    for (const shape of layer.shapes) {
      const name = layer.fields[0]?.said(shape.row);
      if (!name || known.has(name) || !meets(shape, box) || across(shape, box) < 40) continue;
      found.push({ ...shape, name: plain(name) });
    }
  }
  return found.sort((one, other) => across(other, box) - across(one, box));
}

function styleOf(page, view, layer, row, palette, tinted) {
  const { colours } = page;
  switch (layer.role) {
    case "areas": return { fill: tinted ? palette.land : null, opacity: 1, line: palette.border, width: 0.9 };
    case "zones": return { fill: colours.zones, opacity: 0.15, line: colours.zones, width: 0.9 };
    case "water": return { fill: colours.water, opacity: 0.75, line: colours.water, width: 0.9 };
    case "flows": return { fill: null, line: colours.flows, width: Math.max(0.6, (9 * layer.category[row]) / 255) };
    case "facilities": return { fill: colours.facilities, opacity: 0.12, line: colours.facilities, width: layer.kind[row] ? 1.6 : 0.7 };
    default: {
      const colour = view.legend[layer.category[row]]?.colour ?? "#000000";
      return { fill: colour, opacity: 0.7, line: colour, width: 1.2 };
    }
  }
}

function paintShapes(pen, page, view, layer, box, palette, { shown, tinted }) {
  pen.lineCap = pen.lineJoin = "round";
  for (const shape of layer.shapes) {
    if (!shown(layer.kind[shape.row]) || !meets(shape, box)) continue;
    const style = styleOf(page, view, layer, shape.row, palette, tinted);
    if (shape.parts[0].kind === POINT) {
      paintSeveral(pen, page, view, layer, shape, box);
      continue;
    }
    const lined = shape.parts[0].kind === LINE;
    if (!lined && across(shape, box) < 2) { // too small for an outline
      pen.fillStyle = style.line;
      pen.fillRect(shape.west * box.scale - box.left - 1, shape.north * box.scale - box.top - 1, 2, 2);
      continue;
    }
    pen.beginPath();
    for (const part of shape.parts) trace(pen, part, box);
    if (style.fill && !lined) {
      pen.globalAlpha = style.opacity;
      pen.fillStyle = style.fill;
      pen.fill("evenodd");
      pen.globalAlpha = 1;
    }
    pen.strokeStyle = style.line;
    pen.lineWidth = lined && layer.role === "rows" ? 2.4 : style.width;
    pen.stroke();
  }
}

function paintSeveral(pen, page, view, layer, shape, box) {
  const { canvas, side } = stamp(symbolFor(page, view, layer, layer.kind[shape.row]), 5, 2);
  for (const { x, y, from } of shape.parts) {
    pen.drawImage(canvas, x[from] * box.scale - box.left - side / 2, y[from] * box.scale - box.top - side / 2, side, side);
  }
}

function paintPoints(pen, page, view, layer, box, { shown, density }) {
  if (!layer.x.length) return;
  const symbols = symbolsAt(layer, box.zoom), radius = radiusAt(layer, symbols, box.zoom);
  const drawn = [], visible = [];
  for (let kind = 0; kind < 256; kind++) visible.push(shown(kind));
  for (const i of symbols.order) {
    const x = symbols.x[i], y = symbols.y[i], kind = symbols.kind[i];
    if (x < box.west || x > box.east || y < box.north || y > box.south || !visible[kind]) continue;
    const { canvas, side } = stamp((drawn[kind] ??= symbolFor(page, view, layer, kind)), radius(i), density);
    pen.drawImage(canvas, x * box.scale - box.left - side / 2, y * box.scale - box.top - side / 2, side, side);
  }
}
