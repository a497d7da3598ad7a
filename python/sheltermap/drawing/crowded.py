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

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

SEGMENTS_DRAWN = 200_000  # of streets as lines; more take longer than their pixels
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
    """Symbols without a line, of which those whose middles are on one pixel are drawn once, as the first of them."""

    @allow_rasterization  # type: ignore[untyped-decorator]
    def draw(self, renderer: RendererBase) -> None:
        """Draw them."""
        places = np.asarray(self.get_xydata(), dtype=np.float64)
        one_each = copy.copy(self)
        one_each.set_data(*places[_first_on_pixels(self.get_transform().transform(places), renderer)].T)
        Line2D.draw(one_each, renderer)


def _first_on_pixels(places: NDArray[np.float64], renderer: RendererBase) -> NDArray[np.intp]:
    """Return the first of the places on each pixel, in their order; those beyond the picture are left out."""
    width, height = (int(each) for each in renderer.get_canvas_width_height())
    with np.errstate(invalid="ignore"):
        column, row = np.floor(places[:, 0] + 0.5), np.floor(0.5 - places[:, 1]) + height  # as Agg rounds markers
        margin = 100  # symbols whose middle is beyond an edge may be seen in part
        inside = (column >= -margin) & (column < width + margin) & (row >= -margin) & (row < height + margin)
    here = np.flatnonzero(inside)
    across = width + 2 * margin
    pixel = (row[here].astype(np.int64) + margin) * across + column[here].astype(np.int64) + margin
    first = np.full(across * (height + 2 * margin), -1, np.int64)
    first[pixel[::-1]] = here[::-1]
    return np.sort(first[first >= 0])


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
        assert self.axes is not None
        width, height = (int(each) for each in renderer.get_canvas_width_height())
        places = self.axes.transData.transform(self._lines.vertices)
        count = _lines_on_pixels(places, self._lines.begins, width, height)
        width_px = float(np.asarray(renderer.points_to_pixels(self._width)))
        hidden = min(DENSEST, width_px)  # by one line
        image = np.empty((height, width, 4), np.uint8)
        image[..., :3] = np.round(255 * np.array(to_rgb(self._colour)))
        shades = np.round(255 * (1 - (1 - hidden) ** np.arange(256)))
        image[..., 3] = shades[np.minimum(count, 255)].astype(np.uint8)
        context = renderer.new_gc()
        context.set_clip_rectangle(self.get_clip_box())
        renderer.draw_image(context, 0, 0, image)
        context.restore()


def _lines_on_pixels(
    places: NDArray[np.float64], begins: NDArray[np.bool_], width: int, height: int
) -> NDArray[np.intp]:
    """Return how often lines step on each pixel, the lowest row first; what ends on one does not step on it."""
    start = np.flatnonzero(~begins[1:])
    step = places[start + 1] - places[start]
    steps = np.ceil(np.abs(step).max(axis=1)).clip(1, 4 * max(width, height)).astype(np.int64)
    segment = np.repeat(np.arange(len(start)), steps)
    part = (np.arange(len(segment)) - (np.cumsum(steps) - steps)[segment]) / steps[segment]
    column, row = np.floor(places[start][segment] + step[segment] * part[:, None]).T
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    pixel = row[inside].astype(np.int64) * width + column[inside].astype(np.int64)
    return np.bincount(pixel, minlength=width * height).reshape(height, width)
