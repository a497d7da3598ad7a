# SPDX-License-Identifier: Apache-2.0
"""Where each risk stands in a matrix: its classes, its level, what is expected of it a year; checked row by row."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.suggestions import one_form
from sheltermap.layers import frames
from sheltermap.layers.cells import numbers
from sheltermap.risk.class_parts import COMMON

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.risk.risk_classes import RiskClasses

    Numbers = NDArray[np.float64]

WHAT = "the risks"  # in errors
CARRIED = ("hazard", "title", "cause")  #: columns that go along as they are
AGREE = 1e-9  # a return period and a probability that differ by no more than this part tell the same


def placed_risks(risks: pd.DataFrame, classes: RiskClasses) -> pd.DataFrame:
    """Return one row per risk, in their order, with classes, level and expected values; see `RiskMatrix.risks`.

    Raises
    ------
    ValueError
        Naming the rows, where a scenario has no id or is there twice, a probability, a class or an impact is none, or
        there is an impact of which the classes say nothing.
    """
    ids = _ids(risks)
    known = [name for name in classes.dimensions if name in risks.columns]
    strange = [name for name in COMMON if name in risks.columns and name not in classes.dimensions]
    if strange:
        raise ValueError(
            f"{WHAT} have the impact {strange[0]!r}, of which the classes say nothing; they have "
            f"{', '.join(classes.dimensions)}: add it to the classes, or leave the column out"
        )
    if not known:
        raise ValueError(f"{WHAT} have no impact: a column of {', '.join(classes.dimensions)} is needed")
    _require_units(risks, known, classes)
    probability = _probabilities(risks, ids)
    found = pd.DataFrame({"scenario": ids})
    for column in CARRIED:
        if column in risks.columns:
            found[column] = risks[column].to_numpy()
    found["annual_probability"] = probability
    found["likelihood_class"] = _likelihoods(risks, ids, probability, classes)
    by_dimension = {}
    for name in known:
        values = numbers(risks, name, WHAT)
        by_dimension[name] = _classes_of(values, ids, partial(classes.impact_class, name))
        found[name] = values
        found[f"{name}_class"] = by_dimension[name]
        if not classes.dimensions[name].qualitative:
            found[f"{name}_expected"] = probability * values
    return found.assign(**_joined(found, by_dimension, classes))


def _require_units(risks: pd.DataFrame, known: list[str], classes: RiskClasses) -> None:
    """Raise where the table says that its numbers are in another unit than the classes."""
    for name, unit in risks.attrs.get("units", {}).items():
        own = classes.dimensions[name].unit if name in known else None
        if unit and own is not None and unit != own:
            raise ValueError(
                f"{WHAT} tell {name} in {unit}, and its classes begin at so many {own}: bring one of them to the other"
            )


def _ids(risks: pd.DataFrame) -> list[str]:
    """Return the scenarios' ids as texts."""
    frames.require_columns(risks, ["scenario"], WHAT)
    if not len(risks):
        raise ValueError(f"{WHAT} have no row: there is nothing to place")
    if risks["scenario"].isna().any():
        raise ValueError(f"{WHAT}: row {int(np.flatnonzero(risks['scenario'].isna())[0]) + 1} names no scenario")
    ids = [str(one_form(each)) for each in risks["scenario"]]
    each, count = Counter(ids).most_common(1)[0]
    if count > 1:
        raise ValueError(f"{WHAT}: the scenario {each!r} is there twice; give one row for each")
    return ids


def _probabilities(risks: pd.DataFrame, ids: list[str]) -> Numbers:
    """Return the annual probabilities, of return periods their inverse; NaN where neither is told."""
    told = np.full(len(risks), np.nan)
    if "annual_probability" in risks.columns:
        told = numbers(risks, "annual_probability", WHAT)
        _require(ids, "annual_probability", told, (told > 0) & (told <= 1), "above 0 and at most 1")
    if "return_period_years" not in risks.columns:
        return told
    years = numbers(risks, "return_period_years", WHAT)
    _require(ids, "return_period_years", years, (years >= 1) & (years < math.inf), "1 year or longer")
    inverse = 1 / years
    apart = np.abs(inverse - told) > AGREE * inverse  # False where one is not told
    if apart.any():
        row = int(np.flatnonzero(apart)[0])
        raise ValueError(
            f"{WHAT}: {ids[row]} has the probability {told[row]:g} and a return period of {years[row]:g} years, which "
            "is another: leave one of the two empty"
        )
    return np.where(np.isnan(told), inverse, told)


def _require(ids: list[str], column: str, values: Numbers, sound: NDArray[np.bool_], allowed: str) -> None:
    wrong = np.flatnonzero(~sound & ~np.isnan(values))
    if len(wrong):
        raise ValueError(f"{WHAT}: {column} of {ids[wrong[0]]} is {values[wrong[0]]:g}; it is {allowed}")


def _likelihoods(risks: pd.DataFrame, ids: list[str], probability: Numbers, classes: RiskClasses) -> Any:
    """Return the classes of likelihood: of the probability, else the one that is named; missing where neither is."""
    found = _classes_of(probability, ids, classes.likelihood_class)
    if "likelihood" not in risks.columns:
        return found
    for row, name in enumerate(risks["likelihood"]):
        if name is None or pd.isna(name) or not str(name).strip():
            continue
        shown = f"{name:g}" if isinstance(name, float) else str(name)
        try:
            number = classes.likelihood_named(shown)
        except ValueError as error:
            raise ValueError(f"{WHAT}: likelihood of {ids[row]}: {error}") from None
        if not pd.isna(found[row]) and found[row] != number:
            raise ValueError(
                f"{WHAT}: {ids[row]} is said to be of the likelihood {shown}, and its annual probability of "
                f"{probability[row]:g} is in class {found[row]}: leave one of the two empty"
            )
        found[row] = number
    return found


def _classes_of(values: Numbers, ids: list[str], class_of: Callable[[float], int]) -> Any:
    """Return the class of each value, missing where there is none; ValueError, which names the risk."""
    found = pd.array([pd.NA] * len(values), dtype="Int64")
    for row in np.flatnonzero(~np.isnan(values)).tolist():
        try:
            found[row] = class_of(float(values[row]))
        except ValueError as error:
            raise ValueError(f"{WHAT}: {ids[row]}: {error}") from None
    return found


def _joined(found: pd.DataFrame, by_dimension: dict[str, Any], classes: RiskClasses) -> dict[str, Any]:
    """Return the joined class of impact, who decides it, what nobody knows, the level, or why there is none."""
    rows: list[dict[str, Any]] = []
    for row, likelihood in enumerate(found["likelihood_class"]):
        known = {name: int(each[row]) for name, each in by_dimension.items() if not pd.isna(each[row])}
        impact = classes.joined_class(known) if known else None
        unlikely = pd.isna(likelihood)
        missing = [word for word, lacks in (("likelihood", unlikely), ("impact", impact is None)) if lacks]
        level = None if missing or impact is None else classes.level(int(likelihood), impact)
        rows.append(
            {
                "impact_class": impact,
                "decided_by": ", ".join(classes.decided_by(known)) if known else None,
                "unknown_impacts": ", ".join(name for name in classes.dimensions if name not in known) or None,
                "level": level,
                "level_id": None if level is None else classes.levels[level - 1].id,
                "not_placed": f"no_{'_and_'.join(missing)}" if missing else None,
            }
        )
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    types = {"impact_class": "Int64", "level": "Int64"}
    return {key: pd.Series(column, found.index, dtype=types.get(key, "string")) for key, column in columns.items()}
