# SPDX-License-Identifier: Apache-2.0
"""Results that are drawn: as a picture by `.plot()`, as a map to look around in by `.explore()`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sheltermap.map import Map


class Drawable:
    """A result that is drawn by what is named after it: `plot_flood` and the views of a "flood" draw a `flood`.

    They live in rooms that use the analyses, and are fetched when somebody looks; `import sheltermap` and an analysis
    need neither matplotlib nor templates. What can be asked of its picture and its map each result says in methods of
    its own, `plot` and `explore`, which pass it on.
    """

    _drawn_as: ClassVar[str]

    def __init_subclass__(cls, *, drawn_as: str | None = None, **others: Any) -> None:
        super().__init_subclass__(**others)
        if drawn_as is not None:  # else it is a subclass of a result, and drawn alike
            cls._drawn_as = drawn_as

    def _plotted(self, **options: Any) -> Axes:
        from sheltermap import drawing

        return getattr(drawing, f"plot_{self._drawn_as}")(self, **options)

    def _explored(self, **options: Any) -> Map:
        from sheltermap import map as maps

        return maps.explored(self._drawn_as, self, **options)
