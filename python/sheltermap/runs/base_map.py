# SPDX-License-Identifier: Apache-2.0
"""The base map of a plan: made of its files around all inputs, and each file named by its SHA-256."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sheltermap as sm
from sheltermap._native import SheltermapError
from sheltermap.base import texts
from sheltermap.basemap.boxes import box_of, together
from sheltermap.drawing.ground import names_without_letters
from sheltermap.layers.digest import sha256
from sheltermap.plans.plan import Plan
from sheltermap.questions.plan_error import PlanError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.basemap.basemap import Basemap

NAMES_SAID = 3  # of places that no font can draw


@dataclass(frozen=True)
class BasemapRecord:
    """One file of a base map."""

    name: str  #: the class it is for, or "all"
    path: str  #: as the plan says it
    sha256: str
    notes: tuple[str, ...]  #: of the base map as a whole


def read_base_map(plan: Plan, inputs: Iterable[GeoDataFrame]) -> tuple[Basemap | None, list[BasemapRecord]]:
    """Make the base map that a plan names, around all of its inputs; None where it names none, or nothing has a place.

    Raises
    ------
    PlanError
        If a file does not hold what the plan says.
    ReadError, CrsError, GeometryError
        If a file cannot be used, changes meanwhile, or lies elsewhere than the inputs.
    """
    around = together(box_of(frame) for frame in inputs)
    paths = plan.context_paths()
    if not paths or around is None:
        return None, []
    source = plan.map
    try:
        before = {name: sha256(path) for name, path in paths.items()}
        made = sm.basemap(
            paths.get("all", paths),
            around=around,
            lang=plan.languages,
            attribution=source.attribution,
        )
        changed = any(sha256(path) != before[name] for name, path in paths.items())
    except OSError as error:
        raise sm.ReadError(f"map.context: {error.filename} cannot be read: {error.strerror}") from None
    except SheltermapError as error:
        raise type(error)(f"map.context: {error}") from None
    except ValueError as error:
        raise PlanError(plan.path, [f"map.context: {error}"]) from None
    if changed:
        raise sm.ReadError("map.context: it was changed while it was read; run again")
    made = replace(made, notes=(*made.notes, *_names_not_drawn(made)))
    return made, [BasemapRecord(name, path, before[name], made.notes) for name, path in source.files.items()]


def _names_not_drawn(made: Basemap) -> list[texts.Note]:
    """Say which names of places the report's pictures lack."""
    names = names_without_letters(made)
    if not names:
        return []
    said: dict[str, str] | str = ", ".join(f"“{each}”" for each in names[:NAMES_SAID])
    if (more := len(names) - NAMES_SAID) > 0:
        said = texts.counted("basemap_names_and_others", more, names=said)
    return [texts.Note.of("basemap_names_not_drawn", names=said)]
