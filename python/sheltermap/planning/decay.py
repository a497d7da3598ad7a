# SPDX-License-Identifier: Apache-2.0
"""How what a facility offers weighs less with the way to it: in bands, in a straight line, as a bell, by a power."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from numbers import Real
from typing import Any

from sheltermap._native import _core
from sheltermap.base.limits import Limit, limits_of
from sheltermap.base.suggestions import told

TO_THE_LIMIT = ("linear", "kernel", "bell")  # fall to 0 there
BY_SCALE = ("gaussian", "exponential", "power")
_FORMS = (
    "'binary', 'linear', 'kernel', 'bell', {'steps': {'10 min': 1, '20 min': 0.68}}, {'gaussian': '500 m'}, "
    "{'exponential': '500 m'} or {'power': '100 m', 'exponent': 2}"
)

DecayLike = str | Mapping[str, Any]  #: a family that needs nothing else, or one with its scale


@dataclass(frozen=True)
class Decay:
    """The weight of a facility by the way to it, d: 1 beside it, less farther away, 0 beyond the limit.

    Attributes
    ----------
    family : str
        ``binary``: 1 as far as the limit. ``steps``: the weight of the first step that d is within. ``linear``:
        1 - d / limit. ``kernel``: 1 - (d / limit)², after Epanechnikov. ``bell``: a Gaussian that falls to 0 at the
        limit (Dai 2010). ``gaussian``: exp(-d² / (2 scale²)). ``exponential``: exp(-d / scale). ``power``:
        (scale / d)^exponent, and 1 as far as the scale.
    scale : Limit or None
    exponent : float
        Of a power.
    steps : tuple of (Limit, float)
        The bands, the nearest first.
    """

    family: str = "binary"
    scale: Limit | None = None
    exponent: float = 1.0
    steps: tuple[tuple[Limit, float], ...] = ()

    @classmethod
    def of(cls, given: DecayLike | Decay) -> Decay:
        """Return what was given as a decay.

        Parameters
        ----------
        given : str, mapping or Decay
            The name of a family that needs nothing else, or one key with the family: ``{"gaussian": "500 m"}``,
            ``{"power": "100 m", "exponent": 2}``, ``{"steps": {"10 min": 1, "20 min": 0.68, "30 min": 0.22}}``.

        Returns
        -------
        Decay

        Raises
        ------
        ValueError
            If there is no such family, or a scale, a weight or an exponent cannot be.

        Examples
        --------
        >>> Decay.of({"gaussian": "500 m"}).scale
        Limit(value=500.0, unit='m')
        """
        if isinstance(given, Decay):
            return given
        if isinstance(given, str) and given in ("binary", *TO_THE_LIMIT):
            return cls(given)
        if not isinstance(given, Mapping):
            raise ValueError(f"a decay is one of {_FORMS}, not {told(given)}")
        named = [family for family in given if family in ("steps", *BY_SCALE)]
        if len(named) != 1 or set(given) - {*named, *(["exponent"] if named == ["power"] else [])}:
            raise ValueError(f"a decay is one of {_FORMS}, not {dict(given)!r}")
        family = named[0]
        if family == "steps":
            return cls(family, steps=_steps(given[family]))
        scale = Limit.of(given[family])
        if not 0 < scale.value < math.inf:
            raise ValueError(f"the scale of a decay is above 0 and finite, not {scale}")
        return cls(family, scale, _exponent(given.get("exponent", 1)))

    def limit(self, limit: Limit | None) -> Limit | None:
        """Return how far a facility is seen: as far as the limit, and no farther than the last step.

        Raises
        ------
        ValueError
            If the family needs a limit and there is none, or one is a time and the other a distance.
        """
        given = [each for each, _ in self.steps] + ([] if self.scale is None else [self.scale])
        if limit is not None and given and limit.unit != given[0].unit:
            raise ValueError(f"the limit is {limit}, the decay in {given[0]}: one is a time, the other a distance")
        if self.family in TO_THE_LIMIT and limit is not None and not 0 < limit.value < math.inf:
            raise ValueError(f"a {self.family} decay falls to 0 at the limit, which is {limit}; give one above 0")
        if limit is None and self.family in TO_THE_LIMIT:
            raise ValueError(f"a {self.family} decay ends at a limit: say how far people go, limit='500 m'")
        if not self.steps:
            return limit
        last = self.steps[-1][0]
        return last if limit is None or last < limit else limit

    def core(self, limit: Limit | None) -> _core.Decay:
        """Return it as the core takes it."""
        return _core.Decay(
            self.family,
            limit=math.inf if limit is None else limit.value,
            scale=0.0 if self.scale is None else self.scale.value,
            exponent=self.exponent,
            up_to=[each.value for each, _ in self.steps],
            weight=[weight for _, weight in self.steps],
        )

    @property
    def in_time(self) -> bool | None:
        """Whether it is told in times; None where it is told in neither."""
        given = self.scale if self.scale is not None else self.steps[0][0] if self.steps else None
        return None if given is None else given.in_time


def _steps(given: Any) -> tuple[tuple[Limit, float], ...]:
    if not isinstance(given, Mapping) or not given:
        raise ValueError(f"steps are limits and their weights, {{'10 min': 1, '20 min': 0.68}}, not {told(given)}")
    limits = limits_of(list(given))
    weights = [_number(each, "a weight") for each in given.values()]
    steps = sorted(zip(limits, weights, strict=True), key=lambda each: each[0].value)
    wrong = [weight for _, weight in steps if not 0 < weight <= 1]
    if wrong:
        raise ValueError(f"the weight of a step is above 0 and at most 1, not {wrong[0]:.15g}")
    for (near, more), (far, less) in pairwise(steps):
        if less > more:
            raise ValueError(f"weights fall with the way: {near} has {more:.15g}, and {far} has {less:.15g}")
    return tuple(steps)


def _exponent(given: Any) -> float:
    exponent = _number(given, "an exponent")
    if not 0 < exponent < math.inf:
        raise ValueError(f"an exponent is above 0, not {exponent:.15g}: what is far must not count for more")
    return exponent


def _number(given: Any, what: str) -> float:
    if isinstance(given, bool) or not isinstance(given, Real) or math.isnan(given):
        raise ValueError(f"{what} of a decay is a number, not {told(given)}")
    return float(given)
