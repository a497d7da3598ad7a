# SPDX-License-Identifier: Apache-2.0
"""Two assessments side by side: what changed, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap._native import SheltermapError
from sheltermap.base import texts
from sheltermap.base.in_short import Short, ToldInShort, counted
from sheltermap.base.progress import shows_progress
from sheltermap.years.alignment import NOTES, aligned
from sheltermap.years.causes import CAUSES, COLUMNS, explain
from sheltermap.years.earlier import Recorded, common_analyses, recorded
from sheltermap.years.facility_changes import register_changes
from sheltermap.years.gap_ages import gap_ages
from sheltermap.years.judged_figures import KEY, judged_figures, side_by_side
from sheltermap.years.not_compared import not_compared

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map
    from sheltermap.page.table import Table
    from sheltermap.questions.kind import Kind
    from sheltermap.runs.assessment import Assessment

TABLES = ("figures", "judged", "causes", "facilities", "refused", "not_compared", "notes")


@dataclass(frozen=True, repr=False)
class Comparison(ToldInShort):
    """What became of one year's assessment in another one.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "homes.csv").write_text('''id,lon,lat
    ... A,24.105,56.950
    ... B,24.205,56.950
    ... ''')
    >>> _ = (folder / "plan.toml").write_text('''
    ... schema = 1
    ... title = "Homes"
    ... year = 2026
    ... inputs.homes = { path = "homes.csv", crs = "EPSG:4326", id = "id" }
    ... [[analyses]]
    ... name = "near"
    ... title = "Near"
    ... kind = "coverage"
    ... demand = "homes"
    ... facilities = "homes"
    ... thresholds_m = [500]
    ... ''')
    >>> before = sm.run(folder / "plan.toml", folder / "2026")
    >>> _ = (folder / "homes.csv").write_text('''id,lon,lat
    ... A,24.105,56.950
    ... ''')
    >>> after = sm.run(folder / "plan.toml", folder / "2027")
    >>> change = sm.compare(before, after)
    >>> change
    <Comparison: 2026 and 2026, 17 figures
      nothing better or worse>
    """

    before: Recorded
    after: Recorded
    figures: pd.DataFrame  #: every figure of both years: ``before``, ``after``, ``difference``
    judged: pd.DataFrame  #: those that got better or worse, and what the gate calls that
    causes: pd.DataFrame  #: why who is covered (or inside) changed: one column per cause, summing to ``difference``
    facilities: pd.DataFrame  #: one row per change of an object in a register
    gaps: GeoDataFrame | None  #: gaps that opened, persist or closed, with their age; None where no plan asks for gaps
    refused: pd.DataFrame  #: refused rows per input: ``before``, ``after``
    not_explained: dict[str, str]  #: analyses whose change could not be split into causes, and why
    not_compared: pd.DataFrame  #: what one of the years has only, or does not know: see docs/years.md
    notes: pd.DataFrame  #: what was taken for the same under another name: columns, ids, units

    def _in_short(self) -> Short:
        of = f"{self.before.year} and {self.after.year}, {counted(self.figures, 'figure')}"
        told = ", ".join(
            f"{texts.number(count)} {verdict}" for verdict, count in self.judged["verdict"].value_counts().items()
        )
        return Short(of, [told or "nothing better or worse"], self.judged, "judged")

    def tables_of(self, analysis: Kind) -> list[Table]:
        """Return what an analysis of both years tells of what became of its objects."""
        if analysis.name not in {each.name for each in common_analyses(self.before, self.after)}:
            return []
        of = (year.figures[year.figures["analysis"] == analysis.name] for year in (self.before, self.after))
        return analysis.changes(*of)

    def explore(self, *, lang: str = "en", context: BasemapSource | None = None) -> Map:
        """Return a map to look around in: of each coverage the later year, the former one, and what changed, as steps.

        Parameters
        ----------
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
            If no analysis of both years tells row by row who is covered.
        """
        from sheltermap.years.years_map import years_map

        return years_map(self, lang=lang, context=context)

    def write_page(self, path: str | Path) -> None:
        """Write a page with maps of both years and of the change, and all tables: one file that needs no network."""
        from sheltermap.years.pages import write_page

        write_page(self, Path(path))

    def write_layers(self, path: str | Path) -> None:
        """Write a GeoPackage: this year's rows with what changed, gaps with their age, and all tables."""
        from sheltermap.years.pages import write_layers

        write_layers(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        tables = {name: getattr(self, name) for name in TABLES}
        if self.gaps is not None:
            tables["gaps"] = pd.DataFrame(self.gaps.drop(columns=self.gaps.geometry.name))
        return {
            "schema": "sheltermap-comparison/1",
            "before": self.before.year,
            "after": self.after.year,
            **{name: _plain(table) for name, table in tables.items()},
            "not_explained": self.not_explained,
        }


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    kept = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in kept.to_dict("records")]


@shows_progress
def compare(
    before: str | Path | Assessment | Recorded,
    after: str | Path | Assessment | Recorded,
    *,
    earlier: Sequence[str | Path | Assessment | Recorded] = (),
) -> Comparison:
    """Compare two assessments of the same plan, of two years.

    Parameters
    ----------
    before, after : path-like or Assessment
        Folders that `sheltermap.run` wrote, or what it returned.
    earlier : sequence of path-like or Assessment, optional
        Years before `before`, the oldest first: gaps are traced back through them.

    Returns
    -------
    Comparison
        ``.causes`` splits the change of every figure "covered" (of exposures "inside") into: ``standard`` (another
        distance, or others that count), ``areas``, ``zones``, ``network`` (other streets), facilities ``closed``,
        ``opened``, ``moved``, ``changed`` (in capacity, category, grade …), ``data`` (places or numbers refused in one
        of the years), ``people`` (came, left, moved), ``software``. They sum to the difference; what two bring about
        only together is theirs by halves, and from `after` to `before` they are the same with the other sign. Rows are
        matched by id; without one, people that are not in the same place under the same name are others, and
        facilities by place and name with the confidence that ``.facilities`` states.

    Raises
    ------
    ReadError
        If a folder is no assessment, or one of its files was changed since.
    ValueError
        If the years are not in order, or have no analysis in common.

    Examples
    --------
    >>> import sheltermap as sm
    >>> change = sm.compare("out/2025", "out/2026")  # doctest: +SKIP
    >>> change.causes.query("scope == 'all'")  # doctest: +SKIP
    """
    years = [recorded(each) for each in (*earlier, before, after)]
    for former, later in pairwise(years):
        if later.year < former.year:
            raise ValueError(f"{later.name} is of {later.year}, before {former.year}: give the older assessment first")
    _require_something_in_common(*years[-2:])
    notes = [pd.DataFrame(columns=NOTES)]
    for at in reversed(range(len(years) - 1)):
        years[at], found = aligned(years[at], years[at + 1])
        notes.append(found)
    first, second = years[-2:]
    tables, not_explained = [], {}
    common = common_analyses(first, second)
    for name in (each.name for each in common if each.explained is not None):
        try:
            tables.append(explain(first, second, name))
        except (SheltermapError, ValueError, KeyError) as error:
            not_explained[name] = str(error)
    gaps = [gap_ages(years, each.name) for each in common if each.traced is not None]
    return Comparison(
        first,
        second,
        side_by_side(first.figures, second.figures),
        judged_figures(first, second),
        pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=[*COLUMNS, *CAUSES]),
        register_changes(first, second),
        pd.concat(gaps, ignore_index=True) if gaps else None,
        _refused(first, second),
        not_explained,
        not_compared(first, second, KEY),
        pd.concat(notes, ignore_index=True).drop_duplicates(ignore_index=True),
    )


def _require_something_in_common(first: Recorded, second: Recorded) -> None:
    if not common_analyses(first, second):
        names = [", ".join(each.name for each in year.plan.analyses) for year in (first, second)]
        raise ValueError(
            f"{first.name} and {second.name} have no analysis of one name and kind in common ({names[0]}; {names[1]}): "
            "name two assessments of one plan"
        )


def _refused(first: Recorded, second: Recorded) -> pd.DataFrame:
    counts = {key: year.refused_rows["input"].value_counts() for key, year in (("before", first), ("after", second))}
    names = list(dict.fromkeys([*first.plan.inputs, *second.plan.inputs]))
    table = pd.DataFrame(counts).reindex(names).fillna(0).astype(int)
    return table.rename_axis("input").reset_index()
