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
    """Layers with their legend under one title; a page has one or several, between which its reader chooses."""

    title: str
    layers: Sequence[Layer]
    categories: Sequence[Category]
    draw: Callable[[], Axes]  #: the picture for browsers that cannot draw, and for paper
    group: str = ""  #: views of one group are steps of one question: its scenarios, or its years
    step: str = ""  #: what this view is called among those of its group: "100 years", "2027"
