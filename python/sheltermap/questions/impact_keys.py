# SPDX-License-Identifier: Apache-2.0
"""Keys of questions about what scenarios affect: which layers, what is counted of them, and what they lose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from sheltermap.base.limits import Limit
from sheltermap.questions.curve_keys import DamageOf, OwnCurve, curve_of, known_curve
from sheltermap.questions.keys import AlongStreets, ByArea, Currency, LimitText
from sheltermap.questions.scenario_keys import OfScenarios
from sheltermap.questions.sources import NonEmpty
from sheltermap.risk.impact import THINGS, Impact, impact

if TYPE_CHECKING:
    from sheltermap.base.standards import Standard
    from sheltermap.questions.context import Context
    from sheltermap.risk.scenario import Scenario


class OfImpact(OfScenarios, AlongStreets, ByArea):
    """Questions about whom and what scenarios of the plan affect."""

    uses: ClassVar = {
        "demand": ("weight", "groups"),
        "facilities": ("capacity",),
        "critical": (),
        "streets": (),
        "buildings": (),
        "land": ("land_type",),
        "areas": ("area_name",),
    }
    by_distance: ClassVar = False
    needs_streets: ClassVar = True
    layer_needed: ClassVar[bool] = True  #: whether nothing can be answered without one

    demand: NonEmpty | None = None
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)
    facilities: NonEmpty | None = None
    capacity: NonEmpty | None = None
    critical: NonEmpty | None = None
    streets: NonEmpty | None = None
    streets_of_network: bool = False
    buildings: NonEmpty | None = None
    land: NonEmpty | None = None
    land_type: NonEmpty | None = None
    displaced: NonEmpty | None = None
    displaced_curve: OwnCurve | None = None
    damage: list[DamageOf] = Field(default_factory=list)
    currency: Currency | None = None
    limit: LimitText | None = None
    method: Literal["trapezoid", "log_linear"] = "trapezoid"
    zero_impact_years: dict[NonEmpty, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _keys_fit_each_other(self) -> OfImpact:
        layers = {"demand": self.demand, **{what: getattr(self, what) for what in THINGS}}
        if self.streets_of_network:
            layers["streets"] = layers["streets"] or self.by
        if self.layer_needed and not any(layers.values()):
            raise ValueError(
                "name something that may be affected: demand, facilities, critical, streets, buildings, land"
            )
        needed = {"weight": "demand", "groups": "demand", "displaced": "demand", "displaced_curve": "demand"}
        needed |= {"capacity": "facilities", "limit": "facilities", "land_type": "land"}
        for key, layer in needed.items():
            if getattr(self, key) and layers[layer] is None:
                raise ValueError(f"{key} is about {layer}: name {layer}")
        if self.limit is not None and self.demand is None:
            raise ValueError("limit says how near people have to be: name demand")
        if self.streets_of_network and (self.by is None or self.streets is not None):
            raise ValueError("streets_of_network counts the streets of by: name by, and no other streets")
        if self.by is not None and self.limit is None and not self.streets_of_network:
            raise ValueError("by is the way to facilities within a limit: give limit, or streets_of_network = true")
        if self.displaced is not None and self.displaced_curve is not None:
            raise ValueError("give displaced (the id of a published curve) or displaced_curve, one of the two")
        known_curve(self.displaced)
        if self.damage and self.currency is None:
            raise ValueError('a damage needs the currency of its values: write currency = "EUR"')
        for each in self.damage:
            if layers[each.what] is None:
                raise ValueError(f"damage is told of {each.what}: name {each.what}")
        return self

    def thresholds(self, standards: Mapping[str, Standard]) -> list[Limit]:
        """Return the limit within which a facility has to be, if it asks who loses one."""
        return [] if self.limit is None else [Limit.parse(self.limit)]

    def impact_of(self, context: Context, scenarios: Sequence[Scenario]) -> Impact:
        """Return whom and what some scenarios affect."""
        given = context.frames
        if not scenarios:
            raise context.fault("scenarios", "the plan has none: write [[scenarios]]")
        return impact(
            scenarios,
            demand=given.get("demand"),
            weight=self.weight,
            groups=self.groups,
            facilities=given.get("facilities"),
            capacity=self.capacity,
            critical=given.get("critical"),
            streets=given.get("streets", context.streets if self.streets_of_network else None),
            buildings=given.get("buildings"),
            land=given.get("land"),
            land_type=self.land_type,
            areas=given.get("areas"),
            area_name=self.area_name,
            displaced=curve_of(self.displaced, self.displaced_curve),
            damage=[each.damage for each in self.damage],
            currency=self.currency,
            threshold=context.thresholds[0] if context.thresholds else None,
            by=context.streets if self.limit is not None else None,
            direction=self.direction,
            method=self.method,
            zero_impact_years=self.zero_impact_years or None,
            accept_unconfirmed=context.accept_unconfirmed,
        )
