# SPDX-License-Identifier: Apache-2.0
"""Which figure or indicator of an assessment is asked about."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.scopes import ALL, AREA, NO_AREA
from sheltermap.base.suggestions import one_form, unknown
from sheltermap.layers.cells import first_few
from sheltermap.questions.figures import records, threshold_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sheltermap.evidence.asked_figures import AskedFigures

CHOICES = ("measure", "scope", "area", "threshold", "scenario", "category")  #: what may tell figures of one name apart
THRESHOLD = "threshold"


def names_of(asked: AskedFigures) -> dict[str, int]:
    """Return the figures that may be asked about, each with how many numbers it has."""
    return Counter(f"{row['analysis']}.{row['figure']}" for row in records(asked.figures))


def chosen_figure(asked: AskedFigures, name: str, **given: Any) -> dict[str, Any]:
    """Return the one figure that is meant.

    Parameters
    ----------
    asked : AskedFigures
    name : str
        Analysis and figure, with a point between.
    **given
        Of `CHOICES`, what is given; what is not may be anything, as long as one figure fits. Without an area figures
        of all are meant, without a measure those of what the analysis counts.

    Raises
    ------
    ValueError
        If there is none, with what may have been meant, or several, with what tells them apart.
    """
    figures = _of_name(asked, name)
    wanted = {key: value for key, value in given.items() if value is not None}
    if THRESHOLD in wanted:
        wanted[THRESHOLD] = str(_limit(figures, wanted[THRESHOLD]))
    if (area := wanted.get(AREA)) is not None:
        wanted = {**{key: value for key, value in wanted.items() if key != AREA}, **_place(area)}
    elif (figures["scope"] == ALL).any():
        wanted["scope"] = ALL
    for key, value in wanted.items():
        fit = figures[(figures[key] == one_form(value)).fillna(False).astype(bool)]
        if not len(fit):
            raise ValueError(f"{name}: {unknown(f'no figure has the {key}', value, _there(figures, key))}")
        figures = fit
    if "measure" not in wanted:
        own = figures[figures["measure"] == asked.kinds[str(figures["analysis"].iloc[0])].measure]
        figures = own if len(own) else figures
    for key in ("scenario", "category"):
        if key not in wanted and figures[key].isna().any():
            figures = figures[figures[key].isna()]
    if len(figures) > 1:
        varying = [f"{key}: {first_few(there)}" for key in CHOICES if len(there := _there(figures, key)) > 1]
        raise ValueError(f"{name}: {len(figures)} figures fit; say also which {'; which '.join(varying)}")
    return records(figures)[0]


def _of_name(asked: AskedFigures, name: str) -> pd.DataFrame:
    """Return the figures of a name; ValueError where there is no such analysis, or no such figure of it."""
    analysis, _, figure = name.partition(".")
    figures = asked.figures
    mine = figures[figures["analysis"] == analysis]
    if not len(mine):
        raise ValueError(unknown("no analysis is called", analysis, figures["analysis"].unique()))
    found = mine[mine["figure"] == figure]
    if not len(found):
        raise ValueError(unknown(f"{analysis} has no figure", figure, mine["figure"].unique()))
    limits = [None if (limit := threshold_in(row)) is None else str(limit) for row in records(found)]
    return found.assign(**{THRESHOLD: pd.array(limits, dtype="string")})


def _limit(figures: pd.DataFrame, given: LimitLike) -> Limit:
    """Return a limit that was given as a text, or as a number in the unit that the figures have."""
    in_time = bool(figures["threshold_s"].notna().any())
    if isinstance(given, str) and given.replace(".", "", 1).isdecimal():
        given = float(given)
    return Limit(float(given), "s") if isinstance(given, int | float) and in_time else Limit.of(given)


def _place(area: str) -> Mapping[str, str]:
    """Return the scope of an area, or of those who are in none."""
    return {"scope": area} if area in NO_AREA else {"scope": AREA, AREA: area}


def _there(figures: pd.DataFrame, key: str) -> list[str]:
    """Return what the figures have there, each once."""
    return [str(each) for each in figures[key].dropna().unique()]
