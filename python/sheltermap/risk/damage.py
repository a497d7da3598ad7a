# SPDX-License-Identifier: Apache-2.0
"""Damage curves: which share is lost, or of how many people it is said, at which intensity; data with their source."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from sheltermap.base.given import is_finite
from sheltermap.base.suggestions import told

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Status = Literal["confirmed", "partial", "unconfirmed"]
VALUED = ("facilities", "critical", "streets", "buildings", "land")  # layers of which something may be lost


@dataclass(frozen=True)
class DamageCurve:
    """Which share is lost at which intensity.

    Attributes
    ----------
    intensity : sequence of float
        Ascending, in `unit`.
    share : sequence of float
        From 0 to 1, one for each intensity, never falling.
    unit : str
        Of the intensity; that of the scenarios has to be the same.
    source : str
        Who says so.
    status : {"confirmed", "partial", "unconfirmed"}
        Whether the source was seen.
    shape : {"linear", "steps"}
        Straight between the points and as the last one beyond them; or each share holds from its intensity on, until
        the next. Below the first point the share is 0 in steps, and that of the first point on a line.
    classes : sequence of str, optional
        What the steps are called, as many as there are.
    hazard : str, optional
        The kind of hazard that it is about; by default any.
    note : str, optional

    Raises
    ------
    ValueError
        If the points do not ascend, a share is not in [0, 1] or falls, or something has no source or no unit.

    Examples
    --------
    >>> import sheltermap as sm
    >>> curve = sm.DamageCurve([0, 1, 3], [0, 0.4, 0.75], unit="m", source="An example")
    >>> curve.at([-1, 0.5, 2, 9])
    array([0.   , 0.2  , 0.575, 0.75 ])
    """

    intensity: Sequence[float]
    share: Sequence[float]
    unit: str
    source: str
    status: Status = "confirmed"
    shape: Literal["linear", "steps"] = "linear"
    classes: Sequence[str] = ()
    hazard: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        points, shares = list(self.intensity), list(self.share)
        if len(points) != len(shares) or not points:
            raise ValueError(
                f"a damage curve has one share for each intensity: {len(points)} intensities, {len(shares)} shares"
            )
        if not all(math.isfinite(each) for each in points):
            raise ValueError("a damage curve: an intensity is a finite number")
        if bad := [each for each in shares if not 0 <= each <= 1]:
            raise ValueError(f"a damage curve: a share is from 0 to 1, not {told(bad[0])}")
        for (one, other), (lost, then) in zip(pairwise(points), pairwise(shares), strict=True):
            if not one < other:
                raise ValueError(f"a damage curve: intensities ascend, but {other:g} stands after {one:g}")
            if then < lost:
                raise ValueError(f"a damage curve: the share falls from {lost:g} at {one:g} to {then:g} at {other:g}")
        if not self.source.strip() or not self.unit.strip():
            raise ValueError("a damage curve says its unit and who says so: give unit and source")
        if self.status not in get_args(Status):
            raise ValueError(f"a status is one of {', '.join(get_args(Status))}, not {told(self.status)}")
        if self.shape not in ("linear", "steps"):
            raise ValueError(f"a shape is linear or steps, not {told(self.shape)}")
        if self.classes and (self.shape != "steps" or len(self.classes) != len(points)):
            raise ValueError(f"classes name the steps, all {len(points)} of them; there are {len(self.classes)}")

    def at(self, intensity: ArrayLike) -> NDArray[np.float64]:
        """Return the share at each intensity; NaN where that is not known."""
        values = np.asarray(intensity, np.float64)
        if self.shape == "linear":
            return np.interp(values, self.intensity, self.share)
        shares = np.array([0.0, *self.share])[self._steps(values)]
        return np.where(np.isnan(values), np.nan, shares)

    def class_of(self, intensity: ArrayLike) -> NDArray[np.int64]:
        """Return the number of the step at each intensity, -1 below the first, -2 where it is not known."""
        values = np.asarray(intensity, np.float64)
        return np.where(np.isnan(values), -2, self._steps(values) - 1)

    def _steps(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.searchsorted(np.asarray(self.intensity, np.float64), values, side="right").astype(np.int64)

    @property
    def names(self) -> tuple[str, ...]:
        """What the steps are called: their names, else from which intensity they hold."""
        return tuple(self.classes) or tuple(f"from {each:g} {self.unit}" for each in self.intensity)


@dataclass(frozen=True)
class Damage:
    """What is lost of something that has a value.

    Attributes
    ----------
    what : {"facilities", "critical", "streets", "buildings", "land"}
        Of which layer the values are.
    value : str
        Its column with the value, in the currency.
    curve : DamageCurve or float
        Which share is lost at which intensity; a number is the share of everything that is affected.
    hazard : str, optional
        The kind of hazard that it is about; by default that of the curve, else any.

    Raises
    ------
    ValueError
        If there is no such layer, or a share is not in [0, 1].

    Examples
    --------
    >>> import sheltermap as sm
    >>> sm.Damage("land", "value_eur", 0.3, hazard="storm").is_about("flood")
    False
    """

    what: str
    value: str
    curve: DamageCurve | float
    hazard: str | None = None

    def __post_init__(self) -> None:
        if self.what not in VALUED:
            raise ValueError(f"damage is of {', '.join(VALUED)}, not {told(self.what)}")
        if not isinstance(self.curve, DamageCurve) and not (is_finite(self.curve) and 0 <= self.curve <= 1):
            raise ValueError(f"damage: a share is from 0 to 1, not {told(self.curve)}")

    def is_about(self, hazard: str) -> bool:
        """Whether it tells what a hazard of this kind does."""
        own = self.hazard
        if own is None and isinstance(self.curve, DamageCurve):
            own = self.curve.hazard
        return own is None or own == hazard


@cache
def damage_curves() -> Mapping[str, DamageCurve]:
    """Return the curves that come with sheltermap, by id; none is used unless it is asked for by name.

    Returns
    -------
    Mapping from str to DamageCurve

    Examples
    --------
    >>> import sheltermap as sm
    >>> curve = sm.damage_curves()["inasafe.flood_displaced"]
    >>> curve.at([0.05, 0.1, 1, 2]), curve.unit
    (array([0.  , 0.01, 0.03, 0.05]), 'm')
    """
    text = (files("sheltermap.risk") / "damage_curves.toml").read_text(encoding="utf-8")
    found: dict[str, DamageCurve] = {}
    for each in tomllib.loads(text)["curves"]:
        given: dict[str, Any] = {key: value for key, value in each.items() if key != "id"}
        found[each["id"]] = DamageCurve(**given)
    return MappingProxyType(found)


def accepted_curve(curve: str | DamageCurve, accept_unconfirmed: bool) -> DamageCurve:
    """Return a curve, by its id or as it is; ValueError where there is none, or it is not confirmed nor accepted."""
    name = "the curve"
    if isinstance(curve, str):
        if curve not in damage_curves():
            raise ValueError(f"no damage curve {curve!r}; there are {', '.join(damage_curves())}")
        name, curve = f"the curve {curve}", damage_curves()[curve]
    if not isinstance(curve, DamageCurve):
        raise TypeError(
            f"a damage curve is made by sm.DamageCurve(...), or an id of sm.damage_curves(), not {told(curve)}"
        )
    if curve.status != "confirmed" and not accept_unconfirmed:
        raise ValueError(f"{name} is {curve.status}; say accept_unconfirmed=True to use it")
    return curve
