# SPDX-License-Identifier: Apache-2.0
"""Keys of a plan that say which share is lost, or leaves, at which intensity."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sheltermap.base.standards import PlanPart
from sheltermap.questions.sources import NonEmpty
from sheltermap.risk.damage import Damage, DamageCurve, Status, accepted_curve

Share = Annotated[float, Field(ge=0, le=1)]


class OwnCurve(PlanPart):
    """A curve of the plan's own; see `sheltermap.DamageCurve`."""

    intensity: Annotated[list[float], Field(min_length=1)]
    share: Annotated[list[float], Field(min_length=1)]
    unit: NonEmpty
    source: NonEmpty
    status: Status = "confirmed"
    shape: Literal["linear", "steps"] = "linear"
    classes: list[NonEmpty] = Field(default_factory=list)
    hazard: NonEmpty | None = None
    note: NonEmpty | None = None

    @model_validator(mode="after")
    def _is_one(self) -> OwnCurve:
        _ = self.curve
        return self

    @property
    def curve(self) -> DamageCurve:
        """The curve; ValueError where it is none."""
        return DamageCurve(**self.model_dump())


class DamageOf(PlanPart):
    """One ``[[analyses.damage]]``: what is lost of the values of a layer."""

    what: Literal["facilities", "critical", "streets", "buildings", "land"]
    value: NonEmpty
    hazard: NonEmpty | None = None
    curve: NonEmpty | None = None
    own_curve: OwnCurve | None = None
    share: Share | None = None

    @model_validator(mode="after")
    def _says_which_share(self) -> DamageOf:
        if sum(each is not None for each in (self.curve, self.own_curve, self.share)) != 1:
            raise ValueError("give curve (the id of a published one), own_curve or share, one of the three")
        known_curve(self.curve)
        return self

    @property
    def damage(self) -> Damage:
        """What is lost, as `sheltermap.impact` takes it."""
        told: Any = self.share if self.share is not None else curve_of(self.curve, self.own_curve)
        return Damage(self.what, self.value, told, self.hazard)


def known_curve(name: str | None) -> None:
    """Raise ValueError where there is no published curve of a name."""
    if name is not None:
        accepted_curve(name, accept_unconfirmed=True)


def curve_of(name: str | None, own: OwnCurve | None) -> DamageCurve | None:
    """Return the curve that is named, else the plan's own; nothing without either."""
    if name is not None:
        return accepted_curve(name, accept_unconfirmed=True)  # whether it may be used is asked where it is
    return None if own is None else own.curve
