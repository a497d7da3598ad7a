# SPDX-License-Identifier: Apache-2.0
"""Evacuation: from zones to places outside them along the streets, and when the last has left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.evacuation_totals import Counted, arrivals, reason_table, summary_table
from sheltermap.analyses.exposure import in_any_zone
from sheltermap.analyses.left_out import require_reasons
from sheltermap.analyses.supply import UNUSED_REASONS, capacities
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.base.limits import Limit
from sheltermap.base.progress import shows_progress
from sheltermap.base.reasons import UNPLACED
from sheltermap.base.reasons import known as known_reasons
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.meeting import placed, require_together
from sheltermap.layers.refused_rows import refused_otherwise
from sheltermap.layers.row_ids import row_ids, take_ids
from sheltermap.streets.network import require_network
from sheltermap.streets.walking_speeds import paces_of
from sheltermap.streets.ways_out import Doors, Left, Zones

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map
    from sheltermap.streets.network import Network

    Numbers = NDArray[np.float64]

STATES = ("leaves", "cannot_leave", "outside", "unknown")
REASONS = known_reasons("no_shelter_outside", "not_snapped", "street_closed", "no_path", *UNPLACED)
SHELTER_STATES = ("usable", "in_zone", "not_snapped", "place_unknown")


@dataclass(frozen=True, repr=False)
class Evacuation(Drawable, drawn_as="evacuation"):
    """Who leaves the zones, where to and when; times in seconds from the warning.

    Attributes
    ----------
    rows : GeoDataFrame
        The people's columns; ``in_zone`` (missing without a position); ``state``: ``leaves``, ``cannot_leave``,
        ``outside`` (of all zones: need not leave) or ``unknown``; ``shelter``, the nearest in time outside the zones;
        ``leaves_s``, when the way leaves the zones for the last time, ``arrives_s`` at the shelter's door; and
        ``reason`` of those who cannot: ``no_shelter_outside``, ``not_snapped`` (no street near), ``street_closed`` (at
        the door), ``no_path``, or what an unused shelter was left out for; ``missing_geometry`` or ``row_refused`` of
        the unknown.
    summary : DataFrame
        A row per group and a last one for ``all``: ``speed_m_s`` and ``speed_source``; ``people_in_zone``, of whom
        ``people_leave`` and ``people_cannot``; ``people_unknown``, whose place is; ``rows_in_zone``;
        ``rows_without_weight`` (in a zone or unknown, and in no number of people); ``left_50pct_s`` and
        ``left_90pct_s``, the times by which at least that share of those who leave has left; ``last_left_s``, and
        ``last_arrived_s``.
    reasons : DataFrame
        ``rows`` and ``people`` by ``group`` and ``reason`` of those who cannot leave or are unknown.
    shelters : GeoDataFrame
        The shelters' columns; ``state``: ``usable``, ``in_zone``, ``not_snapped``, ``place_unknown``; ``arrivals``
        (people), ``last_arrived_s``; with a capacity ``overflow``: arrivals beyond it, whom nobody sends elsewhere;
        missing where the capacity is not known.
    flows : GeoDataFrame
        The streets that somebody goes along, as `Network.edges` has them, with ``people``, most first.
    zones : GeoDataFrame
        As given.
    notes : list of str
        What in the input cannot be meant and counts as not known.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, box
    >>> import sheltermap as sm
    >>> streets = gpd.GeoDataFrame(geometry=[LineString([(24.10, 56.95), (24.14, 56.95)])], crs=4326)
    >>> flood = gpd.GeoDataFrame(geometry=[box(24.09, 56.94, 24.12, 56.96)], crs=4326)
    >>> homes = gpd.GeoDataFrame({"people": [40]}, geometry=gpd.points_from_xy([24.11], [56.95]), crs=4326)
    >>> school = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.14], [56.95]), crs=4326)
    >>> sm.evacuation(homes, school, flood, by=sm.Network.from_lines(streets), weight="people")
    <Evacuation: 1 row, 1 shelter, 1 zone
      all: 40 of 40 people leave (100 %)>
    """

    rows: GeoDataFrame
    summary: pd.DataFrame
    reasons: pd.DataFrame
    shelters: GeoDataFrame
    flows: GeoDataFrame
    zones: GeoDataFrame
    notes: list[str] = field(default_factory=list)
    weight: str | None = None  #: column of `rows` with the people

    def _in_short(self) -> Short:
        of = f"{counted(self.rows, 'row')}, {counted(self.shelters, 'shelter')}, {counted(self.zones, 'zone')}"
        lines = (
            ("all" if pd.isna(each["group"]) else name_of(each["group"]))
            + ": "
            + of_all(each, "people_leave", "people_cannot", "people_unknown", total="people_in_zone")
            for each in self.summary.to_dict("records")[::-1]
        )
        return Short(of, lines, self.summary)

    @property
    def concerned(self) -> tuple[GeoDataFrame, GeoDataFrame]:
        """The rows that maps show, all but those outside, and the shelters: in a zone, or somebody goes there."""
        in_zone, chosen = self.shelters["state"] == "in_zone", self.shelters["arrivals"] > 0
        return self.rows[self.rows["state"] != "outside"], self.shelters[in_zone | chosen]

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map: the zones, who leaves and who cannot, the shelters, and the people per street as line width."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        *,
        name: str | None = None,
        shelter_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        A click on a row tells where it goes and when it is out of the zones, or why it cannot leave; on a street, how
        many go along it; on a shelter, how many come.

        Parameters
        ----------
        name, shelter_name : str, optional
            Columns of the people and the shelters that say what their rows are called; by default the id column the
            layer was read with, else the index.
        columns : sequence of str
            Further columns of `rows` to tell on a click.
        title : str, optional
        lang : {"en", "lv", …}
            Language of the page.
        context : path, mapping or Basemap, optional
            What to draw under the rows, as `sheltermap.basemap` takes it: water, streets, names of places.

        Returns
        -------
        Map
            ``.save("map.html")`` writes the page.

        Raises
        ------
        ValueError
            If a column is unknown.
        """
        return self._explored(
            name=name, shelter_name=shelter_name, columns=columns, title=title, lang=lang, context=context
        )


