# SPDX-License-Identifier: Apache-2.0
"""Layers as they are drawn and told in a GIS: their symbols, by rule, under names, and their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sheltermap._native import SheltermapError
from sheltermap.qgis import rules

if TYPE_CHECKING:
    from pyproj import CRS

    from sheltermap.dictionary import layers as dictionary
    from sheltermap.page.table import Words

GeometryKind = Literal["point", "line", "polygon"]
INK, WHITE = "#111827", "#ffffff"


@dataclass(frozen=True)
class Symbol:
    """How a row is drawn; what does not fit its geometry is not looked at."""

    colour: str  #: "#rrggbb", of points, lines and the inside of polygons
    shape: str = "circle"  #: of points: "circle", "diamond", "cross" or "triangle"
    size_mm: float = 2.6  #: of points
    line_mm: float = 0.6  #: width of lines
    is_filled: bool = True  #: whether points and polygons have an inside
    opacity: float = 1.0  #: of the inside of polygons
    edge: str = WHITE  #: colour of the border of points and polygons
    edge_mm: float = 0.2
    dashes_mm: Sequence[float] = ()  #: of lines, and of the border of polygons: drawn and left out by turns


@dataclass(frozen=True)
class Entry:
    """Rows that are drawn alike; of several whose rule holds, the first counts."""

    rule: str  #: a QGIS expression
    label: Words
    symbol: Symbol


@dataclass(frozen=True)
class Style:
    """One of the ways to draw a layer."""

    key: str  #: as columns spell what it is of, "500m", "1pct"; "" for all of it
    name: Words
    entries: Sequence[Entry]


@dataclass(frozen=True)
class StyledLayer:
    """A layer with everything that a GIS is told of it."""

    words: dictionary.Layer
    geometry: GeometryKind
    crs: CRS
    styles: Sequence[Style]  #: the first is that of the report
    named_by: str | None = None  #: the column that a person calls its rows by
    label: str | None = None  #: what stands on the map at its rows, as a QGIS expression
    licence: str | None = None
    rights: str | None = None  #: what every map of it has to say

    @property
    def name(self) -> str:
        """What the table is called."""
        return self.words.name

    def named_styles(self, lang: str) -> Iterator[tuple[str, Style]]:
        """Give its styles with names that differ."""
        taken: set[str] = set()
        for style in self.styles:
            name = style.name[lang] if style.name[lang] not in taken else f"{style.name[lang]} ({style.key})"
            taken.add(name)
            yield name, style


@dataclass(frozen=True)
class Group:
    """Layers that belong together, the upper ones first."""

    title: Words
    layers: Sequence[str]
    is_ground: bool = False  #: whether it lies under maps that do not explain it
    is_shared: bool = False  #: whether themes of other groups show some of it


@dataclass(frozen=True)
class Theme:
    """A map: which layers are seen, each by the key of its style."""

    title: Words
    group: int  #: whose layers these are, beside those that are shared
    shown: Mapping[str, str]
    rights: Sequence[str] = ()  #: what has to be said under it


def require_columns(layer: StyledLayer) -> None:
    """Refuse styles that name a column which the layer does not have.

    Raises
    ------
    SheltermapError
        Which names the layer, the style and the column.
    """
    there = {column.name for column in layer.words.columns}
    for style in layer.styles:
        for entry in style.entries:
            gone = [each for each in rules.columns(entry.rule) if each not in there]
            if gone:
                told = f"its rule is {entry.rule}; a legend names columns that its layer has"
                raise SheltermapError(f'layer "{layer.name}" has no column "{gone[0]}", by which it is drawn: {told}')
    if layer.named_by is not None and layer.named_by not in there:
        raise SheltermapError(f'layer "{layer.name}" has no column "{layer.named_by}", by which its rows are called')
