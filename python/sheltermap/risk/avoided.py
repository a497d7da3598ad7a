# SPDX-License-Identifier: Apache-2.0
"""Losses avoided by measures: what each saves a year, what that is worth today, and whether it pays for itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from sheltermap.analyses.drawable import Drawable
from sheltermap.base import texts
from sheltermap.base.given import several
from sheltermap.base.in_short import Short, counted, name_of
from sheltermap.base.suggestions import told
from sheltermap.planning.price_index import require_currency
from sheltermap.risk.expected_annual import METHODS, PARTS, ExpectedAnnual, Method
from sheltermap.risk.impact import Impact

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sheltermap.planning.alternatives import Alternatives

Loss: TypeAlias = Impact | ExpectedAnnual | float


@dataclass(frozen=True)
class Measure:
    """What could be done, what it costs, and what would still be lost.

    Attributes
    ----------
    name : str
    after : Impact, ExpectedAnnual or float
        What would be lost a year once it is there: of an impact its expected damage.
    cost : float, optional
        Paid once, today. Left out where an alternative of the same name tells it.
    running : float
        Paid at the end of every year.
    years : int, optional
        For how many years it works; by default those that the question is about.
    not_monetised : str or sequence of str
        What it does beside that, which has no price here: lives saved, a beach lost.

    Examples
    --------
    >>> import sheltermap as sm
    >>> sm.Measure("dike", after=2_000.0, cost=50_000.0, not_monetised=["the view of the river"]).running
    0.0
    """

    name: str
    after: Loss
    cost: float | None = None
    running: float = 0.0
    years: int | None = None
    not_monetised: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise ValueError(f"the name of a measure is a text, not {told(self.name)}")
        if isinstance(self.not_monetised, str):
            object.__setattr__(self, "not_monetised", (self.not_monetised,))


@dataclass(frozen=True, repr=False)
class Avoided(Drawable, drawn_as="avoided"):
    """What measures save, and whether they pay for themselves.

    Attributes
    ----------
    measures : DataFrame
        One row per measure, the best ratio first: ``rank``, ``measure``, ``cost``, ``running`` a year, ``years``,
        ``loss_before``, ``loss_after`` and ``avoided`` a year, ``avoided_share``; ``present_benefit`` (of what is
        avoided) and ``present_cost`` (with what runs), ``net_present_value``, ``benefit_cost``; ``payback_years``
        (what is avoided less what runs makes up for the cost) and ``discounted_payback_years``, missing where that
        never happens; ``pays_back`` (within its years); ``people_before``, ``people_after`` and ``people_avoided``,
        expected a year, of impacts; ``not_monetised``; and ``benefit_cost_trapezoid`` and ``benefit_cost_log_linear``,
        the ratio by both methods.
    parts : DataFrame
        ``avoided`` a year in parts, as `ExpectedAnnual.parts` has them: ``measure``, ``part``, ``trapezoid``,
        ``log_linear``. Losses that are given as one number are ``total`` only.
    years : int
    discount_rate : float
    currency : str
    method : {"trapezoid", "log_linear"}
        By which everything but the last two columns is computed.
    notes : list of str

    Examples
    --------
    >>> import sheltermap as sm
    >>> measures = [sm.Measure("dike", after=2_000.0, cost=50_000.0), sm.Measure("pumps", after=9_000.0, cost=5_000.0)]
    >>> sm.avoided(10_000.0, measures, years=30, discount_rate=0.03, currency="EUR")
    <Avoided: 2 measures over 30 years
      pumps: benefit to cost 3.92, net present value 14 600 EUR
      dike: benefit to cost 3.14, net present value 106 804 EUR>
    """

    measures: pd.DataFrame
    parts: pd.DataFrame
    years: int
    discount_rate: float
    currency: str
    method: Method
    notes: list[str] = field(default_factory=list)

    def _in_short(self) -> Short:
        of = f"{counted(self.measures, 'measure')} over {counted(self.years, 'year')}"
        lines = (
            f"{name_of(each['measure'])}: benefit to cost {texts.significant(each['benefit_cost'], 3)}, "
            f"net present value {texts.number(each['net_present_value'])} {self.currency}"
            for each in self.measures.to_dict("records")
        )
        return Short(of, lines, self.measures, "measures")

    def plot(self, *, figsize: tuple[float, float] | None = None, ax: Axes | None = None, lang: str = "en") -> Axes:
        """Draw for each measure what it costs beside what it saves, both as of today."""
        return self._plotted(figsize=figsize, ax=ax, lang=lang)


def avoided(
    before: Loss,
    measures: Sequence[Measure],
    *,
    years: int,
    discount_rate: float,
    currency: str,
    alternatives: Alternatives | None = None,
    method: Method = "trapezoid",
) -> Avoided:
    """Return what measures save a year, what that is worth today, and whether it is worth their cost.

    What is avoided is the expected annual loss without the measure less that with it. It is worth as much today as
    equal sums at the end of every year, discounted: ``avoided * (1 - (1 + rate) ** -years) / rate``, at a rate of 0
    ``avoided * years``. The benefit-cost ratio is that over the cost and what runs, discounted alike.

    Parameters
    ----------
    before : Impact, ExpectedAnnual or float
        What is lost a year as it is; of an impact its expected damage, of all hazards together.
    measures : sequence of Measure
        Each with what would still be lost, as the same kind of thing.
    years : int
        Over how many years; a measure may work for fewer or more.
    discount_rate : float
        A year, from 0 to below 1: 0.03 is 3 %. Nobody can say it for you, so there is no default.
    currency : str
        Of everything, as ISO 4217 writes it: ``"EUR"``.
    alternatives : Alternatives, optional
        From `sheltermap.alternatives`: what its alternatives with names cost, for measures called alike without a cost.
    method : {"trapezoid", "log_linear"}
        How losses of several return periods become one number; the ratio is told by both.

    Returns
    -------
    Avoided

    Raises
    ------
    ValueError
        If there is no measure, two are called alike, a cost or loss is negative or not known, the years are not whole,
        a rate is not possible, currencies differ, or a measure compares what cannot be compared.

    Examples
    --------
    >>> import sheltermap as sm
    >>> dike = sm.Measure("dike", after=2_000.0, cost=50_000.0, running=500.0)
    >>> pumps = sm.Measure("pumps", after=9_000.0, cost=5_000.0)
    >>> found = sm.avoided(10_000.0, [dike, pumps], years=30, discount_rate=0.03, currency="EUR")
    >>> found.measures[["rank", "measure", "avoided", "present_benefit", "benefit_cost", "payback_years"]].round(2)
       rank measure  avoided  present_benefit  benefit_cost  payback_years
    0     1   pumps   1000.0         19600.44          3.92           5.00
    1     2    dike   8000.0        156803.53          2.62           6.67
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {told(method)}")
    if isinstance(discount_rate, bool) or not isinstance(discount_rate, Real) or not 0 <= discount_rate < 1:
        raise ValueError(f"discount_rate is from 0 to below 1, 0.03 for 3 %, not {told(discount_rate)}")
    require_currency([currency], "currency")
    measures = several(measures, Measure, "a measure is made by sm.Measure(name, after, …)")
    names = [each.name for each in measures]
    if not names:
        raise ValueError("give at least one measure")
    if twice := [name for number, name in enumerate(names) if name in names[:number]]:
        raise ValueError(f"two measures are called {twice[0]!r}")
    costs = _costs(measures, alternatives, currency)
    loss = _loss_of(before, "before", currency)
    rate, lines, parts, notes = float(discount_rate), [], [], list(loss.notes)
    for measure in measures:
        left = _loss_of(measure.after, measure.name, currency)
        if loss.kind != left.kind:
            raise ValueError(f"{measure.name}: {left.kind} cannot be compared with {loss.kind} before")
        if loss.what != left.what:
            raise ValueError(f"{measure.name}: what is counted after is not what is counted before")
        notes += [f"{measure.name}: {note}" for note in left.notes if note not in loss.notes]
        span = _whole_years(measure.years if measure.years is not None else years, measure.name)
        _require_amount(measure.running, f"{measure.name}: running")
        saved = {each: loss.parts[each]["total"] - left.parts[each]["total"] for each in METHODS}
        if saved[method] < 0:
            notes.append(f"{measure.name}: more is lost with it than without")
        parts += _part_lines(measure.name, loss, left)
        line = _line(measure, costs[measure.name], saved, span, rate, method)
        line |= {"loss_before": loss.parts[method]["total"], "loss_after": left.parts[method]["total"]}
        lines.append(line | _people(loss, left, method))
    table = pd.DataFrame(lines)
    table["avoided_share"] = table["avoided"] / table["loss_before"].where(table["loss_before"] > 0)
    order = np.lexsort((table["measure"], table["present_cost"], -table["benefit_cost"].fillna(-math.inf)))
    table = table.iloc[order].reset_index(drop=True)
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    found = table[[each for each in COLUMNS if each in table]]
    return Avoided(found, pd.DataFrame(parts), years, rate, currency, method, notes)


