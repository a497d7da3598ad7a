# SPDX-License-Identifier: Apache-2.0
"""Views as the map page takes them: their words and legends, and the layers that they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.map.packed_layers import Layer
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.map.packed_columns import Columns

LONGEST_TITLE = 160  # letters of a heading or of an entry in a list of views


class PackedViews:
    """The layers of all views, each different one once, and what has to be said about them."""

    def __init__(self, columns: Columns, lang: str) -> None:
        self.layers: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self._columns = columns
        self._lang = lang

    def view(self, view: View) -> dict[str, Any]:
        """Pack what a view shows; return it with the numbers of its layers."""
        missing = sum(int((~layer.present).sum()) for layer in view.layers if layer.role == "rows")
        if missing:
            self.notes.append(texts.say("not_on_map", self._lang, count=texts.number(missing)))
        return {
            "name": view.name,
            "title": shortened(view.title),
            "group": shortened(view.group),
            "step": shortened(view.step),
            "layers": [self._number(layer) for layer in view.layers],
            "legend": [
                {
                    "label": texts.pick(each.label, self._lang),
                    "colour": each.colour,
                    "marker": each.marker,
                    "count": each.count,
                }
                for each in view.categories
            ],
            "bounds": bounds_of(view.layers),
        }

    def _number(self, layer: Layer) -> int:
        packed, notes = layer.packed(self._columns, self._lang)
        packed["called"] = layer.called(self._lang)
        if layer.usable is not None:
            packed["states"] = [texts.say(key, self._lang) for key in ("map_not_usable", "map_usable")]
        self.notes += notes
        if packed not in self.layers:
            self.layers.append(packed)
        return self.layers.index(packed)


def shortened(title: str) -> str:
    """Return a title as a heading has room for it."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def bounds_of(layers: Sequence[Layer]) -> list[float] | None:
    """Return the box around the rows and facilities, or else around all there is."""
    for wanted in ({"rows", "facilities"}, {"areas", "zones"}):
        boxes = np.concatenate([np.empty((0, 4)), *(layer.bounds() for layer in layers if layer.role in wanted)])
        if len(boxes):
            return [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]
    return None
