# SPDX-License-Identifier: Apache-2.0
"""Symbols and streets that are more than a picture has pixels: each pixel they fall on is drawn once."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.transforms import IdentityTransform

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase
    from matplotlib.transforms import Transform
    from numpy.typing import NDArray

    from sheltermap.drawing.shared_places import Places

SEGMENTS_DRAWN = 200_000  # of streets as lines; more take longer than their pixels
STAMPED_ABOVE = 10_000  # pixels with a symbol; of more, a copy of one symbol is laid on all of them at once
MARGIN = 100  # pixels: symbols whose middle is so far beyond an edge may be seen in part
VERTICES_PER_BLOCK = 1 << 16  # so many fit into a processor's own memory with all that is computed of them
DENSEST = 0.999  # of what lies below, how much the streets on one pixel hide at most


class Lines(NamedTuple):
    """Lines by their vertices, in degrees."""

    vertices: NDArray[np.float64]  #: longitude and latitude, line by line
    begins: NDArray[np.bool_]  #: of every vertex, whether a line begins with it

    @classmethod
    def of_shapes(cls, shapes: NDArray[np.object_]) -> Lines:
        """Return the lines, and parts of lines, of shapes.

        Examples
        --------
        >>> Lines.of_shapes(shapely.from_wkt(["LINESTRING (0 0, 1 0)", "LINESTRING (5 5, 6 5, 6 6)"])).begins
        array([ True, False,  True, False, False])
        """
        vertices, line = shapely.get_coordinates(shapely.get_parts(shapes), return_index=True)
        return cls(vertices, np.diff(line, prepend=-1) != 0)

    @classmethod
    def of_offsets(cls, vertices: NDArray[np.float64], offsets: NDArray[np.integer[Any]]) -> Lines:
        """Return lines of which each begins at an offset, and has two vertices or more."""
        begins = np.zeros(len(vertices), np.bool_)
        begins[offsets[:-1]] = True
        return cls(vertices, begins)


class CrowdedSymbols(Line2D):
    """Symbols without a line, of which those whose middles are on one pixel are drawn once, as the first of them.

    Parameters
    ----------
    places : Places
        Of all rows of a map, whose pixels are found once for all its symbols.
    rows : ndarray of bool
        Those that have this symbol.
    **style
        As a line has it.
    """

    def __init__(self, places: Places, rows: NDArray[np.bool_], **style: Any):
        super().__init__([], [], **style)
        self._places, self._rows = places, rows

    @property
    def points(self) -> int:
        """How many symbols they are."""
        return int(np.count_nonzero(self._rows))

    @allow_rasterization  # type: ignore[untyped-decorator]
    def draw(self, renderer: RendererBase) -> None:
        """Draw them."""
        if not self.get_visible():
            return
        width, height = (int(each) for each in renderer.get_canvas_width_height())
        pixel = _pixels_of(self._places, self.get_transform(), width, height)
        here = np.flatnonzero(self._rows & (pixel >= 0))
        taken = np.zeros((height + 2 * MARGIN, width + 2 * MARGIN), np.bool_)
        taken.ravel()[pixel[here]] = True
        if np.count_nonzero(taken) > STAMPED_ABOVE:
            _draw_shades(self, renderer, self.get_markerfacecolor(), _stamped(taken, self._symbol(renderer))[::-1])
            return
        first = np.full(taken.size, -1, np.int64)
        first[pixel[here[::-1]]] = here[::-1]
        one_each = copy.copy(self)
        one_each.set_data(*self._places.lonlat[np.sort(first[first >= 0])].T)
        Line2D.draw(one_each, renderer)

    def _symbol(self, renderer: RendererBase) -> NDArray[np.uint8]:
        """Return how much one symbol hides, of 255, on each pixel around its middle; the highest row first."""
        from matplotlib.backends.backend_agg import RendererAgg

        pixels_per_point = float(np.asarray(renderer.points_to_pixels(1.0)))
        reach = min(MARGIN, int(np.ceil(pixels_per_point * self.get_markersize())) + 1)
        size = 2 * reach + 1
        alone = RendererAgg(size, size, 72 * pixels_per_point)  # type: ignore[no-untyped-call]
        one = copy.copy(self)
        one.set(clip_on=False, transform=IdentityTransform())
        one.set_data([reach], [size - reach])
        Line2D.draw(one, alone)
        return np.asarray(alone.buffer_rgba())[..., 3]  # type: ignore[no-untyped-call]


def _pixels_of(places: Places, transform: Transform, width: int, height: int) -> NDArray[np.int32]:
    """Return the pixel of each place, counted from the upper left margin; -1 of those beyond the margins.

    It is kept with the places: one map after another of the same rows has them on the same pixels.
    """
    if not transform.is_affine:  # axes of somebody's own, as logarithmic ones
        return _on_pixels(transform.transform(places.lonlat), width, height)
    key = (transform.get_affine().get_matrix().tobytes(), width, height)
    if key not in places.pixels:
        places.pixels.clear()
        places.pixels[key] = _on_pixels(transform.transform(places.lonlat), width, height)
    return places.pixels[key]


def _on_pixels(at: NDArray[np.float64], width: int, height: int) -> NDArray[np.int32]:
    with np.errstate(invalid="ignore"):
        column, row = np.floor(at[:, 0] + 0.5), np.floor(0.5 - at[:, 1]) + height  # as Agg rounds markers
        inside = (column >= -MARGIN) & (column < width + MARGIN) & (row >= -MARGIN) & (row < height + MARGIN)
        pixel = (row + MARGIN) * (width + 2 * MARGIN) + column + MARGIN
        return np.where(inside, pixel, -1).astype(np.int32)


def _stamped(taken: NDArray[np.bool_], symbol: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return how much symbols hide, of 255, whose middles are on the pixels taken; these have a margin around them.

    What several rims let through is the product of what each does: a sum of logarithms, which are whole numbers here.
    """
    height, width = (each - 2 * MARGIN for each in taken.shape)
    reach = len(symbol) // 2
    rims = int(np.count_nonzero((symbol > 0) & (symbol < 255)))
    scale = 65_000 / (max(rims, 1) * np.log(255))  # all rims together fit into 16 bits
    full, depth = np.zeros((height, width), np.bool_), np.zeros((height, width), np.uint16)
    of_shade = {
        shade: taken * np.uint16(round(-scale * np.log(1 - shade / 255)))
        for shade in np.unique(symbol).tolist()
        if 0 < shade < 255
    }
    for down, right in np.argwhere(symbol).tolist():
        top, left = MARGIN + reach - down, MARGIN + reach - right
        shifted = slice(top, top + height), slice(left, left + width)
        shade = int(symbol[down, right])
        if shade == 255:
            full |= taken[shifted]
        else:
            depth += of_shade[shade][shifted]
    shades = np.round(255 * (1 - np.exp(-np.arange(65_536) / scale))).astype(np.uint8)
    hidden = shades[depth]
    hidden[full] = 255
    return hidden