COLUMNS = (
    *("rank", "measure", "cost", "running", "years", "loss_before", "loss_after", "avoided", "avoided_share"),
    *("present_benefit", "present_cost", "net_present_value", "benefit_cost", "payback_years"),
    *("discounted_payback_years", "pays_back", "people_before", "people_after", "people_avoided", "not_monetised"),
    *(f"benefit_cost_{each}" for each in METHODS),
)


def annuity(years: int, rate: float) -> float:
    """Return what 1 at the end of each of so many years is worth today.

    Examples
    --------
    >>> annuity(30, 0.0), round(annuity(2, 0.1), 6)
    (30.0, 1.735537)
    """
    return float(years) if rate == 0 else -math.expm1(-years * math.log1p(rate)) / rate


@dataclass(frozen=True)
class _Annual:
    """A loss a year by method and part, and the people of an impact."""

    kind: str
    parts: dict[str, dict[str, float]]
    people: dict[str, float] | None = None
    what: tuple[Any, ...] = ()  # is counted: two have to count the same
    notes: Sequence[str] = ()


def _loss_of(given: Loss, name: str, currency: str) -> _Annual:
    if isinstance(given, ExpectedAnnual):
        by_part: dict[str, dict[str, float]] = {
            each: dict(zip(PARTS, given.parts[each].tolist(), strict=True)) for each in METHODS
        }
        return _Annual("a loss by return periods", by_part, notes=given.notes)
    if isinstance(given, Real) and not isinstance(given, bool):
        _require_amount(given, f"{name}: a loss a year")
        return _Annual("one number", {each: {"total": float(given)} for each in METHODS})
    if not isinstance(given, Impact):
        raise ValueError(f"{name}: a loss is an impact, an expected annual loss or a number, not {told(given)}")
    if given.currency is None:
        raise ValueError(f"{name}: the impact has no damage: give sheltermap.impact damage and a currency")
    if given.currency != currency:
        raise ValueError(f"{name}: the impact is in {given.currency}, the costs are in {currency}: bring them to one")
    damage = given.expected[given.expected["what"] == "damage"]
    if not len(damage):
        raise ValueError(f"{name}: no damage is expected by return periods; its scenarios need them")
    people = given.expected[(given.expected["what"] == "people") & (given.expected["part"] == "total")]
    first = people["measure"].iloc[0] if len(people) else None
    mine = people[people["measure"] == first]
    return _Annual(
        "an impact",
        {each: {part: float(damage.loc[damage["part"] == part, each].sum()) for part in PARTS} for each in METHODS},
        {each: float(mine[each].sum()) for each in METHODS} if len(mine) else None,
        (first, *sorted(set(damage["hazard"]))),
        given.notes,
    )


