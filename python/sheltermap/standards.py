# SPDX-License-Identifier: Apache-2.0
"""Standards: thresholds as data, each with the source that says so."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Language = Literal["en", "lv"]
PositiveMetres = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class PlanPart(BaseModel):
    """A table of the plan: unknown keys are faults, numbers are not guessed from texts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Text(PlanPart):
    """A text in the languages of the report. A bare string stands for both."""

    en: str
    lv: str

    @model_validator(mode="before")
    @classmethod
    def _same_in_both(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"en": value, "lv": value}
        if isinstance(value, dict) and len(value) == 1 and value.keys() <= {"en", "lv"}:
            return dict.fromkeys(("en", "lv"), *value.values())
        return value

    def get(self, lang: str) -> str:
        """Return the text in `lang`."""
        return str(getattr(self, lang))


class Standard(PlanPart):
    """How near something has to be, and who says so."""

    id: Annotated[str, Field(min_length=1)]
    distance_m: PositiveMetres
    title: Text
    source: Annotated[str, Field(min_length=1)]
    year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    status: Literal["confirmed", "unconfirmed"]
    note: Text | None = None
