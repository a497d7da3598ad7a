# SPDX-License-Identifier: Apache-2.0
"""A warning against the layers of a plan: who and what lies in its area, at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import sheltermap as sm
from sheltermap._native import CrsError
from sheltermap.alerts import geocodes as codes_of
from sheltermap.alerts import scenario_triggers
from sheltermap.alerts.alert import Alert
from sheltermap.alerts.alert_ground import ONLY_POINT, Ground, ground_of
from sheltermap.alerts.cap import read_alert
from sheltermap.alerts.geocodes import CodedAreas
from sheltermap.alerts.in_force import InForce, in_force
from sheltermap.alerts.warned import ALL_CLEAR, CANCELLED, IN_FORCE, NO_WARNING, Warned
from sheltermap.alerts.warned_rows import (
    FACILITY_COLUMNS,
    LISTED_COLUMNS,
    NEAR_COLUMNS,
    PEOPLE_COLUMNS,
    Found,
    found_in,
)
from sheltermap.alerts.watched import Watched, of_frames, of_plan
from sheltermap.base import clock
from sheltermap.base.dates import instant_in
from sheltermap.base.given import is_finite, several
from sheltermap.base.limits import Limit
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told
from sheltermap.base.texts import Note
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.meeting import far_apart
from sheltermap.plans.plan import Plan, load_plan

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.plans.warning_rules import Geocodes

AlertLike = Alert | str | os.PathLike[str]


@shows_progress
@takes_frames
def warn(
    alerts: AlertLike | Sequence[AlertLike],
    plan: Plan | str | os.PathLike[str] | Mapping[str, GeoDataFrame],
    *,
    at: datetime | str | None = None,
    level_m: float | None = None,
    geocodes: GeoDataFrame | str | os.PathLike[str] | None = None,
    weights: Mapping[str, str] | None = None,
) -> Warned:
    """Who and what lies in the area of a warning, what can be used outside, and which scenario of a plan it stands for.

    Several texts of one event, in several languages, are one event: its areas are counted once. Of several alerts the
    latest state holds: an Update takes the place of what it refers to, a Cancel ends it. What lies on the edge of an
    area lies in it; a line or polygon that reaches into one counts as a whole.

    Parameters
    ----------
    alerts : Alert, path-like or a sequence of them
        Of one status: what is meant and what is an exercise are never mixed.
    plan : Plan, path-like, or mapping of GeoDataFrames by name
        A plan says by its ``[warnings]`` and its analyses which inputs are people and which facilities; only these are
        read. Of frames those with a weight are people.
    at : datetime or str, optional
        For which time, with its zone; by default now.
    level_m : float, optional
        A forecast level of water in metres, for the ``levels`` of the plan.
    geocodes : GeoDataFrame or path-like, optional
        What the codes of alerts stand for: polygons with ``code`` and maybe ``scheme``, or (with a plan) a table with
        ``code`` and ``area``. By default what the plan says.
    weights : mapping, optional
        Of frames: the column with the people by the name of the layer.

    Returns
    -------
    Warned

    Raises
    ------
    AlertError
        If an alert has faults, or none holds at that time: expired ones are named.
    PlanError
        If the plan has faults.
    CrsError
        If the area lies among the layers only with latitude and longitude swapped.
    ReadError, GeometryError, ValueError
        If a layer, the table of codes or an argument cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> file = Path(tempfile.mkdtemp()) / "alert.xml"
    >>> _ = file.write_text('''<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A1</identifier>
    ... <sender>met@example.org</sender><sent>2026-03-01T06:00:00+02:00</sent><status>Exercise</status>
    ... <msgType>Alert</msgType><scope>Public</scope><info><category>Met</category><event>Flood</event>
    ... <urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>
    ... <expires>2026-03-02T06:00:00+02:00</expires><area><areaDesc>Ogre</areaDesc>
    ... <circle>56.816,24.605 5</circle></area></info></alert>''')
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [30, 20]}, geometry=gpd.points_from_xy([24.61, 24.9], [56.82, 56.82]), crs=4326)
    >>> found = sm.warn(file, {"homes": homes}, weights={"homes": "people"}, at="2026-03-01T12:00:00+02:00")
    >>> found.people[["measure", "total", "inside", "outside", "unknown"]]
      measure  total  inside  outside  unknown
    0  people   50.0    30.0     20.0      0.0
    >>> print(found.text().splitlines()[0])
    ===== EXERCISE: NOT A REAL WARNING =====
    """
    given: tuple[AlertLike, ...] = several(
        alerts, (Alert, str, os.PathLike), "an alert is the path of its file, or made by sm.read_alert(...)"
    )
    when = _instant(at)
    holding = in_force([each if isinstance(each, Alert) else read_alert(each) for each in given], when)
    notes = [*holding.notes, *_of_reading(holding)]
    if level_m is not None and not is_finite(level_m):
        raise ValueError(f"level_m is a finite number of metres, not {told(level_m)}")
    if not isinstance(plan, Plan | Mapping | str | os.PathLike):
        raise TypeError(f"plan is the path of a plan, or layers by name, not {told(plan)}")
    loaded = plan if isinstance(plan, Plan | Mapping) else load_plan(Path(plan))
    own_plan = loaded if isinstance(loaded, Plan) else None
    scenarios = [] if own_plan is None else _scenarios(own_plan, holding, level_m, notes)
    if own_plan is None and level_m is not None:
        raise ValueError("a level of water is for a plan, which says by levels = [{…}] in [warnings] what it means")
    if not holding.parts:
        return _nobody(holding, when, scenarios, notes)
    watched, coded = _layers(loaded, geocodes, weights, holding)
    ground = ground_of(holding.parts, coded)
    if any(each.reason == ONLY_POINT for each in ground.missing):
        notes.append(Note.of("alert_only_point"))
    near = None if own_plan is None or own_plan.warnings.near is None else Limit.parse(own_plan.warnings.near)
    with far_apart() as apart:
        found = _found(watched, ground, holding, near)
    return Warned(
        holding.status,
        IN_FORCE,
        when,
        holding.parts,
        holding.ended,
        holding.cancelling,
        found.people,
        found.facilities,
        found.listed,
        found.near,
        scenarios,
        ground.missing,
        found.rows,
        ground.zones,
        {each.name: each.titles for each in watched},
        tuple(each.name for each in watched if each.illustrative),
        [*notes, *apart],
    )


def _found(watched: Sequence[Watched], ground: Ground, holding: InForce, near: Limit | None) -> Found:
    try:
        return found_in(watched, ground, len(holding.parts), near, holding.parts[0].alert.path.name)
    except CrsError as error:
        raise CrsError(f"{holding.parts[0].alert.path}: {error} CAP writes latitude,longitude") from None


def _nobody(holding: InForce, at: datetime, scenarios: list[dict[str, Any]], notes: list[str]) -> Warned:
    """Return the answer where nothing is warned of any more: nobody is counted."""
    import geopandas

    state = ALL_CLEAR if holding.ended else CANCELLED if holding.cancelling else NO_WARNING
    empty = geopandas.GeoDataFrame(geometry=geopandas.GeoSeries([], crs="EPSG:4326"))
    return Warned(
        holding.status,
        state,
        at,
        (),
        holding.ended,
        holding.cancelling,
        pd.DataFrame(columns=PEOPLE_COLUMNS),
        pd.DataFrame(columns=FACILITY_COLUMNS),
        pd.DataFrame(columns=LISTED_COLUMNS),
        pd.DataFrame(columns=NEAR_COLUMNS),
        scenarios,
        (),
        empty,
        empty,
        notes=notes,
    )


def _instant(at: datetime | str | None) -> datetime:
    if at is None:
        return clock.now()
    found = instant_in(at)
    if found is None:
        raise ValueError(f"at is {str(at)!r}; give a time with its zone, as 2026-03-01T06:00:00+02:00")
    return found


def _of_reading(holding: InForce) -> list[str]:
    """Return what was odd in the messages that hold."""
    alerts = {id(each.alert): each.alert for each in (*holding.parts, *holding.ended)}
    return [f"{alert.path.name}: {note}" for alert in alerts.values() for note in alert.notes]


def _scenarios(plan: Plan, holding: InForce, level_m: float | None, notes: list[str]) -> list[dict[str, Any]]:
    rules = plan.warnings
    found = scenario_triggers.by_parts(holding.parts, rules.triggers, notes)
    if level_m is not None:
        found += scenario_triggers.by_level(level_m, rules.levels, notes)
    return [scenario_triggers.described(plan, each) for each in found]


def _layers(
    plan: Plan | Mapping[str, GeoDataFrame],
    geocodes: GeoDataFrame | str | os.PathLike[str] | None,
    weights: Mapping[str, str] | None,
    holding: InForce,
) -> tuple[list[Watched], CodedAreas | None]:
    """Return the layers to look at, and what codes stand for; the areas are read where some event needs them."""
    if not (geocodes is None or isinstance(geocodes, pd.DataFrame | str | os.PathLike)):
        raise TypeError(f"geocodes are polygons or the path of their file, or of a table, not {told(geocodes)}")
    needed = any(not area.has_shape and area.geocodes for part in holding.parts for area in part.info.areas)
    if not isinstance(plan, Plan):
        return of_frames(plan, weights), _coded_layer(geocodes) if needed and geocodes is not None else None
    if weights is not None:
        raise ValueError("weights are for frames; a plan says by people in [warnings] what they are")
    if not needed:
        return of_plan(plan)[0], None
    rules = plan.warnings.geocodes
    table = _table(geocodes)
    if table is not None and (rules is None or rules.area_name is None):
        rules = _areas_of_analyses(plan, table, rules)
    elif geocodes is not None and table is None:
        return of_plan(plan)[0], _coded_layer(geocodes)
    watched, read = of_plan(plan, [] if rules is None else [rules.areas])
    if rules is None:
        return watched, None
    areas = read[rules.areas]
    if rules.code is not None and table is None:
        return watched, codes_of.of_areas(areas, rules.code, rules.scheme)
    path = table or plan.geocodes_path()
    assert path is not None and rules.area_name is not None
    return watched, codes_of.of_table(path, areas, rules.area_name, rules.scheme)


def _table(geocodes: GeoDataFrame | str | os.PathLike[str] | None) -> Path | None:
    """Return the path of a table of codes; None where codes are given as a layer, or not at all."""
    if not isinstance(geocodes, str | os.PathLike):
        return None
    path = Path(geocodes)
    return path if path.suffix.lower() in codes_of.TABLES else None


def _coded_layer(geocodes: GeoDataFrame | str | os.PathLike[str]) -> CodedAreas:
    if _table(geocodes) is not None:
        raise ValueError(
            f"{geocodes} names areas, and there is no plan that has them: give polygons with a column code"
        )
    return codes_of.of_areas(sm.read(geocodes) if isinstance(geocodes, str | os.PathLike) else geocodes)


def _areas_of_analyses(plan: Plan, table: Path, rules: Geocodes | None) -> Geocodes:
    """Return the rules for a table where the plan's warnings have none: areas as its analyses name them."""
    from sheltermap.plans.warning_rules import Geocodes

    for analysis in plan.analyses:
        areas, area_name = analysis.roles.get("areas"), getattr(analysis, "area_name", None)
        if areas is not None and area_name is not None:
            scheme = None if rules is None else rules.scheme
            return Geocodes(areas=areas, table=str(table), area_name=area_name, scheme=scheme)
    raise ValueError(f"{table} names areas, and the plan has none: write areas and area_name in [warnings.geocodes]")