def _costs(measures: Sequence[Measure], alternatives: Alternatives | None, currency: str) -> dict[str, float]:
    """Return what each measure costs: as it says, else as the alternative with its name does."""
    known: Mapping[str, float] = {}
    if alternatives is not None:
        if alternatives.currency != currency:
            raise ValueError(
                f"the alternatives are in {alternatives.currency}, the losses in {currency}: bring them to one"
            )
        named = alternatives.named
        known = dict(zip(named["alternative"], named["cost"].astype(float), strict=True))
    found = {}
    for each in measures:
        cost = each.cost if each.cost is not None else known.get(each.name)
        if cost is None:
            raise ValueError(f"{each.name}: give its cost, or alternatives in which it is named")
        _require_amount(cost, f"{each.name}: cost")
        found[each.name] = float(cost)
    return found


def _require_amount(value: Any, what: str) -> None:
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) < math.inf:
        raise ValueError(f"{what} is a finite number, not negative, not {told(value)}")


def _whole_years(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise ValueError(f"{name}: years is a whole number, 1 or more, not {told(value)}")
    return int(value)


def _line(
    measure: Measure, cost: float, saved: Mapping[str, float], years: int, rate: float, method: Method
) -> dict[str, Any]:
    factor = annuity(years, rate)
    present_cost = cost + measure.running * factor
    ratios = {each: saved[each] * factor / present_cost if present_cost > 0 else math.nan for each in METHODS}
    net = saved[method] - measure.running
    discounted = _discounted_payback(cost, net, rate)
    return {
        "measure": measure.name,
        "cost": cost,
        "running": float(measure.running),
        "years": years,
        "avoided": saved[method],
        "present_benefit": saved[method] * factor,
        "present_cost": present_cost,
        "net_present_value": saved[method] * factor - present_cost,
        "benefit_cost": ratios[method],
        "payback_years": cost / net if net > 0 else math.nan,
        "discounted_payback_years": discounted,
        "pays_back": bool(discounted <= years),
        "not_monetised": tuple(measure.not_monetised),
        **{f"benefit_cost_{each}": ratios[each] for each in METHODS},
    }


def _discounted_payback(cost: float, net: float, rate: float) -> float:
    """Return after how many years the discounted sums make up for the cost; NaN where they never do."""
    if net <= 0 or rate * cost >= net:
        return math.nan
    return cost / net if rate == 0 else -math.log1p(-rate * cost / net) / math.log1p(rate)


def _part_lines(name: str, loss: _Annual, left: _Annual) -> list[dict[str, Any]]:
    shared = [part for part in PARTS if part in loss.parts["trapezoid"]]
    return [
        {"measure": name, "part": part, **{each: loss.parts[each][part] - left.parts[each][part] for each in METHODS}}
        for part in shared
    ]


def _people(loss: _Annual, left: _Annual, method: Method) -> dict[str, float]:
    if loss.people is None or left.people is None:
        return {}
    before, after = loss.people[method], left.people[method]
    return {"people_before": before, "people_after": after, "people_avoided": before - after}
