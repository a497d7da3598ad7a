# SPDX-License-Identifier: Apache-2.0
"""Citizens' reports, points with a category and a date: counted by area and category, this year against the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.analyses.areas import Areas
from sheltermap.analyses.drawable import Drawable
from sheltermap.base import clock, texts
from sheltermap.base.dates import EXTREMES, day_given, day_in, instant_in, is_empty, named_zone
from sheltermap.base.in_short import Short, counted, name_of
from sheltermap.base.numerals import shown
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.cells import listed
from sheltermap.layers.frames_given import takes_frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

NOT_RECORDED = "not_recorded"
PERIODS = ("this_year", "last_year", "other_time", "undated")
COUNTS = ["count", "count_before", "change", "change_share", "undated"]


@dataclass(frozen=True, repr=False)
class Incidents(Drawable, drawn_as="incidents"):
    """What `incidents` counted.

    Attributes
    ----------
    by_area : DataFrame or None
        Per ``area`` and ``category``: ``count`` of the year, ``count_before`` of the one before, ``change`` and
        ``change_share`` (missing where there were none before), and ``undated``: rows of no known day, in neither.
        Those outside every area, and those of unknown position, have their own rows.
    by_category : DataFrame
        The same for all areas together.
    rows : GeoDataFrame
        The reports with ``day``, ``period`` (this_year, last_year, other_time, undated) and ``area``.
    first, last : date
        The days that count; the year before, the same days.
    notes : list of str
    category : str
        The column of `rows` with their category.
    areas : GeoDataFrame or None
        As given.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> reports = gpd.GeoDataFrame({"category": ["flooding", "flooding", "power"],
    ...     "date": ["2025-03-01", "2024-03-05", "2025-10-01"]},
    ...     geometry=gpd.points_from_xy([24.1, 24.1, 24.2], [56.9, 56.9, 56.9]), crs=4326)
    >>> sm.incidents(reports, year=2025)
    <Incidents: 3 reports, 2025-01-01 to 2025-12-31
      flooding: 1, 1 a year before
      power: 1, 0 a year before>
    """

    by_area: pd.DataFrame | None
    by_category: pd.DataFrame
    rows: GeoDataFrame
    first: date
    last: date
    notes: list[str]
    category: str
    areas: GeoDataFrame | None = None

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map of the reports by the year they are of, over the areas."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        *,
        name: str | None = None,
        area_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        A click on a report tells its category, its day, the year it counts in and its area.

        Parameters
        ----------
        name, area_name : str, optional
            Columns of the reports and the areas that say what their rows are called; by default the id column the
            layer was read with, else the index.
        columns : sequence of str
            Further columns of `rows` to tell on a click.
        title : str, optional
        lang : {"en", "lv", …}
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
        return self._explored(name=name, area_name=area_name, columns=columns, title=title, lang=lang, context=context)

    def _in_short(self) -> Short:
        of = f"{counted(self.rows, 'report')}, {self.first} to {self.last}"
        lines = (
            f"{name_of(each['category'])}: {texts.number(each['count'])}, {texts.number(each['count_before'])} a year "
            "before"
            for each in self.by_category.to_dict("records")
        )
        return Short(of, lines, self.by_category, "by_category")


@shows_progress
@takes_frames
def incidents(
    reports: GeoDataFrame,
    areas: GeoDataFrame | None = None,
    *,
    year: int,
    date_column: str = "date",
    category: str = "category",
    area_name: str | None = None,
    until: date | str | None = None,
    today: date | str | None = None,
    time_zone: str | None = None,
) -> Incidents:
    """Count citizens' reports by area and category, and hold a year against the one before.

    Like is held against like: of a year that is not over, both years are counted up to the same day.

    Parameters
    ----------
    reports : GeoDataFrame of points
        One row per report; rows without a place are counted as of unknown position.
    areas : GeoDataFrame of polygons, optional
        To count by. A point on the border of two belongs to the first row.
    year : int
        The year that is counted.
    date_column, category : str
        Columns of `reports`. Days are dates or texts that mean one day only (``2026-02-28``, ``28.02.2026``); others
        are counted as undated. An instant, which names its zone, counts on its day in `time_zone`. A report without
        a category counts as ``not_recorded``.
    area_name : str, optional
        Column of `areas` to count by; by default the index.
    until : date or str, optional
        The last day that counts, in the year; by default its end, or today where it is not over.
    today : date or str, optional
        By default that of the clock, in `time_zone`.
    time_zone : str, optional
        Where days begin: a name of the IANA database, like ``"Europe/Riga"``. Without it an instant counts on the day
        of the zone it is given in. Files and databases give every instant back in UTC, whatever zone it was written
        in; so instants in UTC that would count otherwise elsewhere on Earth are refused until a zone is named.

    Returns
    -------
    Incidents

    Raises
    ------
    ValueError
        If a column is missing, `until` is not in the year, `year`, a day or `time_zone` is none, or instants in UTC
        need a `time_zone`.
    GeometryError, CrsError
        If a report is not a point, or a CRS is missing.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> reports = gpd.GeoDataFrame({"category": ["flooding", "flooding", "power"],
    ...     "date": ["2025-03-01", "2024-03-05", "2025-10-01"]},
    ...     geometry=gpd.points_from_xy([24.1, 24.1, 24.2], [56.9, 56.9, 56.9]), crs=4326)
    >>> sm.incidents(reports, year=2025).by_category[["category", "count", "count_before", "change"]]
       category  count  count_before  change
    0  flooding      1             1       0
    1     power      1             0       1
    """
    what = frames.describe(reports, "reports")
    frames.require_columns(reports, [date_column, category], what)
    frames.require_free(reports, ["day", "period", "area"])
    if isinstance(year, bool) or not isinstance(year, Integral):
        raise ValueError(f"year is {year!r}; it has to be a whole number, like 2026")
    if not 1850 < year <= 2150:
        raise ValueError(f"year is {year}; it has to lie between 1851 and 2150")
    zone = None if time_zone is None else named_zone(time_zone)
    this_day = clock.now().astimezone(zone).date() if today is None else day_given(today, "today")
    last = min(date(year, 12, 31), max(this_day, date(year, 1, 1))) if until is None else day_given(until, "until")
    if last.year != year:
        raise ValueError(f"until is {last}, which is not in {year}")
    days = [day_in(value, zone) for value in reports[date_column]]
    if zone is None:
        _require_sure_days(reports, date_column, year, last, what)
    periods = [_period(day, year, last) for day in days]
    categories = [NOT_RECORDED if is_empty(value) else shown(value) for value in reports[category]]
    places = frames.lonlat(reports, "reports")
    rows = reports.assign(day=pd.Series(days, reports.index, object), period=pd.Categorical(periods, PERIODS))
    table = pd.DataFrame({"category": categories, "period": periods})
    notes = _notes(periods, last)
    by_area = None
    grouping = Areas.of(areas, area_name, places, "reports")
    if grouping is not None:
        rows["area"] = grouping.labels()
        notes += grouping.notes
        names = grouping.all_names()
        by_area = _counted(table.assign(area=grouping.codes), ["area", "category"])
        by_area["area"] = pd.Series([names[code] for code in by_area["area"]], dtype=object)
    by_category = _counted(table, ["category"])
    return Incidents(by_area, by_category, rows, date(year, 1, 1), last, notes, category, areas)


def _require_sure_days(reports: GeoDataFrame, column: str, year: int, last: date, what: str) -> None:
    """Raise ValueError where an instant in UTC, in which nobody reported it, counts otherwise in another zone."""
    unsure = []
    for row, value in enumerate(reports[column]):
        instant = instant_in(value)
        if instant is not None and instant.tzname() == "UTC":
            periods = {_period(instant.astimezone(zone).date(), year, last) for zone in EXTREMES}
            unsure += [row] if len(periods) > 1 else []
    if unsure:
        raise ValueError(
            f"{what}: {len(unsure)} instants in column {column!r} are in UTC, as files and databases give them back, "
            f"and count otherwise where days begin at another hour: {listed(reports, column, np.array(unsure))}; say "
            "where days begin: time_zone='Europe/Riga', or time_zone='UTC' if that is meant"
        )


def _period(day: date | None, year: int, last: date) -> str:
    if day is None:
        return "undated"
    within = (day.month, day.day) <= (last.month, last.day)
    if not within or day.year not in (year, year - 1):
        return "other_time"
    return "this_year" if day.year == year else "last_year"


def _counted(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Count the rows of each period; groups in order, whatever the order of the rows."""
    counts = table.pivot_table(index=by, columns="period", aggfunc="size", fill_value=0)
    counts = counts.reindex(columns=list(PERIODS), fill_value=0).sort_index()
    counts = counts[counts[["this_year", "last_year", "undated"]].sum(axis=1) > 0].reset_index()
    result = counts[by].copy()
    result["count"], result["count_before"] = counts["this_year"], counts["last_year"]
    result["change"] = result["count"] - result["count_before"]
    result["change_share"] = (result["change"] / result["count_before"]).where(result["count_before"] > 0)
    result["undated"] = counts["undated"]
    result.columns.name = None
    return result[[*by, *COUNTS]]


def _notes(periods: list[str], last: date) -> list[str]:
    notes: list[str] = []
    undated = periods.count("undated")
    if undated:
        notes.append(texts.Note.of("incidents_undated", count=undated))
    if (last.month, last.day) != (12, 31):
        notes.append(texts.Note.of("incidents_until", day=f"{last.day:02}.{last.month:02}."))
    return notes
