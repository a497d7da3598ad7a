# SPDX-License-Identifier: Apache-2.0
"""Maps as pictures inside a page. They hold no words, so one picture serves all languages."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import Category
from sheltermap.drawing.letters import set_letters
from sheltermap.drawing.plots import draw_map
from sheltermap.page.light_svg import light_svg, svg_uri
from sheltermap.page.table import Words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

REPEATABLE: dict[Any, Any] = {
    "svg.hashsalt": "sheltermap",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "text.parse_math": False,  # what is between two dollar signs is no formula
}
SIZE = (8.0, 6.0)  # inches of a map
VECTOR_UP_TO = 60_000  # bytes; a picture that would weigh more as lines weighs less as pixels
POINT, LETTER = 14, 90  # bytes that each takes in an SVG picture, or thereabouts
PIXELS_UP_TO = 80_000  # bytes; dots per inch and quality go down until a picture weighs no more
DOTS_PER_INCH = 170  # sharp on paper, too
COARSER = ((1.0, 80), (0.85, 74), (0.7, 68), (0.6, 60), (0.5, 50))  # part of the width and height, and quality of WebP


@dataclass(frozen=True)
class LegendEntry:
    """One entry of a map's legend."""

    colour: str
    marker: str
    label: Words
    count: str


@dataclass(frozen=True)
class Drawing:
    """What a picture shows: it is drawn when a page or a file asks for it."""

    draw: Callable[[Axes], Any]
    size: tuple[float, float]  #: inches wide and high

    @cached_property
    def uri(self) -> str:
        """Return it as a data: URI for a page, as lines or as pixels, whichever suits what it shows."""
        with repeatable():
            figure = self.figure()
            if _weight(figure) <= VECTOR_UP_TO:
                return svg_uri(figure_svg(figure))
            return f"data:image/webp;base64,{base64.b64encode(_pixels(figure)).decode()}"

    def figure(self) -> Figure:
        """Return it as a figure of its own."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=self.size, layout="constrained")
        self.draw(figure.add_subplot())
        set_letters(figure)
        return figure


@dataclass(frozen=True)
class MapPicture:
    """A map with what stands under it."""

    title: Words
    picture: Drawing
    legend: list[LegendEntry]
    attribution: str = ""  #: of the sources
    alt: Words | None = None  #: what it shows, for who does not see it; by default the title and the legend's figures
    name: str = ""  #: by which a table says that its numbers stand on this map

    @property
    def said(self) -> Words:
        """Return what it shows in words."""
        if self.alt is not None:
            return self.alt
        counted = [each for each in self.legend if each.count]
        if not counted:
            return self.title
        told = {lang: "; ".join(f"{each.label[lang]} {each.count}" for each in counted) for lang in texts.LANGUAGES}
        return texts.both("page.picture_says", title=self.title, figures=told)


def map_picture(
    title: Words,
    rows: GeoDataFrame,
    categories: list[Category],
    also: Sequence[LegendEntry] = (),
    *,
    name: str = "",
    **layers: Any,
) -> MapPicture:
    """Return a map of rows by category; `also` are further entries of its legend, `layers` those of `draw_map`."""
    entries = [
        LegendEntry(each.colour, each.marker, each.label, texts.number(each.count)) for each in categories if each.count
    ]
    drawing = Drawing(lambda ax: draw_map(rows, categories, ax=ax, lang=None, **layers), SIZE)
    return MapPicture(title, drawing, [*entries, *also], name=name)


def drawn_picture(draw: Callable[[Axes], Any], size: tuple[float, float]) -> Drawing:
    """Return what `draw` draws, so many inches wide and high; it draws no words."""
    return Drawing(draw, size)


def repeatable() -> AbstractContextManager[None]:
    """Give matplotlib settings under which the same picture is the same bytes."""
    import matplotlib as mpl  # a third of the time of starting, which plans that draw nothing need not wait for

    return mpl.rc_context(REPEATABLE)


def figure_bytes(figure: Figure, kind: str, **options: Any) -> bytes:
    """Return a figure as a file of a kind, without anything that another run would write otherwise."""
    stream = io.BytesIO()
    figure.savefig(stream, format=kind, bbox_inches="tight", pad_inches=0.05, **options)
    return stream.getvalue()


def figure_svg(figure: Figure) -> str:
    """Return a figure as SVG."""
    content = figure_bytes(figure, "svg", dpi=DOTS_PER_INCH, metadata={"Date": None, "Creator": None})
    return light_svg(content.decode())


def _pixels(figure: Figure) -> bytes:
    """Return a figure as WebP, as fine as its weight allows."""
    from PIL import Image

    drawn = figure_bytes(figure, "png", dpi=DOTS_PER_INCH, pil_kwargs={"compress_level": 1})
    image = Image.open(io.BytesIO(drawn)).convert("RGB")
    content = b""
    for part, quality in COARSER:
        size = (round(image.width * part), round(image.height * part))
        stream = io.BytesIO()
        image.resize(size, Image.Resampling.LANCZOS).save(stream, "WEBP", quality=quality, method=4)
        content = stream.getvalue()
        if len(content) <= PIXELS_UP_TO:
            break
    return content


def _weight(figure: Figure) -> int:
    """Return about how many bytes a figure takes as SVG."""
    points = letters = 0
    for axes in figure.axes:
        points += sum(np.size(line.get_xdata()) for line in axes.lines)
        points += sum(np.size(path.vertices) // 2 for each in axes.collections for path in each.get_paths())
        points += sum(np.size(each.get_offsets()) // 2 for each in axes.collections)
        letters += sum(len(text.get_text()) for text in axes.texts)
    return POINT * points + LETTER * letters
