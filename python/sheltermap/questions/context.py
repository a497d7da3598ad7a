# SPDX-License-Identifier: Apache-2.0
"""What a question is answered from: inputs and rasters by their role, a network, limits, the facilities that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.base.limits import Limit
from sheltermap.base.standards import Standard
from sheltermap.layers import frames
from sheltermap.layers.refused_rows import without_place
from sheltermap.page.table import Words, title_words
from sheltermap.questions.plan_error import PlanError
from sheltermap.streets.network import Network

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.layers.raster import Raster
    from sheltermap.questions.in_blocks import LargeInput
    from sheltermap.questions.scenario_sources import ScenarioSource
    from sheltermap.questions.sources import Input
    from sheltermap.risk.scenario import Scenario
    from sheltermap.streets.travelling import By

GROUND = ("zones", "areas")  # roles of inputs in which others lie


@dataclass(frozen=True)
class Context:
    """What one question is answered from."""

    plan: Path  #: the plan's file
    year: int | None  #: which the plan is of
    analysis: str  #: the name of the question
    frames: Mapping[str, GeoDataFrame]  #: the inputs that it names, by role
    sources: Mapping[str, Input]  #: the same, as the plan describes them
    paths: Mapping[str, Path]  #: those of them that are files
    thresholds: list[Limit]  #: distances or times, the smallest first
    standards: Mapping[str, Standard]  #: those that it names, by id
    network: By | None = None  #: that it names as ``by``: a network, or a table of costs
    unused: GeoDataFrame | None = None  #: facilities that do not count, where the plan asks for some only
    counting: GeoDataFrame | None = None  #: facilities that do, where the plan asks for some only
    use_unsaid: int = 0  #: of how many of them nobody says whether they are in use, where the plan asks for that
    counted_out_of_use: int = 0  #: how many of them say that they are not, where the plan does not ask for that
    rasters: Mapping[str, Raster] = field(default_factory=dict)  #: those that it names, by role
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)  #: those that it is about, by id
    accept_unconfirmed: bool = False  #: whether the plan takes what nobody has confirmed
    hazards: Mapping[str, ScenarioSource] = field(default_factory=dict)  #: the same, as the plan describes them
    large: Mapping[str, LargeInput] = field(default_factory=dict)  #: inputs that are asked block by block, by role
    towns: GeoDataFrame | None = None  #: towns, villages and quarters of the base map, by ``name``

    @property
    def facilities(self) -> GeoDataFrame:
        """The facilities that count."""
        return self.frames["facilities"] if self.counting is None else self.counting

    def labels(self, role: str) -> str | None:
        """Return the column with what a person calls the rows of an input: name, else id; None where it has neither."""
        return self.sources[role].name or self.sources[role].id

    def scenario_words(self, scenario: str) -> Words:
        """Return what the plan calls a scenario in every language."""
        return title_words(self.hazards[scenario].title, scenario)

    def fault(self, key: str, sentence: str) -> PlanError:
        """Return the fault of a key whose value does not fit the inputs."""
        return PlanError(self.plan, [f"analyses.{self.analysis}.{key}: {sentence}"])

    def with_facility_name(self, layer: GeoDataFrame, column: str = "facility") -> GeoDataFrame:
        """Put the facility's name beside its id in `column`, where the plan says which column holds it."""
        source = self.sources["facilities"]
        if source.name is None:
            return layer
        frames.require_free(layer, [f"{column}_name"])
        keys = self.facilities[source.id] if source.id is not None else self.facilities.index
        names = dict(zip(keys, self.facilities[source.name], strict=True))
        layer = layer.copy(deep=False)
        after = layer.columns.get_loc(column) + 1
        codes, distinct = pd.factorize(layer[column])  # few ids name many rows
        called = pd.Series(distinct).map(names).astype("string").array
        layer.insert(after, f"{column}_name", called.take(codes, allow_fill=True))
        return layer

    @property
    def streets(self) -> Network | None:
        """The network that it names as ``by``; nothing where that is a table."""
        return self.network if isinstance(self.network, Network) else None

    @cached_property
    def facilities_without_place(self) -> int:
        """Facilities that cannot count, because nobody knows where they are, or their rows were refused."""
        return frames.without_place(self.facilities) if "facilities" in self.frames else 0

    @cached_property
    def facilities_refused(self) -> int:
        """Those of them that were refused for something else than their places."""
        return without_place(self.facilities)[1] if "facilities" in self.frames else 0

    @cached_property
    def facilities_not_snapped(self) -> int:
        """Facilities that cannot count, because no street is near enough."""
        if self.streets is None or "facilities" not in self.frames:
            return 0
        snaps = self.streets.snapped(frames.lonlat(self.facilities, "facilities"), "facilities")
        return int((np.asarray(snaps.edge) < 0).sum()) - self.facilities_without_place

    def ask_streets(self) -> None:
        """Find out what a report asks of the streets later, before they forget where places get on them."""
        _ = self.facilities_not_snapped, self.moved_from_fragments

    @cached_property
    def moved_from_fragments(self) -> list[float]:
        """How far from the street that they count at those places are that have a nearer one, which leads nowhere."""
        if self.streets is None or not self.streets.summary["fragments"]:
            return []
        moved: list[float] = []
        for role in ("demand", "facilities"):
            if role not in self.frames or role in self.large:
                continue
            places = frames.lonlat(self.facilities if role == "facilities" else self.frames[role], role)
            snaps = self.streets.snapped(places, role)
            nearer = ~np.isnan(self.streets.nearer_fragments(places, snaps)) & (np.asarray(snaps.edge) >= 0)
            moved += np.asarray(snaps.offroad_m)[nearer].tolist()
        return moved

    @cached_property
    def ground_without_place(self) -> dict[str, int]:
        """How many zones and areas have no place, or were refused; by the word for it, where there are some."""
        counts = {
            f"{role}_{what}": count
            for role in GROUND
            if role in self.frames
            for what, count in zip(("without_place", "refused"), without_place(self.frames[role]), strict=True)
        }
        return {word: count for word, count in counts.items() if count}
