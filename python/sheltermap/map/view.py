# SPDX-License-Identifier: Apache-2.0
"""What a map page shows at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheltermap.drawing.legend import Category
from sheltermap.map.packed_layers import Layer

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class View:
    """Layers with their legend under one title; a page has one or several, between which its reader chooses.

    Those of one group are one entry of the list of views, which shows the group's words; within it the reader chooses
    a step, or lays two of them side by side with a slider between them.
    """

    title: str
    layers: Sequence[Layer]
    categories: Sequence[Category]
    draw: Callable[[], Axes]  #: the picture for browsers that cannot draw, and for paper
    group: str = ""  #: in words, what the steps of one question have in common: "Flood", "Years"
    step: str = ""  #: what this view is called among those of its group: "100 years", "2027"
    name: str = ""  #: by which a link opens it; of several with the same, the first
