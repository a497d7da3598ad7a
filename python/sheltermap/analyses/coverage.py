# SPDX-License-Identifier: Apache-2.0
"""Coverage: how many people have a facility near enough, by area and by group, and why the others have not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.areas import Areas
from sheltermap.analyses.borderline import errors_of
from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.ledger import Ledger, measures_of
from sheltermap.analyses.left_out import REASONS_WITH_UNUSED, LeftOut, unused_columns
from sheltermap.analyses.nearest import known_costs
from sheltermap.analyses.persons import Persons
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.base.limits import Limit, LimitLike, limits_of
from sheltermap.base.progress import shows_progress
from sheltermap.base.reasons import OF_REACH, labels_of, statuses_of
from sheltermap.base.renamed import renamed_parameter, warn_renamed
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids, take_ids
from sheltermap.streets.travelling import By, Direction, Question, question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

STATUSES = ("covered", "uncovered", "unknown")  # what becomes of a person
FIGURES = ("total", "covered", "uncovered", "unknown", "covered_share", "borderline", "rows_without_weight")


@dataclass
class CoverageSums:
    """The people of a coverage by threshold, area and reason, and which reasons there may be."""

    ledger: Ledger
    among: tuple[str, ...]

    def merge(self, other: CoverageSums) -> None:
        """Count what a coverage of other rows, asked the same, has counted."""
        self.ledger.merge(other.ledger)
        self.among += tuple(reason for reason in other.among if reason not in self.among)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return `Coverage.summary`, `by_area` where areas were given, and `reasons`, by these names."""
        tables = {"summary": self.ledger.summary(), "reasons": self.ledger.reasons(self.among)}
        by_area = self.ledger.by_area()
        return tables if by_area is None else tables | {"by_area": by_area}


