# SPDX-License-Identifier: Apache-2.0
"""Where the tables of the report lead: their numbers to the picture that has them, their names to the interactive map.

A name leads to the map where one place of that name is shown there, in the view of the same analysis and in the layers
that the head of its column is about; of several places with the same name none is meant more than the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.plots import place_on
from sheltermap.page.table import Cell, LonLat, Table

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from sheltermap.map import Map, View
    from sheltermap.map.packed_layers import Layer

DECIMALS = 5  # of degrees: a metre
# Heads of columns with names, and the layers in which these are looked for, one after the other.
NAMING: dict[str, tuple[str, ...]] = {
    "name": ("rows", "facilities"),
    "area": ("areas", "rows"),
    "zone": ("zones", "rows"),
    "street": ("flows", "zones"),
    **dict.fromkeys(("facility", "nearest_facility", "store", "nearest_store"), ("facilities", "rows")),
    **dict.fromkeys(("continuity_next", "continuity_fails"), ("facilities",)),
}


@dataclass(frozen=True)
class MapLinks:
    """The interactive map of a report, and where its places are."""

    files: Mapping[str, str]  #: of the map, by language
    views: Sequence[View]  #: of one of them: all show the same places
    _shapes: dict[tuple[str, str], dict[str, BaseGeometry | None]] = field(default_factory=dict, repr=False)

    @property
    def page(self) -> str | None:
        """The map in the first language; nothing where there is none."""
        return next(iter(self.files.values()), None)

    @classmethod
    def of(cls, maps: Mapping[str, tuple[str, Map]]) -> MapLinks:
        """Return those of the pages of a map: by language, the name of its file and what it holds."""
        first = next(iter(maps.values()), None)
        return cls({lang: name for lang, (name, _) in maps.items()}, [] if first is None else first[1].views)

    def within(self, table: Table, analysis: str) -> Table:
        """Return a table of an analysis whose numbers and names lead to where they are."""
        links: dict[tuple[int, int], str] = {}
        if table.numbers_on:
            numbered = [row for row in table.numbered if table.places[row] is not None]
            links |= dict.fromkeys(((row, 0) for row in numbered), f"#{table.numbers_on}")
        shown = [view for view in self.views if view.name == analysis]
        if shown:
            links |= {cell: self._to(analysis, role, at) for cell, role, at in self._found(table, shown[0])}
        return replace(table, links=links) if links else table

    def _found(self, table: Table, view: View) -> Iterator[tuple[tuple[int, int], str, LonLat]]:
        """Give the cells that name a place of a view: the row and column, the layer and the place."""
        naming = {at: roles for at, head in enumerate(table.head[: table.texts_first]) if (roles := _layers_of(head))}
        first = next(iter(naming), None)
        for at, roles in naming.items():
            for number, row in enumerate(table.rows):
                if at == first and table.places:
                    place = table.places[number] if number < len(table.places) else None
                    found = None if place is None else (table.role, place)
                else:
                    found = self._named(view, roles, _plain(row[at]))
                if found is not None:
                    yield (number, at), *found

    def _named(self, view: View, roles: Collection[str], name: str) -> tuple[str, LonLat] | None:
        """Return where the one place of a name is, and in which layer; nothing where there is none, or several."""
        for role in roles if name else ():
            key = (view.name, role)
            if key not in self._shapes:
                self._shapes[key] = _shapes_of([each for each in view.layers if each.role == role])
            if name in self._shapes[key]:
                shape = self._shapes[key][name]
                return None if shape is None else (role, place_on(shape))
        return None

    def _to(self, analysis: str, role: str, place: LonLat) -> str:
        return f"{self.page}#{analysis}/{role}/{place[0]:.{DECIMALS}f},{place[1]:.{DECIMALS}f}"


def _layers_of(head: Cell) -> tuple[str, ...]:
    """Return in which layers the names of a column are looked for, from its head."""
    return next((roles for key, roles in NAMING.items() if head == texts.both(key)), ())


def _plain(cell: Cell) -> str:
    """Return a text that is the same in all languages; nothing where it is not, for then it is no name."""
    if isinstance(cell, dict):
        said = set(cell.values())
        return said.pop() if len(said) == 1 else ""
    return cell if isinstance(cell, str) else ""


def _shapes_of(layers: Sequence[Layer]) -> dict[str, BaseGeometry | None]:
    """Return what has each name in layers; None where several have it."""
    found: dict[str, BaseGeometry | None] = {}
    for layer in layers:
        names = layer.fields[0].said if layer.fields else []
        for row in np.flatnonzero(layer.present[: len(names)]).tolist():
            name = names[row]
            if name is not None:
                found[name] = None if name in found else layer.shapes[row]
    return found
