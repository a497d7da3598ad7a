# SPDX-License-Identifier: Apache-2.0
"""Which shelters suit whom in which hazard: outside its zone, fit for it, without steps for those who need that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.base.scenarios import hazard_words
from sheltermap.layers import frames
from sheltermap.layers.cells import answers

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

STATES = ("usable", "in_zone", "unsuitable", "suitability_unknown", "place_unknown", "not_snapped")


@dataclass(frozen=True)
class Suitability:
    """What is said of shelters, and who needs what of them.

    Attributes
    ----------
    needs_step_free : ndarray of bool
        Per site.
    step_free : ndarray of bool
        Per shelter: known to have no steps.
    fit : dict
        Hazard to which shelters are known to be fit for it, and which not to be.
    """

    needs_step_free: Flags
    step_free: Flags
    fit: dict[str, tuple[Flags, Flags]]

    @classmethod
    def of(
        cls,
        sites: GeoDataFrame,
        shelters: GeoDataFrame,
        needs: str | bool,
        step_free: str | None,
        suitable: Mapping[str, str] | None,
    ) -> Suitability:
        """Return what the columns say; ValueError where one is unknown, or holds no answers."""
        of_sites, of_shelters = frames.describe(sites, "sites"), frames.describe(shelters, "shelters")
        if needs is not False and step_free is None:
            raise ValueError("some need a shelter without steps: say which shelters have none, step_free=, a column")
        who = np.full(len(sites), bool(needs)) if isinstance(needs, bool) else ~answers(sites, needs, of_sites)[1]
        flat = np.ones(len(shelters), bool)
        if step_free is not None:
            flat = answers(shelters, step_free, of_shelters)[0]
        columns = dict(suitable or {})
        return cls(who, flat, {hazard: answers(shelters, name, of_shelters) for hazard, name in columns.items()})

    def states(self, hazard: str, inside: NDArray[np.int8]) -> NDArray[Any]:
        """Return the state of each shelter in a scenario, by whether it lies in its zone (1, 0, or -1: unknown)."""
        everywhere = np.ones(len(inside), bool)
        fit, unfit = self.fit.get(hazard, (everywhere, ~everywhere))
        return np.select(
            [inside < 0, inside == 1, unfit, ~fit],
            ["place_unknown", "in_zone", "unsuitable", "suitability_unknown"],
            "usable",
        ).astype(object)

    def notes_on(self, hazard: str) -> list[str]:
        """Return a note where nobody says which shelters are fit for a hazard."""
        return [] if hazard in self.fit else [texts.Note.of("vulnerable_all_suit", hazard=hazard_words(hazard))]
