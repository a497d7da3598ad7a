# SPDX-License-Identifier: Apache-2.0
"""What the figures of an impact are made of: rows by what becomes of them in a scenario; of a year, weighed sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base.scenarios import scenario_label
from sheltermap.questions.figure_source import (
    Computed,
    NotInLayers,
    is_one_of,
    less,
    literal,
    share,
)
from sheltermap.questions.shared_sources import YES, places_known
from sheltermap.risk.affected import MEASURED
from sheltermap.risk.expected_annual import METHODS, PARTS, expected_annual
from sheltermap.risk.impact import THINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sheltermap.questions.figure_source import Asked, Source, Term, Where
    from sheltermap.questions.impact_keys import OfImpact
    from sheltermap.questions.scenario_sources import ScenarioSource

WITHOUT = "rows_without_weight"


def impact_source(kind: OfImpact, asked: Asked) -> Source:
    """Return what a figure of an impact is made of."""
    name = asked.name
    if name.startswith("expected_"):
        return _expected(kind, asked)
    if name.startswith("access"):
        return NotInLayers("access_lost")
    if name.startswith(("displaced", "damage")):
        return NotInLayers("by_curve")
    what = next((each for each in THINGS if name.startswith(f"{each}_")), None)
    first = next((each for each in ("demand", *THINGS) if each in kind.roles), "")
    end = "" if what is None or what == first else what
    return _counted(kind, asked, name if what is None else name.removeprefix(f"{what}_"), end, what)


def _counted(kind: OfImpact, asked: Asked, name: str, end: str, what: str | None) -> Source:
    """Count the rows of a layer by what becomes of them; lines and polygons count by their parts, which it lacks."""
    label = scenario_label(str(asked.scenario))
    if asked.category is not None or asked.measure in MEASURED.values() or _is_spread(asked, end, label):
        affected = [each for each in asked.columns(end) if each.startswith(f"affected_{label}_")]
        if name == "affected" and asked.measure in MEASURED.values() and affected:
            where = () if asked.category is None else (asked.told(str(kind.land_type), asked.category, end),)
            return asked.of(affected[0], *where, end=end)
        return NotInLayers("spread")
    known = (places_known(asked.measure),) if what == "facilities" and asked.measure == kind.capacity else ()
    if name in ("total", "affected_share"):
        total = asked.people(*known, end=end)
        return total if name == "total" else share(asked.people(_is(label, "affected"), end=end), total)
    if name == WITHOUT:
        if not known:
            return asked.without_number(end=end)
        return less(asked.count(end=end), asked.count(*known, end=end))
    if name == "without_supply":
        return asked.people(is_one_of(f"lost_{label}", YES), end=end)
    return asked.people(_is(label, name), *known, end=end)


def _is(label: str, state: str) -> Where:
    return is_one_of(f"state_{label}", state)


def _is_spread(asked: Asked, end: str, label: str) -> bool:
    """Whether only a part of a row counts where only a part of it is affected."""
    parts = any(each.startswith(f"affected_{label}_") for each in asked.columns(end))
    return parts and asked.measure != "rows"


def _expected(kind: OfImpact, asked: Asked) -> Source:
    """Return what is expected in a year: the affected of each level, each weighed by what it is worth in the curve."""
    what, _, told = asked.name.removeprefix("expected_").partition("_")
    if what != "people":
        return NotInLayers("by_curve")
    mine = [each for each in asked.scenarios if each.hazard == asked.category and has_years(each)]
    levels = sorted(mine, key=years_of)
    method = next((each for each in METHODS if told.endswith(each)), kind.method if told == "" else METHODS[0])
    part = told.removesuffix(method).strip("_") or "total"
    worth = _worth(levels, part, method, kind.zero_impact_years.get(str(asked.category)))
    affected: list[Term] = [asked.people(_is(scenario_label(each.id), "affected")) for each in levels]
    if not any(worth):
        return Computed("0 * {0}", (affected[0],), "expected_nothing")
    formula = " + ".join(f"{{{number}}} * {literal(value)}" for number, value in enumerate(worth))
    said = "; ".join(f"{value:.6g} × {each.id}" for value, each in zip(worth, levels, strict=True))
    return Computed(formula, tuple(affected), "expected", {"terms": said})


def _worth(levels: Sequence[ScenarioSource], part: str, method: str, zero_years: float | None) -> list[float]:
    """Return by how much one person affected by each level raises a part: the area under the curve grows with each."""
    years = [years_of(each) for each in levels]
    found = []
    for one in np.eye(len(levels)):
        parts = expected_annual(years, one, zero_impact_years=zero_years, falling="report").parts
        found.append(float(parts[method].iloc[PARTS.index(part)]))
    return found


def has_years(scenario: ScenarioSource) -> bool:
    """Whether a scenario has a return period, or a probability, that makes it a level."""
    return scenario.return_period_years is not None or scenario.annual_probability is not None


def years_of(scenario: ScenarioSource) -> float:
    """Return the return period of a level."""
    if scenario.return_period_years is not None:
        return scenario.return_period_years
    assert scenario.annual_probability is not None, "it is a level"
    return 1 / scenario.annual_probability