def _draw_shades(artist: Artist, renderer: RendererBase, colour: Any, hidden: NDArray[np.uint8]) -> None:
    """Draw one colour over the picture, which hides so much, of 255, of each pixel; the lowest row first."""
    image = np.empty((*hidden.shape, 4), np.uint8)
    image[..., :3] = np.round(255 * np.array(to_rgb(colour)))
    image[..., 3] = hidden
    context = renderer.new_gc()
    context.set_clip_rectangle(artist.get_clip_box())
    renderer.draw_image(context, 0, 0, image)
    context.restore()


class CrowdedStreets(Artist):
    """Streets as thin lines of one colour; a pixel is as dark as the lines on it make it, whatever their order.

    Parameters
    ----------
    lines : Lines
    colour : str
    width : float
        In points.
    """

    def __init__(self, lines: Lines, colour: str, width: float):
        super().__init__()
        self._lines, self._colour, self._width = lines, colour, width

    @property
    def points(self) -> int:
        """How many vertices they have."""
        return len(self._lines.vertices)

    @allow_rasterization  # type: ignore[untyped-decorator]
    def draw(self, renderer: RendererBase) -> None:
        """Draw them."""
        if not self.get_visible():
            return
        assert self.axes is not None
        width, height = (int(each) for each in renderer.get_canvas_width_height())
        count = _lines_on_pixels(self._lines, self.axes.transData, width, height)
        width_px = float(np.asarray(renderer.points_to_pixels(self._width)))
        hidden = min(DENSEST, width_px)  # by one line
        shades = np.round(255 * (1 - (1 - hidden) ** np.arange(256))).astype(np.uint8)
        _draw_shades(self, renderer, self._colour, shades[np.minimum(count, 255)])


def _lines_on_pixels(lines: Lines, transform: Transform, width: int, height: int) -> NDArray[np.intp]:
    """Return how often lines step on each pixel, the lowest row first; what ends on one does not step on it."""
    blocks = range(0, max(len(lines.vertices) - 1, 1), VERTICES_PER_BLOCK)
    pixels = [
        _stepped_on(
            transform.transform(lines.vertices[at : at + VERTICES_PER_BLOCK + 1]),
            lines.begins[at : at + VERTICES_PER_BLOCK + 1],
            width,
            height,
        )
        for at in blocks
    ]
    return np.bincount(np.concatenate(pixels), minlength=width * height).reshape(height, width)


def _stepped_on(places: NDArray[np.float64], begins: NDArray[np.bool_], width: int, height: int) -> NDArray[np.int32]:
    """Return the pixels, row by row, that lines step on, as often as they do."""
    start = np.flatnonzero(~begins[1:])
    step = places[start + 1] - places[start]
    steps = np.ceil(np.abs(step).max(axis=1, initial=0)).clip(1, 4 * max(width, height)).astype(np.int64)
    segment = np.repeat(np.arange(len(start)), steps)
    part = (np.arange(len(segment)) - (np.cumsum(steps) - steps)[segment]) / steps[segment]
    column, row = np.floor(places[start][segment] + step[segment] * part[:, None]).T
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    return row[inside].astype(np.int32) * np.int32(width) + column[inside].astype(np.int32)
