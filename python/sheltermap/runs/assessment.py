# SPDX-License-Identifier: Apache-2.0
"""An assessment: what a plan found, and from what."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sheltermap._native import SheltermapError
from sheltermap.base import texts
from sheltermap.base.in_short import Short, ToldInShort, counted, name_of
from sheltermap.base.language import require_language
from sheltermap.plans.indicators import indicator_table, year_faults, year_notes
from sheltermap.plans.plan import Plan
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.plan_error import PlanError
from sheltermap.runs.answers_map import answers_map, file_names
from sheltermap.runs.base_map import BasemapRecord
from sheltermap.runs.cost_tables import TableRecord
from sheltermap.runs.inputs import InputRecord
from sheltermap.runs.networks import NetworkRecord
from sheltermap.runs.rasters import RasterRecord

if TYPE_CHECKING:
    import geopandas as gpd

    from sheltermap.basemap.basemap import Basemap
    from sheltermap.map import Map
    from sheltermap.questions.kind import Kind
    from sheltermap.streets.network import Network
    from sheltermap.streets.reach_table import ReachTable


GEOJSON_ROWS = 100_000  # of a layer


@dataclass(frozen=True)
class Former:
    """The figures of a former assessment, which a report holds its own against."""

    year: int
    kinds: Mapping[str, str]  #: of its analyses, by name
    figures: pd.DataFrame

    @property
    def words(self) -> dict[str, str]:
        """What a reader knows it by."""
        return texts.both("former_assessment", year=self.year)


@dataclass(frozen=True, repr=False)
class Assessment(ToldInShort):
    """What a plan found, and what it was found from.

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
    >>> found = sm.run(folder / "plan.toml", folder / "2026")
    >>> found.figures["figure"].tolist()[:2], found.folder.name
    (['total', 'covered'], '2026')
    """

    plan: Plan
    outcomes: list[Outcome]
    inputs: list[InputRecord]
    frames: dict[str, gpd.GeoDataFrame]
    refused_rows: pd.DataFrame
    versions: dict[str, str]
    created: str  #: UTC; the only thing that differs between two runs on the same inputs
    folder: Path | None = None
    networks: dict[str, Network] = field(default_factory=dict)
    network_records: list[NetworkRecord] = field(default_factory=list)
    tables: dict[str, ReachTable] = field(default_factory=dict)
    table_records: list[TableRecord] = field(default_factory=list)
    raster_records: list[RasterRecord] = field(default_factory=list)
    basemap: Basemap | None = None  #: what lies under its maps
    basemap_records: list[BasemapRecord] = field(default_factory=list)
    former: Former | None = None  #: that its report is held against

    def explore(self, *, lang: str | None = None) -> Map:
        """Return a map to look around in with all analyses that have places, one view each, or one for each scenario.

        It is the page that `sheltermap.run` leaves as ``map.html``.

        Parameters
        ----------
        lang : {"en", "lv", …}, optional
            Language of the page; by default the first of the plan.

        Returns
        -------
        Map
            ``.save("map.html")`` writes the page.

        Raises
        ------
        ValueError
            If no analysis has places, or the language is unknown.
        """
        lang = self.plan.languages[0] if lang is None else lang
        require_language(lang)
        found = answers_map(self.plan.title, self.answers(), lang, context=self.basemap)
        if found is None:
            raise ValueError("none of the analyses has places, so there is no map")
        return found.page

    def maps(self) -> dict[str, Map]:
        """Return the page of all analyses by the name of its file, one for each language of the plan."""
        names = file_names(self.plan.languages)
        pages: dict[str, Map] = {}
        like = None
        for lang, name in names.items():
            found = answers_map(self.plan.title, self.answers(), lang, context=self.basemap, languages=names, like=like)
            if found is None:
                return {}
            pages[name], like = found.page, found
        return pages

    @property
    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """The results of each analysis, then the inputs."""
        results = {name: layer for outcome in self.outcomes for name, layer in outcome.layers.items()}
        return results | {f"input_{name}": frame for name, frame in self.frames.items()}

    @property
    def geojson_layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Those that are also written as GeoJSON: files of more rows are slow to write and too large to be of use."""
        return {name: layer for name, layer in self.layers.items() if len(layer) <= GEOJSON_ROWS}

    def _in_short(self) -> Short:
        of = f"{name_of(self.plan.title.get('en'))}, {self.year}, {counted(self.outcomes, 'analysis', 'analyses')}"
        lines = [] if self.folder is None else [f"in {name_of(self.folder)}"]
        return Short(
            of,
            [*lines, f"{counted(self.figures, 'figure')} of {counted(self.inputs, 'input')}"],
            self.figures,
            "figures",
        )

    def answers(self) -> Iterator[tuple[Kind, Outcome]]:
        """Give each analysis of the plan with what was found for it."""
        return zip(self.plan.analyses, self.outcomes, strict=True)

    @property
    def year(self) -> int:
        """The year it is of: the plan's, else that of the run."""
        return self.plan.year or int(self.created[:4])

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The plan's indicators, one a row: value, planned, status, trend, forecast at the next target."""
        faults = year_faults(self.plan.indicators, self.year)
        if faults:
            raise PlanError(self.plan.path, faults)
        for note in year_notes(self.plan.indicators, self.year):
            warnings.warn(note, stacklevel=2)
        try:
            return indicator_table(self.plan.indicators, self.year, self.figures)
        except SheltermapError as error:  # a selector fits nothing, or several
            raise PlanError(self.plan.path, [str(error)]) from None

    @property
    def figures(self) -> pd.DataFrame:
        """All figures, one a row."""
        return pd.concat([outcome.figures for outcome in self.outcomes], ignore_index=True)
