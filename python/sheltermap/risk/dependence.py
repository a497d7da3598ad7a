# SPDX-License-Identifier: Apache-2.0
"""What fails with what: facilities that depend on suppliers, in chains and in circles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.layers import frames
from sheltermap.layers.cells import first_few
from sheltermap.streets.cost_columns import id_texts

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

ALSO, INSTEAD = ";", "|"  # "P1;T1": both are needed; "P1|P2": one of the two is enough


@dataclass(frozen=True)
class Dependence:
    """Who needs whom.

    Attributes
    ----------
    needs : list
        Per facility the groups of suppliers that it needs: all of the groups, and of each one that works.
    users : list
        Per facility those that name it.
    """

    needs: list[list[tuple[int, ...]]]
    users: list[list[int]]

    @classmethod
    def none(cls, count: int) -> Dependence:
        """Return that nothing depends on anything."""
        return cls([[] for _ in range(count)], [[] for _ in range(count)])

    @classmethod
    def of(cls, facilities: GeoDataFrame, column: str, ids: pd.Index[Any], what: str) -> Dependence:
        """Return what a column says: ids of suppliers, ``P1;T1`` where both are needed, ``P1|P2`` where one is enough.

        Raises
        ------
        ValueError
            If an id is that of no facility, or of several.
        """
        frames.require_columns(facilities, [column], what)
        names = id_texts(ids)
        number = {name: row for row, name in enumerate(names) if name}
        twice = set(names[names.duplicated() & (names != "")])
        found = cls.none(len(facilities))
        for row, cell in enumerate(id_texts(facilities[column].where(facilities[column].notna(), None))):
            for group in (part for part in cell.split(ALSO) if part.strip()):
                suppliers = [each.strip() for each in group.split(INSTEAD) if each.strip()]
                for name in suppliers:
                    _require_one(name, number, twice, f"{what}: column {column!r} names {name!r} in row {row + 1}", ids)
                found.needs[row].append(tuple(number[name] for name in suppliers))
                for name in suppliers:
                    found.users[number[name]].append(row)
        return found

    def failing(self, first: int) -> dict[int, int]:
        """Return what fails when one does, itself the first, and after how many steps.

        Examples
        --------
        >>> pumps_need_power = Dependence([[], [(0,)], [(1,)]], [[1], [2], []])
        >>> pumps_need_power.failing(0)
        {0: 0, 1: 1, 2: 2}
        """
        fails, step, last = {first: 0}, 0, [first]
        while last:
            step += 1
            asked = {user for each in last for user in self.users[each]} - fails.keys()
            last = sorted(
                user for user in asked if any(all(each in fails for each in group) for group in self.needs[user])
            )
            fails |= dict.fromkeys(last, step)
        return fails


def _require_one(name: str, number: dict[str, int], twice: set[str], told: str, ids: pd.Index[Any]) -> None:
    if name not in number:
        have = first_few(ids)
        raise ValueError(
            f"{told}, which is no facility of the layer; it has {have}: correct it, or add the supplier to the layer"
        )
    if name in twice:
        raise ValueError(f"{told}, and several rows are called so: say which column names the rows: facility_id=...")


def chains(fails: list[dict[int, int]], ids: pd.Index[Any]) -> pd.DataFrame:
    """Return a row per facility and what fails with it: ``facility``, ``fails``, ``steps`` of the chain between."""
    pairs = [(first, other, step) for first, found in enumerate(fails) for other, step in found.items() if step]
    first, other, step = np.array(pairs, np.int64).reshape(-1, 3).T
    return pd.DataFrame({"facility": ids[first], "fails": ids[other], "steps": step})
