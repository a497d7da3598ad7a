# SPDX-License-Identifier: Apache-2.0
"""The risk matrix: how likely and how bad each scenario is, which level that is, and what the levels hide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.analyses.drawable import Drawable
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted, name_of
from sheltermap.base.suggestions import told
from sheltermap.layers.frames_given import takes_frames
from sheltermap.risk.placed_risks import placed_risks
from sheltermap.risk.risk_classes import RiskClasses
from sheltermap.risk.risk_movement import movement_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOT_PLACED = ("no_likelihood", "no_impact", "no_likelihood_and_impact")
SHOWN = 10  # names in a note
REVERSALS = ["dimension", "unit", "higher", "lower", "expected_of_higher", "expected_of_lower"]
REVERSALS += ["level_of_higher", "level_of_lower", "in_all"]


@dataclass(frozen=True, repr=False)
class RiskMatrix(Drawable, drawn_as="risk_matrix"):
    """What `risk_matrix` found.

    Classes and levels are numbers from 1, the least. What is expected of an impact in a year is probability times
    impact; where only a class of likelihood is known, or the impact is in words, nothing is.

    Attributes
    ----------
    risks : DataFrame
        One row per scenario, as given: ``scenario`` (and ``hazard``, ``title``, ``cause``), ``annual_probability``,
        ``likelihood_class``; by dimension ``human``, ``human_class``, ``human_expected``, …; ``impact_class`` joined,
        ``decided_by`` which dimensions, ``unknown_impacts``; ``level``, ``level_id``; ``not_placed`` why there is no
        level (``no_likelihood``, ``no_impact``, ``no_likelihood_and_impact``); ``number``, by which it is drawn: the
        highest level first.
    cells : DataFrame
        One row per cell: ``likelihood_class``, ``impact_class``, ``level``, ``level_id``, ``risks`` in it, and their
        ``scenarios``.
    summary : DataFrame
        Per ``level``, the highest first, and for those not placed: ``level_id`` (or why they are not), ``risks``. They
        sum to the scenarios.
    not_placed : DataFrame
        ``scenario``, ``reason``.
    reversals : DataFrame
        Pairs in which more is expected of the one that has the lower level: ``dimension``, ``unit``, ``higher`` (the
        scenario of the higher level), ``lower``, ``expected_of_higher``, ``expected_of_lower``, ``level_of_higher``,
        ``level_of_lower``; ``in_all``: whether no dimension known of both speaks for the levels.
    classes : RiskClasses
    notes : list of str
        Whose classes these are, the rule that joins impacts, and what bounds the answer.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> risks = pd.DataFrame({"scenario": ["flood", "chemical"], "annual_probability": [0.01, 0.0002],
    ...     "human": [12, 150], "economic": [4e6, 1e6]})
    >>> sm.risk_matrix(risks, sm.RiskClasses.example())
    <RiskMatrix: 2 risks
      1 medium, 1 high
      2 rows in .risks; 3 notes in .notes>
    """

    risks: pd.DataFrame
    cells: pd.DataFrame
    summary: pd.DataFrame
    not_placed: pd.DataFrame
    reversals: pd.DataFrame
    classes: RiskClasses
    notes: list[str]

    def _in_short(self) -> Short:
        levels = self.summary[self.summary["risks"] > 0].to_dict("records")
        told = ", ".join(f"{texts.number(each['risks'])} {name_of(each['level_id'])}" for each in levels[::-1])
        return Short(counted(self.risks, "risk"), [told] if told else [], self.risks, "risks")

    def movement(self, earlier: RiskMatrix) -> pd.DataFrame:
        """Return what became of each risk since an earlier matrix, and why.

        Parameters
        ----------
        earlier : RiskMatrix
            May have other classes.

        Returns
        -------
        DataFrame
            One row per scenario of either, in this order: ``scenario``; ``move``: ``up`` and ``down`` (of the level),
            ``up_within`` and ``down_within`` (of a class, within the level), ``across`` (one class up, the other down,
            the level the same), ``same``, ``new``, ``gone``, ``placed`` and ``no_longer_placed``; ``cause``, those of
            ``likelihood``, ``impact`` and ``classes`` that moved it, with commas; level, classes, probability and the
            impact of each dimension, ``…_before`` and ``…_after``.

        Notes
        -----
        Likelihood is a cause where the two probabilities lie in two classes by the earlier or by the present classes,
        impact likewise; the classes are one where they place one of the two risks elsewhere than the other classes do.

        Examples
        --------
        >>> import pandas as pd
        >>> import sheltermap as sm
        >>> classes = sm.RiskClasses.example()
        >>> def matrix(probability):
        ...     risks = {"scenario": ["flood"], "annual_probability": [probability], "human": [40]}
        ...     return sm.risk_matrix(pd.DataFrame(risks), classes)
        >>> matrix(0.02).movement(matrix(0.002))[["scenario", "move", "cause", "level_before", "level_after"]]
          scenario move       cause  level_before  level_after
        0    flood   up  likelihood             2            3
        """
        if not isinstance(earlier, RiskMatrix):
            raise TypeError(f"earlier is a RiskMatrix, not {told(earlier)}")
        return movement_of(earlier.risks, earlier.classes, self.risks, self.classes)

    def plot(self, *, figsize: tuple[float, float] | None = None, ax: Axes | None = None, lang: str = "en") -> Axes:
        """Draw the matrix, cells coloured by level with its word, risks by their number, and what each number is."""
        return self._plotted(figsize=figsize, ax=ax, lang=lang)


@takes_frames
def risk_matrix(risks: pd.DataFrame, classes: RiskClasses) -> RiskMatrix:
    """Place risks in a matrix of likelihood and impact, by classes of your own.

    Parameters
    ----------
    risks : DataFrame
        One row per ``scenario``: ``annual_probability`` or ``return_period_years``, or where nobody knows a number
        ``likelihood``, a class by its number or name; the dimensions of impact in the classes' units, of a qualitative
        one the class. An empty cell is not known. ``hazard``, ``title`` and ``cause`` go along. `Impact.risks` makes
        such a table.
    classes : RiskClasses
        There is no default: limits are set by those who answer for them. `RiskClasses.example` is an example, no law.

    Returns
    -------
    RiskMatrix
        A risk without likelihood, or without any impact, is named as not placed.

    Raises
    ------
    ValueError
        Naming the scenario, where one is there twice, a probability, a class or an impact is none, likelihood and
        probability do not agree, or there is an impact of which the classes say nothing.

    Notes
    -----
    The shape is that of the European Commission's guideline SEC(2010) 1626. A matrix can order risks the other way
    round than what is expected of them (L. A. Cox, What's Wrong with Risk Matrices?, Risk Analysis 28, 2008):
    ``reversals`` has every such pair, and the notes say how many there are.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> risks = pd.DataFrame({
    ...     "scenario": ["flood", "chemical", "heat"], "annual_probability": [0.01, 0.0002, None],
    ...     "human": [12, 150, 40], "economic": [4e6, 1e6, None]})
    >>> matrix = sm.risk_matrix(risks, sm.RiskClasses.example())
    >>> matrix.risks[["scenario", "likelihood_class", "impact_class", "level_id", "human_expected"]]
       scenario  likelihood_class  impact_class level_id  human_expected
    0     flood                 4             3     high            0.12
    1  chemical                 2             4   medium            0.03
    2      heat              <NA>             3     <NA>             NaN
    >>> matrix.not_placed
      scenario         reason
    0     heat  no_likelihood
    """
    if not isinstance(classes, RiskClasses):
        raise TypeError(
            f"classes are RiskClasses, not {told(classes)}: read your own with sm.RiskClasses.read, or take "
            "sm.RiskClasses.example(), which is an example and no law"
        )
    if not isinstance(risks, pd.DataFrame):
        raise TypeError(f"risks are a DataFrame, one row per scenario, not {told(risks)}")
    placed = placed_risks(risks, classes)
    placed["number"] = _drawn_numbers(placed)
    unplaced = placed[placed["not_placed"].notna()]
    lacking = unplaced[["scenario", "not_placed"]].set_axis(["scenario", "reason"], axis=1).reset_index(drop=True)
    reversals = _reversals(placed, classes)
    notes = _notes(placed, reversals, classes)
    return RiskMatrix(placed, _cells(placed, classes), _summary(placed, classes), lacking, reversals, classes, notes)


def _drawn_numbers(placed: pd.DataFrame) -> pd.Series[int]:
    """Number the risks: the highest level first, then the higher classes; those not placed last."""
    order = placed.sort_values(
        ["level", "impact_class", "likelihood_class"], ascending=False, kind="stable", na_position="last"
    )
    return pd.Series(np.arange(1, len(order) + 1), index=order.index)


def _cells(placed: pd.DataFrame, classes: RiskClasses) -> pd.DataFrame:
    here = placed[placed["not_placed"].isna()].sort_values("number")
    inside: dict[tuple[int, int], list[str]] = {}
    for likelihood, impact, scenario in zip(
        here["likelihood_class"], here["impact_class"], here["scenario"], strict=True
    ):
        inside.setdefault((likelihood, impact), []).append(scenario)
    rows = []
    for impact in range(1, classes.impact_count + 1):
        for likelihood in range(1, classes.likelihood_count + 1):
            level, names = classes.level(likelihood, impact), inside.get((likelihood, impact), [])
            rows.append((likelihood, impact, level, classes.levels[level - 1].id, len(names), ", ".join(names)))
    columns = ["likelihood_class", "impact_class", "level", "level_id", "risks", "scenarios"]
    return pd.DataFrame(rows, columns=columns)


def _summary(placed: pd.DataFrame, classes: RiskClasses) -> pd.DataFrame:
    rows = [
        (number, classes.levels[number - 1].id, int((placed["level"] == number).fillna(False).sum()))
        for number in range(len(classes.levels), 0, -1)
    ]
    found = pd.DataFrame(rows, columns=["level", "level_id", "risks"]).astype({"level": "Int64"})
    lacking = [(pd.NA, word, int((placed["not_placed"] == word).fillna(False).sum())) for word in NOT_PLACED]
    unplaced = pd.DataFrame(lacking, columns=found.columns).astype({"level": "Int64"})
    return pd.concat([found, unplaced], ignore_index=True)


def _reversals(placed: pd.DataFrame, classes: RiskClasses) -> pd.DataFrame:
    """Find the pairs in which the risk of the lower level is the one of which more is expected, by dimension."""
    here = placed[placed["not_placed"].isna()]
    level = here["level"].to_numpy(dtype=np.int64)
    names = [name for name in classes.dimensions if f"{name}_expected" in here]
    expected = {name: here[f"{name}_expected"].to_numpy(float) for name in names}
    scenario = here["scenario"].to_numpy()
    found = []
    for name in names:
        lower = [
            np.flatnonzero((level < level[row]) & (expected[name] > expected[name][row])) for row in range(len(here))
        ]
        high = np.repeat(np.arange(len(here)), [len(each) for each in lower])
        low = np.concatenate([np.empty(0, np.intp), *lower])
        against = np.zeros(len(low), dtype=bool)
        for each in expected.values():
            against |= each[high] > each[low]
        pairs = (scenario[high], scenario[low], expected[name][high], expected[name][low], level[high], level[low])
        columns = dict(zip(REVERSALS[2:], (*pairs, ~against), strict=True))
        found.append(pd.DataFrame({"dimension": name, "unit": classes.dimensions[name].unit} | columns))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=REVERSALS)


def _notes(placed: pd.DataFrame, reversals: pd.DataFrame, classes: RiskClasses) -> list[str]:
    notes: list[str] = [*classes.said()]
    lacking = placed[placed["not_placed"].notna()]
    if len(lacking):
        notes.append(_named("risk_not_placed", list(lacking["scenario"])))
    here = placed[placed["not_placed"].isna()]
    partly = here[here["unknown_impacts"].notna()]
    if len(partly):
        notes.append(_named("risk_impacts_unknown", list(partly["scenario"])))
    unexpected = here[here["annual_probability"].isna()]
    if len(unexpected):
        notes.append(_named("risk_no_expected", list(unexpected["scenario"])))
    if len(reversals):
        pairs = reversals[["higher", "lower"]].drop_duplicates()
        first = dict(zip(("first", "second"), ([each] for each in pairs.iloc[0]), strict=True))
        notes.append(texts.Note.of("risk_reversed", first, count=texts.number(len(pairs))))
    return notes


def _named(key: str, names: Sequence[str]) -> texts.Note:
    shown = [*names[:SHOWN], *(["…"] if len(names) > SHOWN else [])]
    return texts.Note.of(key, {"names": shown}, count=texts.number(len(names)))
