# SPDX-License-Identifier: Apache-2.0
"""A hazard as one scenario: where it acts and how strongly, how likely it is, who says so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True)
class Scenario:
    """One way in which a hazard may come true.

    Attributes
    ----------
    id : str
    hazard : str
        What kind it is of: ``flood``, ``chemical``, ``collapse``, … Scenarios of one hazard with return periods are
        levels of it.
    zones : GeoDataFrame of polygons, optional
        Where it acts, its whole extent; in any CRS.
    intensity : str, optional
        Column of `zones` with how strongly, in `unit`.
    unit : str, optional
    return_period_years, annual_probability : float, optional
        How likely it is; one is the other's inverse, so give one of the two.
    likelihood : str, optional
        The class of likelihood, where nobody knows a number.
    season, source : str, optional
    status : {"confirmed", "partial", "unconfirmed"}

    Raises
    ------
    ValueError
        If return period and probability are both given, or are not possible.
    """

    id: str
    hazard: str
    zones: GeoDataFrame | None = None
    intensity: str | None = None
    unit: str | None = None
    return_period_years: float | None = None
    annual_probability: float | None = None
    likelihood: str | None = None
    season: str | None = None
    source: str | None = None
    status: str = "confirmed"

    def __post_init__(self) -> None:
        if self.return_period_years is not None and self.annual_probability is not None:
            raise ValueError(f"scenario {self.id}: give return_period_years or annual_probability, one of the two")
        if self.return_period_years is not None and not 1 <= self.return_period_years < math.inf:
            raise ValueError(f"scenario {self.id}: a return period is 1 year or longer, not {self.return_period_years}")
        if self.annual_probability is not None and not 0 < self.annual_probability <= 1:
            raise ValueError(
                f"scenario {self.id}: a probability is above 0 and at most 1, not {self.annual_probability}"
            )

    @property
    def probability(self) -> float | None:
        """The annual probability; None where only a class, or nothing, is known."""
        if self.return_period_years is not None:
            return 1 / self.return_period_years
        return self.annual_probability
