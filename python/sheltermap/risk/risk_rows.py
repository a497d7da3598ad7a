# SPDX-License-Identifier: Apache-2.0
"""An impact as rows of a risk matrix: how likely each scenario is, and what it does to people, wealth and nature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.base.suggestions import told, unknown
from sheltermap.risk.losses import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sheltermap.risk.scenario import Scenario

Consequence = str | tuple[str, str] | Mapping[str, float] | None


@dataclass(frozen=True, eq=False)
class Consequences:
    """What was counted of scenarios: the tables of an impact."""

    summary: pd.DataFrame
    displaced: pd.DataFrame | None
    damage: pd.DataFrame | None

    def of(self, name: str, consequence: str | tuple[str, str], ids: Sequence[str]) -> tuple[list[float], str]:
        """Return what was counted in each scenario, NaN where it was not, and its unit."""
        what, measure = (consequence, None) if isinstance(consequence, str) else consequence
        lines, column = self._lines(name, what)
        if measure is None:
            measure = lines["measure"].iloc[0] if len(lines) else ""
        elif measure not in set(lines["measure"]):
            raise ValueError(f"{name}: {unknown(f'of {what} nothing counts', measure, set(lines['measure']))}")
        mine = lines[lines["measure"] == measure].set_index("scenario")
        unit = str(mine["unit"].iloc[0]) if len(mine) else ""
        return [float(value) for value in mine[column].reindex(list(ids))], unit

    def _lines(self, name: str, what: str) -> tuple[pd.DataFrame, str]:
        if what == "displaced" and self.displaced is not None:
            return self.displaced[self.displaced["class"] == EVERYTHING], "displaced"
        if what == "damage" and self.damage is not None:
            return self.damage[self.damage["what"] == EVERYTHING], "damage"
        if what in set(self.summary["what"]):
            return self.summary[self.summary["what"] == what], "affected"
        known = list(dict.fromkeys(self.summary["what"]))
        known += ["displaced"] * (self.displaced is not None) + ["damage"] * (self.damage is not None)
        raise ValueError(f"{name}: {unknown('nothing was counted of', str(what), known)}")


def risk_rows(
    scenarios: Sequence[Scenario],
    counted: Consequences,
    chosen: Mapping[str, Consequence],
    titles: Mapping[str, str] | None,
) -> pd.DataFrame:
    """Return a row per scenario; see `Impact.risks`."""
    ids = [each.id for each in scenarios]
    table = pd.DataFrame(
        {
            "scenario": ids,
            "hazard": [each.hazard for each in scenarios],
            "annual_probability": [np.nan if (p := each.probability) is None else p for each in scenarios],
            "likelihood": pd.array([each.likelihood for each in scenarios], dtype="string"),
        }
    )
    if titles is not None:
        if not isinstance(titles, Mapping):
            raise TypeError(f"titles are texts by the id of a scenario, not {told(titles)}")
        table["title"] = [titles.get(each, each) for each in ids]
    units: dict[str, str] = {}
    for name, consequence in chosen.items():
        if consequence is None:
            continue
        if isinstance(consequence, Mapping):
            if missing := [each for each in ids if each not in consequence]:
                raise ValueError(f"{name}: there is no value for the scenario {missing[0]!r}")
            values = [consequence[each] for each in ids]
            if wrong := [value for value in values if not isinstance(value, Real) or isinstance(value, bool)]:
                raise ValueError(f"{name}: a consequence is a number, not {told(wrong[0])}")
            table[name] = [float(value) for value in values]
        else:
            table[name], units[name] = counted.of(name, consequence, ids)
    table.attrs["units"] = units
    return table
