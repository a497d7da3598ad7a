# SPDX-License-Identifier: Apache-2.0
"""Maps as pictures inside a page. They hold no words, so one picture serves all languages."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.drawing.legend import Category
from sheltermap.drawing.plots import draw_map
from sheltermap.page.table import Words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

REPEATABLE: dict[Any, Any] = {"svg.hashsalt": "sheltermap", "svg.fonttype": "path", "font.family": "DejaVu Sans"}


@dataclass(frozen=True)
class LegendEntry:
    """One entry of a map's legend."""

    colour: str
    marker: str
    label: Words
    count: str


@dataclass(frozen=True)
class MapPicture:
    """A map with what stands under it."""

    title: Words
    picture: str  #: data: URI
    legend: list[LegendEntry]
    attribution: str = ""  #: of the sources


def map_picture(
    title: Words, rows: GeoDataFrame, categories: list[Category], also: Sequence[LegendEntry] = (), **layers: Any
) -> MapPicture:
    """Return a map of rows by category; `also` are further entries of its legend, `layers` those of `draw_map`."""
    entries = [
        LegendEntry(each.colour, each.marker, each.label, texts.number(each.count)) for each in categories if each.count
    ]
    return MapPicture(title, _picture(rows, categories, **layers), [*entries, *also])


def _picture(rows: GeoDataFrame, categories: list[Category], **layers: Any) -> str:
    """Return a map as a data: URI of an SVG picture."""
    return drawn_picture(lambda ax: draw_map(rows, categories, ax=ax, lang=None, **layers), (8, 6))


def drawn_picture(draw: Callable[[Axes], Any], size: tuple[float, float]) -> str:
    """Return what `draw` draws, so many inches wide and high, as a data: URI of an SVG picture; it draws no words."""
    import matplotlib as mpl  # a third of the time of starting, which plans that draw nothing need not wait for
    from matplotlib.figure import Figure

    with mpl.rc_context(REPEATABLE):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.add_subplot())
        picture = io.BytesIO()
        figure.savefig(
            picture,
            format="svg",
            bbox_inches="tight",
            pad_inches=0.05,
            dpi=150,
            metadata={"Date": None, "Creator": None},
        )
    svg = re.sub(r' d="[^"]+"', _shorter, picture.getvalue().decode())
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _shorter(path: re.Match[str]) -> str:
    """Cut the coordinates of a path to a hundredth of a point."""
    return re.sub(r"(\.\d\d)\d+", r"\1", path.group())
