# SPDX-License-Identifier: Apache-2.0
"""Alternatives that somebody has named, side by side: what each costs, whom it gains, and which is no good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.suggestions import told, unknown
from sheltermap.planning.alternatives_tables import per_person
from sheltermap.planning.siting_search import NOTHING

if TYPE_CHECKING:
    from sheltermap.planning.budget_search import BudgetSearch, Choice
    from sheltermap.planning.site_setting import Setting
    from sheltermap.planning.siting_problem import Rows

DO_NOTHING = "do nothing"


@dataclass(frozen=True)
class Named:
    """An alternative with its name."""

    name: str
    choice: Choice


def named_choices(setting: Setting, search: BudgetSearch, named: Mapping[str, Any] | None) -> list[Named]:
    """Return the alternatives with their names, doing nothing first.

    Raises
    ------
    ValueError
        If a name is none, or an alternative names what is no option, or options that exclude each other.
    """
    found = [Named(DO_NOTHING, search.add(NOTHING))]
    if named is not None and not isinstance(named, Mapping):
        raise ValueError(f"named tells each alternative by its name, {{'adapt school': ['S1']}}, not {told(named)}")
    for name, picks in (named or {}).items():
        if not isinstance(name, str) or not name.strip() or name == DO_NOTHING:
            raise ValueError(
                f"named: {told(name)} cannot be the name of an alternative; {DO_NOTHING!r} is always there"
            )
        if (
            isinstance(picks, str)
            or not isinstance(picks, list | tuple | set | pd.Index | np.ndarray)
            or not len(picks)
        ):
            raise ValueError(f"named: {name!r} needs a list of what it builds and improves, not {told(picks)}")
        found.append(Named(name, search.add(_columns(setting, name, list(picks)))))
    return found


def _columns(setting: Setting, name: str, picks: list[Any]) -> Rows:
    """Return the columns of candidates and upgrades that an alternative consists of."""
    columns = setting.table.columns
    row_of = {each: row for row, each in enumerate(setting.offered.ids)}
    column_of = {int(row): column for column, row in enumerate(columns.candidate.tolist()) if row >= 0}
    taken: list[int] = []
    upgrades: dict[int, set[int]] = {}
    for pick in picks:
        action = None
        if isinstance(pick, list | tuple):
            if len(pick) != 2:
                raise ValueError(f"named: {name!r} holds {told(pick)}; an upgrade is told by (facility, action)")
            pick, action = pick
        if action is None and pick in row_of:
            row = row_of[pick]
            why = setting.offered.left_out[row]
            if why is not None:
                raise ValueError(
                    f"named: {name!r} builds {pick!r}, which cannot be chosen: {str(why).replace('_', ' ')}"
                )
            taken.append(column_of[row])
        else:
            structure, rows = _upgrade_rows(setting, name, pick, action)
            upgrades.setdefault(structure, set()).update(rows)
    ways = {
        (each.structure, frozenset(each.rows)): column
        for column, each in (
            (column, setting.improved[number]) for column, number in enumerate(columns.upgrade.tolist()) if number >= 0
        )
    }
    for structure, chosen in upgrades.items():
        assert setting.existing_ids is not None
        column = ways.get((structure, frozenset(chosen)))
        if column is None:
            raise ValueError(
                f"named: {name!r} does with {setting.existing_ids[structure]!r} what cannot be done together or by "
                "itself: say combinable in the upgrades, name adapt where it is needed, and give each a cost"
            )
        taken.append(column)
    if len(set(taken)) < len(taken):
        raise ValueError(f"named: {name!r} names a site twice")
    return np.array(sorted(taken), np.int64)


def _upgrade_rows(setting: Setting, name: str, facility: Any, action: str | None) -> tuple[int, list[int]]:
    """Return the structure and the rows of the upgrades that a pick means."""
    known = [] if setting.upgrades is None else setting.upgrades["facility"].tolist()
    if facility not in known or setting.upgrades is None or setting.existing_ids is None:
        everything = [str(each) for each in (*setting.offered.ids, *dict.fromkeys(known))]
        what = f"named: {name!r} names neither a candidate nor an upgrade"
        raise ValueError(unknown(what, str(facility), everything))
    mine = [row for row, each in enumerate(known) if each == facility]
    actions = setting.upgrades["action"].tolist()
    if action is None:
        if len(mine) > 1:
            raise ValueError(
                f"named: {name!r}: several upgrades are about {facility!r}; say which, as ({facility!r}, 'adapt')"
            )
        rows = mine
    else:
        rows = []
        for part in str(action).split(" + "):
            several = [row for row in mine if actions[row] == part]
            if len(several) != 1:
                what = "no upgrade" if not several else "more than one upgrade"
                raise ValueError(f"named: {name!r}: {what} of {facility!r} is {part!r}")
            rows += several
    return setting.existing_ids.tolist().index(facility), rows


def named_frame(setting: Setting, search: BudgetSearch, named: list[Named]) -> pd.DataFrame:
    """Return them side by side."""
    lines = []
    for each in named:
        cost, gained = each.choice.cost, each.choice.people
        best = search.best(cost)
        covered = setting.already + gained
        lines.append(
            {
                "alternative": each.name,
                "cost": cost,
                "covered_before": setting.already,
                "people_covered": covered,
                "people_gained": gained,
                "uncovered": setting.people_known - covered,
                "cost_per_person": per_person(cost, gained),
                "dominated_by": _dominated_by(each, named),
                "most_for_cost": best.people,
                "most_is_proven": search.is_most(best),
                "sites": setting.sites(each.choice.taken),
            }
        )
    found = pd.DataFrame(lines).astype({"dominated_by": "string"})
    found["marginal_cost_per_person"] = _marginal(found)
    return found


def _dominated_by(one: Named, named: list[Named]) -> str | None:
    """Return the best of those that cost no more and gain no fewer, one of both being better."""
    mine = (-one.choice.cost, one.choice.people)
    better = [
        each
        for each in named
        if (other := (-each.choice.cost, each.choice.people)) != mine and other[0] >= mine[0] and other[1] >= mine[1]
    ]
    return max(better, key=lambda each: (each.choice.people, -each.choice.cost)).name if better else None


def _marginal(found: pd.DataFrame) -> list[float]:
    """Return what each person more costs against the next cheaper alternative that is not dominated."""
    left = found[found["dominated_by"].isna()].sort_values("cost", kind="stable")
    result = pd.Series(np.nan, index=found.index)
    more_cost, more_people = left["cost"].diff(), left["people_gained"].diff()
    result[left.index] = (more_cost / more_people).where(more_people > 0)
    return [float(each) for each in result]