@dataclass(frozen=True, repr=False)
class Coverage(Drawable, drawn_as="coverage"):
    """How many people have a facility near enough.

    Attributes
    ----------
    rows : GeoDataFrame
        One row per person (or demand row): the demand's columns, ``area`` where areas were given, ``facility`` and
        ``distance_m`` of the nearest facility, and per threshold ``within_500m`` (``covered``, ``uncovered`` or
        ``unknown``), ``reason_500m`` (why it is not covered) and ``borderline_500m`` (bool). ``reason`` is that at the
        largest threshold that is not met. With `unused` also ``unused_facility`` and ``unused_distance_m``, the one
        that ``reason`` is about. Along streets also ``offroad_m`` (not where a person has several rows); in times
        ``duration_s`` instead of ``distance_m``, and ``within_15min``.
    summary : DataFrame
        One row per threshold (``threshold_m``, or ``threshold_s``) and measure: ``total = covered + uncovered +
        unknown``, ``covered_share`` of the total, ``borderline`` (part of the total) and ``rows_without_weight``
        (counted nowhere else).
    by_area : DataFrame or None
        The same by ``area``; people outside every area, and people whose position is unknown, have their own rows.
    reasons : DataFrame
        Per threshold and measure how many are not covered by ``reason``, as the rows have it; sums to uncovered +
        unknown. With `unused` the reasons for which facilities do not count come first.
    thresholds : tuple of Limit
        What was asked about: distances, or times.
    facilities_without_position : int
        Facilities that could not count because nobody knows where they are.
    position_error_m : float
        What was taken as the coordinates' own error for ``borderline``.
    notes : list of str
    by : Network, ReachTable or None
        The streets that were gone along, or the table that was asked; None as the crow flies.
    direction : {"to", "from"}
    facilities_not_snapped : int
        Facilities that could not count because no street is near enough.
    persons, left_out
        Whose the rows of the demand are, and what was found of the unused facilities; for `gaps`.
    sums : CoverageSums
        What the tables are made of, to be merged with those of other rows.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [3, 2]}, geometry=gpd.points_from_xy([24.105, 23.713], [56.950, 56.652]), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.110], [56.951]), crs=4326)
    >>> found = sm.coverage(homes, shelters, ["300 m", "1 km"], weight="people")
    >>> found
    <Coverage: 2 rows, 1 facility
      people within 300 m: 0 of 5 covered (0 %), 5 uncovered
      people within 1 km: 3 of 5 covered (60.0 %), 2 uncovered>
    >>> found.plot().figure.savefig("map.png")  # doctest: +SKIP
    """

    rows: GeoDataFrame
    summary: pd.DataFrame
    by_area: pd.DataFrame | None
    reasons: pd.DataFrame
    thresholds: tuple[Limit, ...]
    facilities: GeoDataFrame
    areas: GeoDataFrame | None
    facilities_without_position: int
    position_error_m: float
    notes: list[str] = field(default_factory=list)
    by: By | None = None
    direction: Direction = "to"
    facilities_not_snapped: int = 0
    persons: Persons | None = field(default=None, repr=False)
    left_out: LeftOut | None = field(default=None, repr=False)
    sums: CoverageSums | None = field(default=None, repr=False)

    def _in_short(self) -> Short:
        of = f"{counted(self.rows, 'row')}, {counted(self.facilities, 'facility', 'facilities')}"
        limits = [limit for limit in self.thresholds for _ in range(len(self.summary) // len(self.thresholds))]
        lines = (
            f"{name_of(each['measure'])} within {texts.distance(limit, 'en')}: "
            + of_all(each, "covered", "uncovered", "unknown")
            for limit, each in zip(limits, self.summary.to_dict("records"), strict=True)
        )
        return Short(of, lines, self.summary)

    @property
    def thresholds_m(self) -> tuple[float, ...]:
        """The numbers of `thresholds`, seconds where they are times: the old name."""
        warn_renamed("thresholds_m", "thresholds")
        return tuple(each.value for each in self.thresholds)

    @renamed_parameter("threshold_m", "threshold")
    def plot(
        self,
        *,
        threshold: LimitLike | None = None,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map of who is covered at a threshold (by default the first).

        Parameters
        ----------
        threshold : float, str or Limit, optional
            One of `thresholds`, as a number in their unit or with its unit.
        """
        return self._plotted(threshold=threshold, figsize=figsize, ax=ax, context=context, lang=lang)

    @renamed_parameter("threshold_m", "threshold")
    def explore(
        self,
        *,
        threshold: LimitLike | None = None,
        name: str | None = None,
        facility_name: str | None = None,
        area_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        A click on a place tells its name, its state and the distance to the nearest facility. Above 200 000 rows those
        of one state that lie close together are one circle; the page then says so.

        Parameters
        ----------
        threshold : float, str or Limit, optional
            One of `thresholds`: covered or not. By default all of them, as bands.
        name, facility_name, area_name : str, optional
            Columns of the rows, the facilities and the areas that say what they are called; by default the id column
            the layer was read with, else the index.
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
            If the coverage was not asked about `threshold`, or a column is unknown.

        Examples
        --------
        >>> import geopandas as gpd
        >>> import sheltermap as sm
        >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.105, 23.713], [56.950, 56.652]), crs=4326)
        >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.110], [56.951]), crs=4326)
        >>> sm.coverage(homes, shelters, 500).explore(title="Homes near a shelter")
        <Map 'Homes near a shelter': 2 rows; show it in a notebook or .save('map.html')>
        """
        return self._explored(
            threshold=threshold,
            name=name,
            facility_name=facility_name,
            area_name=area_name,
            columns=columns,
            title=title,
            lang=lang,
            context=context,
        )

    def explore_gaps(
        self,
        threshold: LimitLike,
        *,
        join_distance_m: float = 1000.0,
        name: str | None = None,
        facility_name: str | None = None,
        area_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map of `gaps` to look around in: the places with most uncovered people by number.

        A click on a row tells the number of its place and how many people live there, the nearest facility and why that
        does not do.

        Parameters
        ----------
        threshold, join_distance_m
            As in `gaps`.
        name, facility_name, area_name, columns, title, lang, context
            As in `explore`.

        Returns
        -------
        Map
            ``.save("map.html")`` writes the page.

        Raises
        ------
        ValueError
            As `gaps`, or if a column is unknown.

        Examples
        --------
        >>> import geopandas as gpd
        >>> import sheltermap as sm
        >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.105, 23.713], [56.950, 56.652]), crs=4326)
        >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.110], [56.951]), crs=4326)
        >>> sm.coverage(homes, shelters, 500).explore_gaps(500)
        <Map 'Places to act on, most people first': 2 rows; show it in a notebook or .save('map.html')>
        """
        from sheltermap import map as maps

        return maps.explored(
            "gaps",
            self,
            threshold=threshold,
            join_distance_m=join_distance_m,
            name=name,
            facility_name=facility_name,
            area_name=area_name,
            columns=columns,
            title=title,
            lang=lang,
            context=context,
        )

    @renamed_parameter("threshold_m", "threshold")
    def gaps(
        self,
        threshold: LimitLike,
        *,
        join_distance_m: float = 1000.0,
        name: str | None = None,
        unused: GeoDataFrame | None = None,
        facility_id: str | None = None,
    ) -> GeoDataFrame:
        """Join the uncovered rows into places to act on, most people first.

        Rows within `join_distance_m` of each other, directly or by a chain of such steps, are one place. Unknown rows
        belong to none; their people are ``attrs["sheltermap_unknown"]``. The order of the rows does not matter.

        Parameters
        ----------
        threshold : float, str or Limit
            One of `thresholds`, as a number in their unit or with its unit.
        join_distance_m : float
            Metres along WGS 84, from 1 to 1,000,000.
        name : str, optional
            Column of demand that names a place; by default the id column the layer was read with, else the index.
        unused : GeoDataFrame of points, optional
            Facilities that `supply` left out, where the coverage was not given them.
        facility_id : str, optional
            Column that names the unused facilities; by default the id column they were read with, else the index.

        Returns
        -------
        GeoDataFrame of points
            One row per place: ``place`` (from 1), ``name``, ``area`` and ``areas`` (where areas were given: that of its
            point, and all that its people live in, most people first), ``people``, ``rows``, ``rows_without_weight``
            (not in people), a column per group, ``reason``, ``facility`` (the nearest that would do, beyond the
            threshold), ``distance_m`` to it and ``farthest_m`` (of all rows of the place); ``people_too_far`` and the
            like, how many of its people are not covered for which reason, a column for each reason that any has; with
            unused facilities also ``unused_facility`` and ``unused_distance_m``, the nearest of them within the
            threshold; in times ``duration_s``, ``farthest_s`` and ``unused_duration_s``. The point, and what is said of
            name, area, reason and facilities, is that of the row with most people, of equal ones the southernmost.
            ``people`` sums to the uncovered of `summary`, and so do the columns by reason.

        Raises
        ------
        ValueError
            If the coverage was not computed for the threshold, a distance is out of range, a group has the name of
            one of these columns, or `unused` holds no ``unused_reason``.

        Examples
        --------
        >>> import geopandas as gpd
        >>> import sheltermap as sm
        >>> homes = gpd.GeoDataFrame(
        ...     {"street": ["A", "B", "C"], "people": [3, 5, 7]},
        ...     geometry=gpd.points_from_xy([24.105, 23.713, 23.714], [56.950, 56.652, 56.652]), crs=4326)
        >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.110], [56.951]), crs=4326)
        >>> result = sm.coverage(homes, shelters, 500, weight="people")
        >>> result.gaps(500, name="street")[["place", "name", "people", "rows"]]
           place name  people  rows
        0      1    C    12.0     2
        """
        from sheltermap.analyses.gaps import gaps

        return gaps(self, threshold, join_distance_m, name, unused, facility_id)

    @renamed_parameter("threshold_m", "threshold")
    def gap_rows(self, threshold: LimitLike, *, join_distance_m: float = 1000.0) -> GeoDataFrame:
        """Return the uncovered rows, each with the number of its ``place`` in `gaps`, place after place.

        Parameters
        ----------
        threshold, join_distance_m
            As in `gaps`.

        Returns
        -------
        GeoDataFrame

        Raises
        ------
        ValueError
            As `gaps`, or if demand has a column ``place``.
        """
        from sheltermap.analyses.gaps import gap_rows

        return gap_rows(self, threshold, join_distance_m)

    def gap_parts(
        self,
        threshold: LimitLike,
        *,
        join_distance_m: float = 1000.0,
        unused: GeoDataFrame | None = None,
        facility_id: str | None = None,
    ) -> pd.DataFrame:
        """Return the people of each place of `gaps` by the area they live in and the reason they are not covered for.

        Parameters
        ----------
        threshold, join_distance_m, unused, facility_id
            As in `gaps`.

        Returns
        -------
        DataFrame
            ``place``, ``area`` (where areas were given; missing outside every area), ``reason``, ``people``, ``rows``,
            ``rows_without_weight`` and a column per group; place after place, most people first. They sum to the
            columns of `gaps`.

        Raises
        ------
        ValueError
            As `gaps`.
        """
        from sheltermap.analyses.gaps import gap_parts

        return gap_parts(self, threshold, join_distance_m, unused, facility_id)


@shows_progress
@renamed_parameter("thresholds_m", "thresholds")
@takes_frames
def coverage(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    thresholds: LimitLike | Sequence[LimitLike],
    *,
    by: By | None = None,
    direction: Direction = "to",
    weight: str | None = None,
    groups: Iterable[str] = (),
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    person: str | None = None,
    facility_id: str | None = None,
    position_error_m: float | None = None,
    unused: GeoDataFrame | None = None,
) -> Coverage:
    """How many people have a facility within each threshold, exact on the WGS 84 ellipsoid, or along streets.

    Parameters
    ----------
    demand : GeoDataFrame of points
        In any CRS. A row without a position counts as unknown.
    facilities : GeoDataFrame of points, lines or polygons
        In any CRS. Inside a polygon the distance is 0, else it is that to its boundary.
    thresholds : float, str, Limit or a sequence of them
        Metres, or texts with a unit: "500 m", and with `by` "15 min". A facility at exactly the threshold covers.
    by : Network or ReachTable, optional
        Streets to go along, facilities are then points; or costs from elsewhere (`reach_from`). By default as the crow
        flies.
    direction : {"to", "from"}
        Whether people go to the facility, or help comes from it.
    weight : str, optional
        Column of demand with the people per row; by default each row counts as one.
    groups : iterable of str
        Further columns of people (children, seniors, …), each counted like `weight`.
    areas : GeoDataFrame of polygons, optional
        To sum by. A point on the border of two areas belongs to the first row.
    area_name : str, optional
        Column of `areas` to sum by; several polygons may share a name. By default the index.
    person : str, optional
        Column of demand that tells whose row it is: someone with several rows ("home or work") is covered if any of
        them is. Weight, groups and area are those of the person's first row.
    facility_id : str, optional
        Column that names the facilities; by default the id column the layer was read with, else the index.
    position_error_m : float, optional
        Rows closer to a threshold than this are borderline; by default what the decimals of both layers' coordinates
        allow. For times it is what it takes to walk so far. Of a table of costs none by default.
    unused : GeoDataFrame, optional
        Facilities that `supply` left out. Who is not covered and has one of them within a threshold is not so for the
        reason of the nearest of them; the other reasons are for those who have not even that.

    Returns
    -------
    Coverage

    Raises
    ------
    ValueError
        If a threshold is negative, a time is asked without `by`, a column is unknown, a weight is not a number or
        negative, a person's rows disagree in weight, demand already has a column of a result's name, or `unused` holds
        no ``unused_reason``.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [3, 5]}, geometry=gpd.points_from_xy([24.105, 23.713], [56.950, 56.652]), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.110], [56.951]), crs=4326)
    >>> result = sm.coverage(homes, shelters, 500, weight="people")
    >>> result.summary[["threshold_m", "measure", "covered", "uncovered", "unknown"]]
       threshold_m measure  covered  uncovered  unknown
    0        500.0  people      3.0        5.0      0.0
    """
    limits = limits_of(thresholds)
    in_time = limits[0].in_time
    asked = question(by, None, None, direction, "seconds" if in_time else "metres")
    asked = replace(asked, compared=tuple(limit.value for limit in limits))
    by_row = measures_of(demand, weight, list(groups))
    frames.require_free(demand, _result_columns(limits, asked, areas is not None, unused is not None))
    persons = Persons.of(demand, person)
    measures = persons.measures(by_row)
    found, access = persons.cheapest(facilities, asked, facility_id)
    left_out = None if unused is None else LeftOut.of(unused, persons, asked, facility_id)
    error, cost_error = errors_of(demand, facilities, found, asked, position_error_m)

    notes: list[str] = []
    rows = persons.rows()
    grouping = Areas.of(areas, area_name, persons.first(found.demand_places), "demand")
    if grouping is not None:
        notes += grouping.notes
        rows = rows.assign(area=grouping.labels())
    values = [limit.value for limit in limits]
    ledger = Ledger(measures, limits[0].threshold_column, values, grouping, FIGURES, "borderline")
    among = persons.reasons(OF_REACH if left_out is None else REASONS_WITH_UNUSED)
    by_limit: dict[str, Any] = {}
    codes = {}
    for number, limit in enumerate(limits):
        reasons = persons.told(_core.reasons_at(access, limit.value))
        borderline = _core.borderline_at(access, limit.value, cost_error).view(np.bool_)
        status = statuses_of(reasons, STATUSES)
        if left_out is not None:
            reasons = left_out.reasons(reasons, limit.value)
        codes[limit] = reasons
        by_limit[f"within_{limit.label}"] = status
        by_limit[f"reason_{limit.label}"] = labels_of(reasons, among)
        by_limit[f"borderline_{limit.label}"] = borderline
        ledger.add(number, reasons, borderline, status)
    last = np.zeros(len(rows), np.uint8)  # why, at the largest limit that is not met
    for limit in sorted(limits):
        last = np.where(codes[limit] == 0, last, codes[limit])
    columns = {
        "facility": take_ids(row_ids(facilities, facility_id, "facilities", "facility_id"), access.facility),
        limits[0].cost_column: known_costs(access),
        "reason": labels_of(last, among),
    }
    if left_out is not None:
        columns |= left_out.columns(last, limits[0].cost_column)
    if found.facility_snaps is not None and person is None:
        columns["offroad_m"] = found.offroad_m(persons.first_rows, access.facility)
    sums = CoverageSums(ledger, among)
    tables = sums.tables()
    return Coverage(
        rows=frames.with_columns(rows, columns | by_limit),
        summary=tables["summary"],
        by_area=tables.get("by_area"),
        reasons=tables["reasons"],
        thresholds=limits,
        facilities=facilities,
        areas=areas,
        facilities_without_position=found.facilities_without_position,
        position_error_m=float(error),
        notes=notes,
        by=by,
        direction=direction,
        facilities_not_snapped=found.facilities_not_snapped,
        persons=persons,
        left_out=left_out,
        sums=sums,
    )


def _result_columns(limits: tuple[Limit, ...], asked: Question, with_area: bool, with_unused: bool) -> list[str]:
    columns = ["facility", *asked.result_columns, "reason", *(["area"] if with_area else [])]
    columns += unused_columns(asked.cost_column) if with_unused else []
    return columns + [f"{part}_{each.label}" for part in ("within", "reason", "borderline") for each in limits]
