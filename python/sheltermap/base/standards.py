# SPDX-License-Identifier: Apache-2.0
"""Standards: numbers as data, each with its unit and the source that says so."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from sheltermap.base.language import LANGUAGES
from sheltermap.base.units import conversion, unit_parts

if TYPE_CHECKING:
    import pandas as pd

PositiveMetres = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class PlanPart(BaseModel):
    """A table of the plan: unknown keys are faults, numbers are not guessed from texts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Text(PlanPart):
    """A text in every language. A bare string stands for all; a language that is not given has the English text.

    Where there is no English text either it has the first that is given, in the order of `LANGUAGES`.
    """

    @model_validator(mode="before")
    @classmethod
    def _in_all(cls, value: Any) -> Any:
        if isinstance(value, str):
            return dict.fromkeys(LANGUAGES, value)
        given = [lang for lang in LANGUAGES if lang in value] if isinstance(value, dict) else []
        return dict.fromkeys(LANGUAGES, value[given[0]]) | value if given else value

    def get(self, lang: str) -> str:
        """Return the text in `lang`."""
        return str(getattr(self, lang))

    @property
    def distinct(self) -> tuple[str, ...]:
        """The texts of all languages, each once."""
        return tuple(dict.fromkeys(self.get(lang) for lang in LANGUAGES))


if TYPE_CHECKING:
    Text = _Text
else:
    Text = create_model("Text", __base__=_Text, __module__=__name__, **dict.fromkeys(LANGUAGES, (str, ...)))


class Figure(PlanPart):
    """A number with its unit; what it is per, persons or time, is a part of the unit."""

    value: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    unit: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _unit_is_known(self) -> Figure:
        unit_parts(self.unit)
        return self

    def to(self, unit: str) -> Fraction:
        """Return the number in another unit, exactly; ValueError where it measures something else."""
        return Fraction(str(self.value)) * conversion(self.unit, unit)


class Standard(PlanPart):
    """How near something has to be, or how much of it there has to be, and who says so.

    Examples
    --------
    >>> import sheltermap as sm
    >>> water = sm.standards()["sphere.water"]
    >>> water.distance_m, water.figures["water"].value, water.figures["water"].unit, water.status
    (500.0, 15.0, 'l/person/day', 'confirmed')
    """

    id: Annotated[str, Field(min_length=1)]
    distance_m: PositiveMetres | None = None  #: the threshold that analyses use
    figures: dict[str, Figure] = Field(default_factory=dict)  #: whatever else it says
    title: Text
    scope: Text | None = None
    source: Annotated[str, Field(min_length=1)]
    year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    status: Literal["confirmed", "partial", "unconfirmed"]
    note: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Standard:
        if self.distance_m is None and not self.figures:
            raise ValueError("give distance_m or figures: a standard says how near, or how much")
        return self

    @property
    def distance(self) -> float:
        """The threshold; ValueError where there is none."""
        if self.distance_m is None:
            raise ValueError(f"the standard {self.id} has no distance; it has {', '.join(self.figures)}")
        return self.distance_m


def accepted(standard: str | Standard, accept_unconfirmed: bool) -> Standard:
    """Return a standard, by its id or as it is; ValueError where there is none, or it is not confirmed nor accepted."""
    if isinstance(standard, str):
        if standard not in standards():
            raise ValueError(f"no standard {standard!r}; there are {', '.join(standards())}")
        standard = standards()[standard]
    if standard.status != "confirmed" and not accept_unconfirmed:
        raise ValueError(f"the standard {standard.id} is {standard.status}; say accept_unconfirmed=True to use it")
    return standard


@cache
def standards() -> Mapping[str, Standard]:
    """Return the standards that come with sheltermap, by id; docs/standards.md lists them.

    Returns
    -------
    Mapping from str to Standard
        Each with `title`, `scope`, `source`, `year`, `status` and `note`, and what it says: `distance_m`, or `figures`
        with their units.

    Examples
    --------
    >>> import sheltermap as sm
    >>> sm.standards()["pl.alt"].distance_m
    500.0

    """
    text = (files("sheltermap.base") / "standards.toml").read_text(encoding="utf-8")
    found = [Standard.model_validate(each) for each in tomllib.loads(text)["standards"]]
    return MappingProxyType({standard.id: standard for standard in found})


def capacity(usable_area_m2: Any, standard: str | Standard, *, accept_unconfirmed: bool = False) -> pd.Series[Any]:
    """How many persons an area holds by a standard: whole persons, rounded down.

    Parameters
    ----------
    usable_area_m2 : Series or sequence of float
        Without airlock and plant rooms, unless the standard says otherwise.
    standard : str or Standard
        One with a figure ``area_per_person``: the id of a shipped one (``"fi.s1"``), or your own.
    accept_unconfirmed : bool
        Needed for a standard whose source is not confirmed.

    Returns
    -------
    Series of Int64
        Missing where the area is missing, negative or not finite.

    Raises
    ------
    ValueError
        If there is no such standard, it has no area per person, or is not confirmed and not accepted.

    Examples
    --------
    >>> import sheltermap as sm
    >>> sm.capacity([75.0, 74.9, None], "fi.s1").tolist()
    [100, 99, <NA>]

    """
    import pandas as pd

    standard = accepted(standard, accept_unconfirmed)
    if "area_per_person" not in standard.figures:
        raise ValueError(f"the standard {standard.id} has no area_per_person")
    per_person = standard.figures["area_per_person"].to("m2/person")
    areas = usable_area_m2 if isinstance(usable_area_m2, pd.Series) else pd.Series(usable_area_m2, dtype="float64")
    # Of the decimals that were written: 0.3 m² hold three places of 0.1 m², though 0.3 / 0.1 is less than 3.
    known = [None if pd.isna(area) or not 0 <= area < math.inf else Fraction(str(area)) // per_person for area in areas]
    return pd.Series(known, index=areas.index, dtype="Int64")
