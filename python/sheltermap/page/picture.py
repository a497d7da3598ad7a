# SPDX-License-Identifier: Apache-2.0
"""Maps as pictures inside a page. They hold no words, so one picture serves all languages."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property, partial
from os import cpu_count
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import Category
from sheltermap.drawing.letters import set_letters
from sheltermap.drawing.plots import draw_map
from sheltermap.drawing.shared_places import shared_places
from sheltermap.page.light_svg import light_svg, svg_uri
from sheltermap.page.table import Words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

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
PADDING = 0.05  # inches around a picture
DOTS_PER_INCH = 170  # sharp on paper, too
# Part of the width and height, quality of WebP, and how many times as heavy as a quick try of the coarsest it is at
# least (29 maps: 3.0 to 5.0, 2.0 to 3.1, 1.4 to 2.1 and 1.0 to 1.4 times), so that what cannot fit is not tried.
COARSER = ((1.0, 80, 2.9), (0.85, 74, 1.9), (0.7, 68, 1.3), (0.6, 60, 0.9), (0.5, 50, 0.0))
METHOD, QUICKEST = 4, 0  # how hard WebP tries


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
        return self.drawn()()

    def drawn(self) -> Callable[[], str]:
        """Draw it; return what makes its URI of that, which another thread may do."""
        with repeatable():
            figure = self.figure()
            if _weight(figure) <= VECTOR_UP_TO:
                return partial(svg_uri, figure_svg(figure))
            return partial(_webp_uri, figure_pixels(figure))

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
    figure.savefig(stream, format=kind, bbox_inches="tight", pad_inches=PADDING, **options)
    return stream.getvalue()


def figure_svg(figure: Figure) -> str:
    """Return a figure as SVG."""
    content = figure_bytes(figure, "svg", dpi=DOTS_PER_INCH, metadata={"Date": None, "Creator": None})
    return light_svg(content.decode())


def figure_pixels(figure: Figure) -> NDArray[np.uint8]:
    """Return a figure's pixels, from the top, as red, green and blue: those that a PNG of it has.

    What is crowded ends where its axes do: it need not be drawn to learn how large the picture is.
    """
    from sheltermap.drawing.crowded import CrowdedStreets, CrowdedSymbols

    crowded = figure.findobj(lambda each: isinstance(each, CrowdedStreets | CrowdedSymbols), include_self=False)
    taken = _Pixels()
    if not crowded:
        figure.savefig(taken, format="raw", bbox_inches="tight", pad_inches=PADDING, dpi=DOTS_PER_INCH)
        return taken.pixels
    figure.set_dpi(DOTS_PER_INCH)
    for each in crowded:
        each.set_visible(False)
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)
    box = figure.get_tightbbox().padded(PADDING)
    for each in crowded:
        each.set_visible(True)
    figure.set_layout_engine(None)  # its parts have their places
    figure.savefig(taken, format="raw", bbox_inches=box, dpi=DOTS_PER_INCH)
    return taken.pixels


class _Pixels(io.BytesIO):
    """A file that keeps the pixels written to it as what they are, without packing and unpacking a picture."""

    pixels: NDArray[np.uint8]

    def write(self, pixels: Any) -> int:
        self.pixels = np.ascontiguousarray(np.asarray(pixels)[..., :3])
        return self.pixels.size


def draw_all(drawings: Sequence[Drawing]) -> None:
    """Draw what a page will ask for: one after the other, each packed while the next ones are drawn."""
    with shared_places(), ThreadPoolExecutor(cpu_count()) as pool:
        packed = [(each, pool.submit(each.drawn())) for each in drawings]
        for each, uri in packed:
            vars(each)["uri"] = uri.result()  # where the cached property keeps it


def _webp_uri(pixels: NDArray[np.uint8]) -> str:
    """Return pixels as WebP, as fine as its weight allows."""
    from PIL import Image

    image = Image.fromarray(pixels)

    def packed(part: float, quality: int, method: int = METHOD) -> bytes:
        size = (round(image.width * part), round(image.height * part))
        stream = io.BytesIO()
        image.resize(size, Image.Resampling.LANCZOS).save(stream, "WEBP", quality=quality, method=method)
        return stream.getvalue()

    coarsest = len(packed(COARSER[-1][0], COARSER[-1][1], QUICKEST))
    for part, quality, times in COARSER:
        if coarsest * times > PIXELS_UP_TO:
            continue
        content = packed(part, quality)
        if len(content) <= PIXELS_UP_TO:
            break
    return f"data:image/webp;base64,{base64.b64encode(content).decode()}"


def _weight(figure: Figure) -> int:
    """Return about how many bytes a figure takes as SVG."""
    from sheltermap.drawing.crowded import CrowdedStreets, CrowdedSymbols

    points = letters = 0
    for axes in figure.axes:
        crowded = [each for each in axes.get_children() if isinstance(each, CrowdedStreets | CrowdedSymbols)]
        points += sum(each.points for each in crowded)
        points += sum(np.size(line.get_xdata()) for line in axes.lines)
        points += sum(np.size(path.vertices) // 2 for each in axes.collections for path in each.get_paths())
        points += sum(np.size(each.get_offsets()) // 2 for each in axes.collections)
        letters += sum(len(text.get_text()) for text in axes.texts)
    return POINT * points + LETTER * letters
