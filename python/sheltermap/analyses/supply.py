# SPDX-License-Identifier: Apache-2.0
"""Supply: which facilities of a register count for a question, why the others do not, and how many places they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sheltermap.base import yes_no
from sheltermap.base.reasons import known
from sheltermap.layers import frames
from sheltermap.layers.cells import answers, listed, numbers, require_answers
from sheltermap.layers.frames_given import takes_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Passing = Callable[[GeoDataFrame, str, str], NDArray[np.bool_]]  # facilities, column, what they are: which pass
    Rule = tuple[str, str, Passing]  # reason, column, what passes

UNUSED_REASONS = known("out_of_use", "wrong_category", "not_compliant", "unsuitable", "closed", "unknown_compliance")
_GRADES = ("full", "partial", "none")
_READINGS = {"full": _GRADES[:1], "renewable": _GRADES[:2], "any": _GRADES}


@takes_frames
def supply(
    facilities: GeoDataFrame,
    *,
    in_use: bool = False,
    category: str | Sequence[str] | None = None,
    compliance: Literal["full", "renewable", "any"] | None = None,
    suitable_for: str | Sequence[str] | None = None,
    open_when: str | Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[GeoDataFrame, GeoDataFrame]:
    """Divide a register into the facilities that count and the others, each with the first reason why not.

    What is not recorded does not pass: a shelter of unknown grade is not fully compliant. Run `coverage` on the usable
    ones, and give it the unused, so that it tells whom one of them would serve.

    Parameters
    ----------
    facilities : GeoDataFrame
    in_use : bool
        Whether those do not count of which the yes-or-no column ``in_use`` says no; else ``out_of_use``. Where it says
        nothing a facility counts as in use, and ``usable.attrs["sheltermap_notes"]`` says of how many that is so.
    category : str or sequence of str, optional
        Categories that count; else ``wrong_category``.
    compliance : {"full", "renewable", "any"}, optional
        Grades that count: ``full``; ``full`` and ``partial`` (what improvements would make full); every recorded grade.
        Else ``not_compliant``, or ``unknown_compliance`` where no grade is recorded.
    suitable_for : str or sequence of str, optional
        Hazards (``flood``) that a facility must suit, all of them: the column ``suits_flood`` says yes, or true. Else
        ``unsuitable``.
    open_when : str or sequence of str, optional
        Ways of opening that count (``always``, ``on_alarm``, ``key_holder``); else ``closed``.
    columns : mapping, optional
        The register's own columns, ``{"category": "kategorija"}``, for ``in_use``, ``category``, ``compliance``,
        ``opening`` and ``suits_…``.

    Returns
    -------
    usable, unused : GeoDataFrames
        Rows as they were; the unused have besides ``unused_reason``, by the order of the parameters, and
        ``unused_detail``: the column and its value.

    Raises
    ------
    ValueError
        If a column is unknown, or a grade, a suitability or ``in_use`` holds a value that is none; in facilities read
        with ``strict=False`` such a value counts as not recorded.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> register = gpd.GeoDataFrame(
    ...     {"compliance": ["full", "partial", "none"], "suits_flood": [True, False, True]},
    ...     geometry=gpd.points_from_xy([24.1, 24.2, 24.3], [56.9, 56.9, 56.9]), crs=4326)
    >>> usable, unused = sm.supply(register, compliance="renewable", suitable_for="flood")
    >>> unused[["unused_reason", "unused_detail"]]
       unused_reason      unused_detail
    1     unsuitable  suits_flood False
    2  not_compliant    compliance none
    """
    if compliance is not None and compliance not in _READINGS:
        raise ValueError(f"compliance must be one of {', '.join(_READINGS)}, not {compliance!r}")
    named = dict(columns or {})
    frames.require_free(facilities, ["unused_reason", "unused_detail"])
    what = frames.describe(facilities, "facilities")
    reason = np.full(len(facilities), -1, np.int8)
    detail = np.full(len(facilities), None, object)
    for why, field, passes in _rules(in_use, category, compliance, suitable_for, open_when):
        column = named.get(field, field)
        frames.require_columns(facilities, [column], what)
        failed = ~passes(facilities, column, what) & (reason < 0)
        reason[failed] = UNUSED_REASONS.index(why)
        detail[failed] = [
            f"{column} {'is not recorded' if pd.isna(value) else value}" for value in facilities[column][failed]
        ]
    unused = facilities[reason >= 0].assign(
        unused_reason=pd.Categorical(np.array(UNUSED_REASONS)[reason[reason >= 0]], categories=UNUSED_REASONS),
        unused_detail=detail[reason >= 0],
    )
    usable = facilities[reason < 0]
    if in_use and (unsaid := use_unsaid(usable, named.get("in_use", "in_use"))):
        usable.attrs["sheltermap_notes"] = [f"of {unsaid} facilities nobody says whether they are in use: they count"]
    return usable, unused


def use_unsaid(facilities: GeoDataFrame, column: str) -> int:
    """Return of how many facilities a column does not say whether they are in use."""
    yes, no = answers(facilities, column, frames.describe(facilities, "facilities"))
    return int((~yes & ~no).sum())


def said_out_of_use(facilities: GeoDataFrame) -> int:
    """Return how many facilities say in a column ``in_use`` that they are not, whatever else it holds."""
    if "in_use" not in facilities:
        return 0
    counts = facilities["in_use"].astype("string").value_counts()
    return int(sum(count for word, count in counts.items() if yes_no.answer(word) is False))


def _rules(
    in_use: bool,
    category: str | Sequence[str] | None,
    compliance: str | None,
    suitable_for: str | Sequence[str] | None,
    open_when: str | Sequence[str] | None,
) -> list[Rule]:
    """Return what a facility must pass, in the order in which reasons are given."""
    rules: list[Rule] = []
    if in_use:
        rules.append(("out_of_use", "in_use", lambda *cells: ~answers(*cells)[1]))
    if category is not None:
        rules.append(("wrong_category", "category", _one_of(category)))
    if compliance is not None:
        rules.append(("unknown_compliance", "compliance", _graded(_GRADES)))
        rules.append(("not_compliant", "compliance", _graded(_READINGS[compliance])))
    for hazard in _listed(suitable_for or ()):
        rules.append(("unsuitable", f"suits_{hazard}", lambda *cells: answers(*cells)[0]))
    if open_when is not None:
        rules.append(("closed", "opening", _one_of(open_when)))
    return rules


def _listed(values: str | Sequence[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


def _one_of(values: str | Sequence[str]) -> Passing:
    return lambda facilities, column, _: facilities[column].isin(_listed(values)).to_numpy(dtype=bool)


def _graded(grades: tuple[str, ...]) -> Passing:
    wanted = [_GRADES.index(each) for each in grades]
    return lambda *cells: np.isin(grades_of(*cells), wanted)


def grades_of(facilities: GeoDataFrame, column: str, what: str) -> NDArray[np.int64]:
    """Return the grade of each facility by its number in full, partial, none; -1 where none is recorded.

    Raises
    ------
    ValueError
        Naming the rows that hold something else.
    """
    frames.require_columns(facilities, [column], what)
    cells = facilities[column]
    wrong = np.flatnonzero(cells.notna() & ~cells.isin(_GRADES))
    require_answers(facilities, column, wrong, what, f"a grade is one of {', '.join(_GRADES)}")
    return pd.Index(_GRADES).get_indexer(pd.Index(cells.astype(object)))


def capacities(
    facilities: GeoDataFrame, column: str | None, kind: str = "facilities"
) -> tuple[Numbers | None, list[str]]:
    """Return the places of each facility, NaN where they are not known, and a note on numbers that cannot be meant.

    Those are held to the limits of the shelter register, so that a register analysis of the same file says the same.
    """
    if column is None:
        return None, []
    from sheltermap.registers.schema import schema

    what = frames.describe(facilities, kind)
    places = numbers(facilities, column, what)
    field = schema("shelter").fields["capacity_persons"]
    assert field.min is not None and field.max is not None
    given = ~np.isnan(places)
    wrong = given & ~((places >= field.min) & (places <= field.max) & (places == np.floor(places)))
    if not wrong.any():
        return places, []
    rows = np.flatnonzero(wrong)
    note = (
        f"{what}: column {column!r} holds {listed(facilities, column, rows)}; places are whole numbers from "
        f"{field.min:.0f} to {field.max:.0f}, so these count as {kind} without a number: correct them, or leave "
        "the cells empty"
    )
    return np.where(wrong, np.nan, places), [note]


def supply_rows(name: Any, state: NDArray[Any], states: Sequence[str], places: Numbers | None) -> list[dict[str, Any]]:
    """Return for a scenario how many facilities are in each state and, where asked for, their known places."""
    found = []
    for each in states:
        here = state == each
        row: dict[str, Any] = {"scenario": name, "state": each, "facilities": int(here.sum())}
        if places is not None:
            row |= {"capacity": float(np.nansum(places[here])), "without_capacity": int(np.isnan(places[here]).sum())}
        found.append(row)
    return found