@shows_progress
@takes_frames
def evacuation(
    people: GeoDataFrame,
    shelters: GeoDataFrame,
    zones: GeoDataFrame,
    *,
    by: Network,
    weight: str | None = None,
    group: str | None = None,
    speeds: Mapping[str, float | str] | None = None,
    delay: str | None = None,
    capacity: str | None = None,
    shelter_id: str | None = None,
    unused: GeoDataFrame | None = None,
) -> Evacuation:
    """Who leaves the zones for which shelter, when the last has left, and how many go along which street.

    Everybody in a zone goes to the shelter outside all zones that is nearest in time along the open streets. Before the
    water comes all streets are open: ``by=walk``. During the flood give the network as it then is,
    ``by=walk.close(zones, depth="depth_m")``.

    The flow is free: nobody queues, waits for others or is slowed by them, and streets hold any number of people. So
    the times are lower bounds. Shelters take whoever comes; what is beyond their capacity is told.

    Parameters
    ----------
    people, shelters : GeoDataFrame of points
        In any CRS.
    zones : GeoDataFrame of polygons
        In any CRS. Their boundary is inside.
    by : Network
        Closures and slower streets count.
    weight : str, optional
        Column with the people per row; by default each row counts as one.
    group : str, optional
        Column with the group per row; by default all go at the network's own speeds. Where rows hold several groups
        use ``people.melt(...)``.
    speeds : mapping, optional
        Group to walking speed: a number in m/s or the name of a figure of the standard ``walk.jp`` (``crowd``,
        ``older_alone``, ``pram``, ``helped``, ``vulnerable``, …). A group that is called like a figure needs no entry.
        It holds beside the streets and on them; where the network is slower than its own walking speed, as on steps,
        the group is slower in the same proportion.
    delay : str, optional
        Time from the warning to the departure, as ``"10 min"``; none by default.
    capacity : str, optional
        Column of shelters with the people they hold. An empty cell is not known, nor is a number that cannot be meant
        (below 0, not whole, or beyond the limits of the shelter register), and ``notes`` says so.
    shelter_id : str, optional
        Column that names the shelters; by default the id column the layer was read with, else the index.
    unused : GeoDataFrame of points, optional
        Shelters that `supply` left out, as in `coverage`: who could leave for one of these only cannot for its reason.

    Returns
    -------
    Evacuation

    Raises
    ------
    ValueError
        If there is no zone, a group has no speed or a row no group, a column is unknown or holds what it must not, or
        people or shelters already have a column of a result's name; or `speeds` names a group that no row has.
    TypeError
        If `by` is no network.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, box
    >>> import sheltermap as sm
    >>> streets = gpd.GeoDataFrame(geometry=[LineString([(24.10, 56.95), (24.14, 56.95)])], crs=4326)
    >>> walk = sm.Network.from_lines(streets)
    >>> flood = gpd.GeoDataFrame(geometry=[box(24.09, 56.94, 24.12, 56.96)], crs=4326)
    >>> homes = gpd.GeoDataFrame({"who": ["crowd", "vulnerable"], "people": [40, 2]},
    ...     geometry=gpd.points_from_xy([24.11, 24.11], [56.95] * 2), crs=4326)
    >>> school = gpd.GeoDataFrame({"id": ["school"]}, geometry=gpd.points_from_xy([24.14], [56.95]), crs=4326)
    >>> left = sm.evacuation(homes, school, flood, by=walk, weight="people", group="who")
    >>> left.summary[["group", "speed_m_s", "people_leave", "last_left_s", "last_arrived_s"]].round(1)
            group  speed_m_s  people_leave  last_left_s  last_arrived_s
    0       crowd        1.1          40.0        553.2          1659.6
    1  vulnerable        0.5           2.0       1217.1          3651.2
    2         all        NaN          42.0       1217.1          3651.2
    """
    require_network(by)
    frames.require_free(people, ["in_zone", "state", "shelter", "leaves_s", "arrives_s", "reason"])
    frames.require_free(shelters, ["state", "arrivals", "last_arrived_s", *(["overflow"] if capacity else [])])
    weights = weights_of(people, weight, frames.describe(people, "people"))
    labels, paces = paces_of(people, group, speeds)
    waiting = _delay_s(delay)
    room, notes = capacities(shelters, capacity, "shelters")
    homes, doors = frames.lonlat(people, "people"), frames.lonlat(shelters, "shelters")
    here = placed(people, "people", homes)
    require_together(here, placed(shelters, "shelters", doors))
    flooded = Zones.of(zones, by)
    require_together(here, placed(zones, "zones"))
    in_zone, known = in_any_zone(homes, flooded.index)
    shelter_in_zone, shelter_known = in_any_zone(doors, flooded.index)
    outside = Doors.of(np.where(shelter_in_zone[:, None], np.nan, doors), flooded, by)

    left = Left.nobody(len(people), by)
    for label, pace in paces.items():
        rows = np.flatnonzero(in_zone & (labels == label))
        # In an order of their own, so that sums of people do not depend on that of the rows.
        rows = rows[np.lexsort((np.nan_to_num(weights[rows]), homes[rows, 1], homes[rows, 0]))]
        left.send(rows, homes[rows], np.nan_to_num(weights[rows]), outside, flooded, by, pace)

    leaves, refused = left.shelter >= 0, refused_otherwise(people)
    state = np.select([~known, ~in_zone, leaves], ["unknown", "outside", "leaves"], "cannot_leave")
    reason = np.select([known, refused], [left.reason, "row_refused"], "missing_geometry").astype(object)
    stuck = np.flatnonzero(state == "cannot_leave")
    if unused is not None and len(stuck):
        require_reasons(unused)
        paced = None if speeds is None else {each: speeds[each] for each in speeds if each in labels[stuck]}
        doors_left_out = unused.assign(_row=np.arange(len(unused)))
        asked: dict[str, Any] = {"by": by, "group": group, "speeds": paced, "shelter_id": "_row"}
        row = evacuation(people.iloc[stuck], doors_left_out, zones, **asked).rows["shelter"]
        could = row.notna().to_numpy()
        reason[stuck[could]] = unused["unused_reason"].astype(object).to_numpy()[row[could].to_numpy(np.intp)]
    result = people.assign(
        in_zone=pd.arrays.BooleanArray(in_zone, ~known),
        state=pd.Categorical(state, categories=STATES),
        shelter=take_ids(row_ids(shelters, shelter_id, "shelters", "shelter_id"), left.shelter),
        leaves_s=left.leaves_s + waiting,
        arrives_s=left.arrives_s + waiting,
        reason=pd.Categorical(reason, REASONS if unused is None else (*UNUSED_REASONS, *REASONS)),
    )
    counted = Counted(
        list(paces),
        pd.Index(list(paces), dtype=object).get_indexer(labels),
        weights,
        state,
        result["reason"].to_numpy(object),
        left.shelter,
        result["leaves_s"].to_numpy(),
        result["arrives_s"].to_numpy(),
    )
    states_of_shelters = np.select(
        [~shelter_known, shelter_in_zone, outside.snaps.edge < 0], ["place_unknown", "in_zone", "not_snapped"], "usable"
    )
    edges = by.edges().assign(people=left.people_on_edge)
    return Evacuation(
        rows=result,
        summary=summary_table(counted, paces),
        reasons=reason_table(counted),
        shelters=shelters.assign(
            state=pd.Categorical(states_of_shelters, categories=SHELTER_STATES),
            **arrivals(counted, len(shelters), room),
        ),
        flows=edges[edges["people"] > 0].sort_values("people", ascending=False, kind="stable"),
        zones=zones,
        notes=notes,
        weight=weight,
    )


def _delay_s(delay: str | None) -> float:
    if delay is None:
        return 0.0
    parsed = Limit.parse(delay)
    if not parsed.in_time:
        raise ValueError(f"a delay is a time, as '10 min', not {delay!r}")
    return parsed.value
