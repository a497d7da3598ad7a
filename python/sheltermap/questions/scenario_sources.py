# SPDX-License-Identifier: Apache-2.0
"""Hazards as scenarios of a plan: where each acts, how strongly, how likely it is, who says so."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sheltermap.base.limits import Limit
from sheltermap.base.standards import PlanPart, Text
from sheltermap.questions.sources import Name, NonEmpty
from sheltermap.risk.bands import band_intensities, band_limits
from sheltermap.risk.scenario import Status, require_intensity, require_likelihood

PLACES = ("zones", "bands", "plume", "raster", "failing")  # keys that say where it acts
OF_ZONES = ("where", "intensity")

Cell = str | bool | int | float  #: what a column is compared with
Where = dict[NonEmpty, Cell | Annotated[list[Cell], Field(min_length=1)]]  #: which rows, by their columns
Number = Annotated[float, Field(allow_inf_nan=False)]


class BandsSource(PlanPart):
    """Bands of distance round the rows of an input; see `sheltermap.bands`."""

    source: NonEmpty
    where: Where = Field(default_factory=dict)
    distances: Annotated[list[Number | NonEmpty], Field(min_length=1)]
    intensities: list[Number] | None = None
    area_error: Number = 1e-3

    @model_validator(mode="after")
    def _bands_can_be(self) -> BandsSource:
        band_intensities(self.intensities, len(band_limits(self.distances, self.area_error)))
        return self

    def making(self) -> dict[str, Any]:
        """Return the options for `sheltermap.bands` or `sheltermap.plume`."""
        return self.model_dump(exclude={"source", "where"})


class PlumeSource(BandsSource):
    """Sectors downwind of the rows of an input; see `sheltermap.plume`."""

    wind_from_deg: Annotated[float, Field(ge=0, le=360)]
    width_deg: Annotated[float, Field(gt=0, lt=360)]


class FailingSource(PlanPart):
    """Facilities that fail; see `sheltermap.Failing`."""

    facilities: NonEmpty
    where: Where = Field(default_factory=dict)
    limit: NonEmpty | None = None
    by: NonEmpty | None = None
    direction: Literal["to", "from"] = "to"

    @model_validator(mode="after")
    def _limit_fits_the_way(self) -> FailingSource:
        in_time = self.limit is not None and Limit.parse(self.limit).in_time
        if self.by is None and (in_time or self.direction != "to"):
            raise ValueError(
                "a time or a direction needs streets: name one of the networks as by, or one of the tables"
            )
        return self


class ScenarioSource(PlanPart):
    """One way in which a hazard may come true; see `sheltermap.Scenario`."""

    id: Name
    hazard: NonEmpty
    title: Text | None = None
    zones: NonEmpty | None = None
    where: Where = Field(default_factory=dict)
    bands: BandsSource | None = None
    plume: PlumeSource | None = None
    raster: NonEmpty | None = None
    failing: FailingSource | None = None
    intensity: NonEmpty | None = None
    unit: NonEmpty | None = None
    affected_from: Annotated[float | None, Field(allow_inf_nan=False)] = None
    return_period_years: float | None = None
    annual_probability: float | None = None
    likelihood: NonEmpty | None = None
    season: Text | None = None
    source: NonEmpty | None = None
    status: Status = "confirmed"
    note: Text | None = None

    @model_validator(mode="after")
    def _keys_fit_one_another(self) -> ScenarioSource:
        require_likelihood(self.return_period_years, self.annual_probability, self.likelihood)
        if self.zones is None and (key := next((key for key in OF_ZONES if getattr(self, key)), None)):
            raise ValueError(f"{key} is about zones: name the input that has them")
        if len(places := [key for key in PLACES if getattr(self, key) is not None]) > 1:
            raise ValueError(f"{' and '.join(places)} both say where it acts: give one of the two")
        if self.raster is None:
            require_intensity(self.strength, self.unit, self.affected_from)
        elif self.unit is not None:
            raise ValueError("unit is that of an intensity; the raster tells its own")
        elif self.affected_from is not None and self.affected_from <= 0:
            raise ValueError(f"affected_from is a depth above 0, not {self.affected_from}")
        return self

    @property
    def drawn(self) -> BandsSource | PlumeSource | None:
        """The bands or the plume that are its zones."""
        return self.bands or self.plume

    @property
    def strength(self) -> str | None:
        """The column of its zones with how strong it is."""
        if self.drawn is not None and self.drawn.intensities is not None:
            return "intensity"
        return self.intensity

    @property
    def chosen(self) -> tuple[str, str, Where] | None:
        """By which key it says where it acts, of which input, and which rows of that; None where nothing says so."""
        if self.failing is not None:
            return "failing.where", self.failing.facilities, self.failing.where
        if self.drawn is not None:
            return f"{'plume' if self.bands is None else 'bands'}.where", self.drawn.source, self.drawn.where
        return None if self.zones is None else ("where", self.zones, self.where)

    @property
    def named_inputs(self) -> list[str]:
        """The inputs that it names."""
        return [] if self.chosen is None else [self.chosen[1]]

    @property
    def by(self) -> str | None:
        """The network or table along which facilities serve that fail."""
        return None if self.failing is None else self.failing.by

    @property
    def columns(self) -> dict[str, str]:
        """The columns of its input that it speaks of, by the key that names them."""
        if self.chosen is None:
            return {}
        key, _, where = self.chosen
        named = {f"{key}.{column}": column for column in where}
        return named if self.intensity is None else {**named, "intensity": self.intensity}
