# SPDX-License-Identifier: Apache-2.0
"""What a scenario destroys of things of value, and how many people leave their homes, by intensity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.units import conversion
from sheltermap.risk.damage import Damage, DamageCurve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sheltermap.risk.affected import Exposed
    from sheltermap.risk.hits import Hits
    from sheltermap.risk.scenario import Scenario

    Numbers = NDArray[np.float64]

EVERYTHING = "all"  # what a line of a sum is of
NO_CLASS, UNKNOWN_CLASS = "below", "unknown"  # of displaced people: below every class; at an unknown intensity


def damage_lines(
    keys: dict[str, Any],
    scenario: Scenario,
    damage: Sequence[Damage],
    layers: Mapping[str, Exposed],
    hits: Mapping[str, Hits],
    currency: str | None,
) -> list[dict[str, Any]]:
    """Return what is lost of each layer that has values, then of all together; nothing where no damage is told.

    ``damage`` of the layer's ``affected`` value; ``rows_unknown`` are affected at an intensity, or of a value, that
    nobody knows, or nobody knows whether they are affected: nothing is lost of these here.
    """
    found = []
    for each in damage:
        if not each.is_about(scenario.hazard):
            continue
        layer, hit = layers[each.what], hits[each.what]
        counted = next(one for one in layer.counted if one.measure == each.value)
        values, affected, _, _ = counted.parts(hit)
        lost = affected * _share(each.curve, scenario, hit)
        unknown = (hit.inside == -1) | ((hit.inside == 1) & (np.isnan(lost) | np.isnan(values)))
        line = {"what": each.what, "measure": each.value, "unit": currency, "affected": total(affected)}
        found.append(keys | line | {"damage": total(lost), "rows_unknown": int(unknown.sum())})
    if not found:
        return []
    sums: dict[str, Any] = {"what": EVERYTHING, "measure": "damage", "unit": currency}
    for name in ("affected", "damage", "rows_unknown"):
        sums[name] = type(found[0][name])(total(np.array([float(line[name]) for line in found])))
    return [*found, keys | sums]


def displaced_lines(
    keys: dict[str, Any], scenario: Scenario, curve: DamageCurve, people: Exposed, hits: Hits
) -> list[dict[str, Any]]:
    """Return how many of the people affected leave their homes, by class of the intensity, then all of them.

    People at an intensity that nobody knows have a line of their own, and are not among the displaced.
    """
    share = _share(curve, scenario, hits)
    intensity = _in_unit(curve, scenario, hits)
    steps = curve.shape == "steps"
    code = curve.class_of(intensity) if steps else np.where(np.isnan(intensity), -2, 0)
    names = curve.names if steps else ()
    rows = [(UNKNOWN_CLASS, code == -2), *([(NO_CLASS, code == -1)] if steps else [])]
    rows = [*((name, code == number) for number, name in enumerate(names)), *reversed(rows)]
    found = []
    for counted in people.counted:
        _, affected, _, _ = counted.parts(hits)
        leaving = np.where(np.isnan(share), 0.0, affected * np.nan_to_num(share))
        line = keys | {"measure": counted.measure, "unit": counted.unit}
        for name, here in rows:
            sums = {"affected": total(affected[here]), "displaced": total(leaving[here])}
            if name in names or sums["affected"] > 0:
                found.append(line | {"class": name} | sums)
        found.append(line | {"class": EVERYTHING, "affected": total(affected), "displaced": total(leaving)})
    return found


def no_curve_note(scenarios: Sequence[Scenario], damage: Sequence[Damage], displaced: DamageCurve | None) -> list[str]:
    """Return notes on scenarios of which no curve says what they destroy, or how many people leave."""
    notes: list[str] = []
    silent = [each.id for each in scenarios if not any(one.is_about(each.hazard) for one in damage)]
    if damage and silent:
        notes.append(texts.Note.of("impact_no_damage", {"scenarios": silent}))
    silent = [each.id for each in scenarios if displaced is not None and displaced.hazard not in (None, each.hazard)]
    if silent:
        notes.append(texts.Note.of("impact_no_displaced", {"scenarios": silent}))
    return notes


def _share(curve: DamageCurve | float, scenario: Scenario, hits: Hits) -> Numbers:
    if isinstance(curve, DamageCurve):
        return curve.at(_in_unit(curve, scenario, hits))
    return np.full(len(hits), float(curve))


def _in_unit(curve: DamageCurve, scenario: Scenario, hits: Hits) -> Numbers:
    """Return the intensity in the unit of a curve; ValueError where it has none, or measures something else."""
    if scenario.unit is None:
        raise ValueError(
            f"scenario {scenario.id} does not tell the unit of its intensity, and the curve wants it in {curve.unit}: "
            "give intensity and unit, or say by hazard which scenarios the curve is about"
        )
    if scenario.unit == curve.unit:
        return hits.intensity
    try:
        factor = float(conversion(scenario.unit, curve.unit))
    except ValueError:
        raise ValueError(
            f"scenario {scenario.id} has its intensity in {scenario.unit}, the curve in {curve.unit}: these do not "
            "measure the same; say by hazard which scenarios the curve is about"
        ) from None
    return hits.intensity * factor
