// SPDX-License-Identifier: Apache-2.0
// A view as a layer of Leaflet: a canvas a little larger than the map, which goes with it.
"use strict";
const PADDED = 0.3; // of the map's size, drawn beyond each edge, so that a drag shows what is there already
const STRIP = 96; // pixels that are drawn at a time where a drag goes farther

const Painted = L.Layer.extend({
  initialize(page, view) {
    this._page = page;
    this._view = view;
  },
  onAdd() {
    this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", this.getPane("overlayPane"));
    this._canvas.setAttribute("aria-hidden", "true");
    this.repaint();
  },
  onRemove() {
    this._canvas.remove();
  },
  getEvents() {
    return { moveend: this.repaint, viewreset: this.repaint, move: this._moved, zoom: this._zoomed, zoomanim: this._animated };
  },
  repaint() {
    const map = this._map, size = map.getSize(), beyond = size.multiplyBy(PADDED).round();
    const density = Math.min(2, devicePixelRatio || 1);
    this._corner = map.containerPointToLayerPoint([0, 0]).subtract(beyond).round();
    this._whole = size.add(beyond.multiplyBy(2));
    this._zoom = map.getZoom();
    this._place = map.layerPointToLatLng(this._corner);
    this._density = density;
    this._canvas.width = this._whole.x * density;
    this._canvas.height = this._whole.y * density;
    this._canvas.style.width = `${this._whole.x}px`;
    this._canvas.style.height = `${this._whole.y}px`;
    L.DomUtil.setPosition(this._canvas, this._corner);
    this._paint({ x: 0, y: 0, width: this._whole.x, height: this._whole.y, names: true });
    this.clip();
  },
  // Shows only what lies right of `from`, in pixels of the map.
  clip(from = this._from) {
    this._from = from;
    if (from === undefined) return;
    const edge = from - this._map.layerPointToContainerPoint(this._corner).x;
    this._canvas.style.clipPath = `inset(0 0 0 ${Math.max(0, edge)}px)`;
  },
  _paint({ x, y, width, height, names }) {
    const origin = this._map.getPixelOrigin().add(this._corner), pen = this._canvas.getContext("2d", { alpha: false });
    const box = boxOf(this._zoom, origin.x + x, origin.y + y, width, height);
    paint(pen, this._page, this._view, box, {
      x, y, names, density: this._density, dark: this._page.dark, ground: this._page.showsGround,
    });
  },
  _moved() {
    if (this._map._animatingZoom || this._map.getZoom() !== this._zoom) return;
    const near = this._map.containerPointToLayerPoint([0, 0]).subtract(this._corner);
    const far = this._whole.subtract(near).subtract(this._map.getSize());
    const step = (before, after) => (before < 0 ? Math.floor(before / STRIP) : after < 0 ? -Math.floor(after / STRIP) : 0) * STRIP;
    const right = step(near.x, far.x), down = step(near.y, far.y);
    if (Math.abs(right) >= this._whole.x || Math.abs(down) >= this._whole.y) this.repaint();
    else if (right || down) this._scroll(right, down);
    this.clip();
  },
  // Moves the picture over the map, and draws what of it is new.
  _scroll(right, down) {
    const { x: width, y: height } = this._whole;
    const pen = this._canvas.getContext("2d", { alpha: false });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.globalCompositeOperation = "copy";
    pen.drawImage(this._canvas, -right * this._density, -down * this._density);
    pen.globalCompositeOperation = "source-over";
    this._corner = this._corner.add([right, down]);
    this._place = this._map.layerPointToLatLng(this._corner);
    L.DomUtil.setPosition(this._canvas, this._corner);
    if (right) this._paint({ x: right > 0 ? width - right : 0, y: 0, width: Math.abs(right), height, names: false });
    if (down) this._paint({ x: 0, y: down > 0 ? height - down : 0, width, height: Math.abs(down), names: false });
  },
  _zoomed() {
    this._stretch(this._map.getCenter(), this._map.getZoom());
  },
  _animated(event) {
    this._stretch(event.center, event.zoom);
  },
  _stretch(center, zoom) {
    const at = this._map._latLngToNewLayerPoint(this._place, zoom, center);
    L.DomUtil.setTransform(this._canvas, at, this._map.getZoomScale(zoom, this._zoom));
  },
});
