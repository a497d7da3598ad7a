# SPDX-License-Identifier: Apache-2.0
"""Keys of questions about sites: what may be built or improved, beside what stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd
from pydantic import model_validator

from sheltermap.base.limits import Limit
from sheltermap.page.table import text
from sheltermap.questions.keys import AlongStreets, LimitText, OneLimit
from sheltermap.questions.sources import NonEmpty

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.context import Context

BUILT = "build"


class AmongSites(AlongStreets, OneLimit):
    """Questions of candidates to build, and of upgrades of the facilities that stand."""

    registers: ClassVar = ("facilities", "candidates")

    facilities: NonEmpty | None = None  # type: ignore[assignment]  # nothing may stand yet
    candidates: NonEmpty
    upgrades: NonEmpty | None = None
    weight: NonEmpty | None = None
    time_limit: LimitText = "60 s"

    @model_validator(mode="after")
    def _supply_is_of_facilities(self) -> AmongSites:
        if self.facilities is None and (self.supply is not None or self.upgrades is not None):
            raise ValueError("supply and upgrades are those of facilities: name the input that has them")
        if not Limit.parse(self.time_limit).in_time:
            raise ValueError('time_limit is a time, as "2 min"')
        return self

    def existing(self, context: Context) -> GeoDataFrame | None:
        """Return the facilities that count, and those that would if they were adapted."""
        if "facilities" not in context.frames:
            return None
        if context.unused is None or "upgrades" not in context.frames:
            return context.facilities
        everything, upgrades = context.frames["facilities"], context.frames["upgrades"]
        column = context.sources["facilities"].id
        ids = everything.index if column is None else pd.Index(everything[column])
        adapted = ids.isin(upgrades["facility"][upgrades["action"] == "adapt"]) if "action" in upgrades else False
        return everything[everything.index.isin(context.facilities.index) | adapted]

    def site_names(self, context: Context, facilities: Iterable[Any], actions: Iterable[str]) -> list[str]:
        """Return what a person calls each site, by its id and by what is done with it."""
        names: dict[tuple[bool, Any], str] = {}
        for role, built in (("facilities", False), ("candidates", True)):
            if role not in context.frames:
                continue
            frame, source = context.frames[role], context.sources[role]
            ids = frame.index if source.id is None else frame[source.id]
            called = frame.index if (column := context.labels(role)) is None else frame[column]
            names |= {(built, each): text(name) for each, name in zip(ids, called, strict=True)}
        taken = [(action == BUILT, each) for each, action in zip(facilities, actions, strict=True)]
        return [names.get(each, text(each[1])) for each in taken]
