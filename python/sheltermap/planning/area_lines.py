# SPDX-License-Identifier: Apache-2.0
"""Places held against people, for all and in each area: one line each, and whether the places are enough."""

from __future__ import annotations

import copy
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.analyses.ledger import sums_by_state
from sheltermap.planning.structure_places import COUNTED, STATES, StructurePlaces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.analyses.areas import Areas
    from sheltermap.base.standards import Standard

VERDICTS = ("enough", "if_renewed", "short", "unknown")
READINGS = ("valid", "renewable", "present")
FIGURES = (
    *("people", "rows_without_weight", "required", *COUNTED, "present", "structures", "without_places"),
    *(f"missing_{reading}" for reading in READINGS),
    *("share_valid", "share_renewable", "verdict"),
)


def lines_of(
    people: NDArray[np.float64],
    of_people: Areas | None,
    structures: StructurePlaces,
    where: Areas | None,
    per_person: Fraction,
) -> dict[Any, dict[str, Any]]:
    """Return the figures by area, None for all; those in no area where there is somebody or something."""
    asked = sums_by_state({"people": people}, of_people, ["people"], np.zeros(len(people), np.int64))
    counted = structures.counted
    places = {
        "places": structures.places[counted],
        "structures": np.ones(int(counted.sum())),
        "without": np.isnan(structures.places[counted]).astype(np.float64),
    }
    grouped = None
    if where is not None:
        grouped = copy.copy(where)
        grouped.codes = where.codes[counted]
    found = sums_by_state(places, grouped, STATES, structures.state[counted])
    demanded = {_key(row["area"]): row for row in asked.to_dict("records")}
    present: dict[Any, dict[str, Any]] = {}
    for row in found.to_dict("records"):
        present.setdefault(_key(row["area"]), {})[row["measure"]] = row
    order = [None, *([] if where is None else where.all_names())]
    return {
        area: _line(area, demanded.get(area), present.get(area, {}), per_person)
        for area in order
        if area in demanded or area in present
    }


def _key(area: Any) -> Any:
    return None if area is None or (isinstance(area, float) and math.isnan(area)) else area


def _line(
    area: Any, asked: dict[Any, Any] | None, found: dict[str, dict[Any, Any]], per_person: Fraction
) -> dict[str, Any]:
    people = 0.0 if asked is None else float(asked["total"])
    uncounted = 0 if asked is None else int(asked["rows_without_weight"])
    required = float(Fraction(str(people)) * per_person)
    line: dict[str, Any] = {"area": area, "people": people, "rows_without_weight": uncounted, "required": required}
    for state in COUNTED:
        line[state] = float(found["places"][state]) if "places" in found else 0.0
    line["present"] = float(found["places"]["total"]) if "places" in found else 0.0
    line["structures"] = int(found["structures"]["total"]) if "structures" in found else 0
    line["without_places"] = int(found["without"]["total"]) if "without" in found else 0
    for reading in READINGS:
        line[f"missing_{reading}"] = max(required - held_by(line, reading), 0.0)
    for reading in READINGS[:2]:
        line[f"share_{reading}"] = held_by(line, reading) / required if required else math.nan
    unsure = sum(found["without"][state] for state in COUNTED if state != "not_valid") if "without" in found else 0
    line["verdict"] = _verdict(line, bool(unsure))
    return line


def held_by(line: dict[str, Any], reading: str) -> float:
    """Return the places of a line under a reading."""
    return float(line["valid"] + line["renewable"] if reading == "renewable" else line[reading])


def _verdict(line: dict[str, Any], unsure: bool) -> str:
    """Say whether the places are enough; `unsure`: there may be more of them than are known."""
    if not line["rows_without_weight"]:
        if line["valid"] >= line["required"]:
            return "enough"
        if held_by(line, "renewable") >= line["required"]:
            return "if_renewed"
    if not unsure and held_by(line, "renewable") + line["unknown"] < line["required"]:
        return "short"
    return "unknown"


def summary_of(everybody: dict[str, Any], by_area: pd.DataFrame | None, standard: Standard | None) -> pd.DataFrame:
    """Return what is required, present and missing under each reading."""
    per_person = None if standard is None else standard.figures.get("area_per_person")
    lines = []
    for reading in READINGS:
        held, missing = held_by(everybody, reading), everybody[f"missing_{reading}"]
        apart = math.nan if by_area is None else math.fsum(by_area[f"missing_{reading}"])
        share = held / everybody["required"] if everybody["required"] else math.nan
        line = {"reading": reading, "required": everybody["required"], "places": held, "missing": missing}
        line |= {"share": share, "missing_in_areas": apart}
        if per_person is not None:
            line["missing_m2"] = float(Fraction(str(missing)) * per_person.to("m2/person"))
        lines.append(line)
    return pd.DataFrame(lines)
