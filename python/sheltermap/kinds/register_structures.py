# SPDX-License-Identifier: Apache-2.0
"""What a register of protective structures tells besides: what each protects, and whether it holds a flood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.kinds.register_tables import grade_words, label
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.table import LONG, Bar, Cell, Table, cut_note, text
from sheltermap.questions.figures import records
from sheltermap.questions.row_tables import measure_words
from sheltermap.registers.schema import Schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.outcome import Outcome

HOLDING = ("holds", "holds_too_little", "holds_unknown", "holds_out_of_use")  #: of a structure and a flood
TOLD = ("protects", "kind", "return_period_years", "crest_height_m")
NUMBERS = TOLD[2:]


def holding(rows: GeoDataFrame, least_years: float) -> pd.Series[str]:
    """Say of each structure whether it holds a flood of so many years; one out of use holds none."""
    nothing = pd.Series(pd.NA, rows.index)
    years = pd.to_numeric(rows.get("return_period_years", nothing)).to_numpy(np.float64, na_value=np.nan)
    unused = rows.get("in_use", nothing).eq(False).fillna(False).to_numpy(dtype=bool)
    state = np.select([unused, np.isnan(years), years < least_years], [3, 2, 1], 0)
    return pd.Series(np.array(HOLDING, object)[state], rows.index, dtype="string")


def holding_figure(outcome: Outcome, least_years: float) -> KeyFigure:
    """Tell how many structures hold the flood that they should."""
    counts = outcome.layer["holding"].value_counts()
    holds, low, unknown, unused = (int(counts.get(state, 0)) for state in HOLDING)
    rows = len(outcome.layer)
    detail = count_of(holds, rows, measure_words(outcome, outcome.measure))
    words = texts.both("holding_detail", unknown=texts.number(unknown), unused=texts.number(unused))
    detail = {lang: f"{detail[lang]}; {words[lang]}" for lang in texts.LANGUAGES}
    title = texts.both("holding_figure", years=f"{least_years:g}")
    return KeyFigure(share_of(holds, rows), title, detail, Bar(holds, low + unused, unknown))


def structure_table(outcome: Outcome, register: Schema) -> Table | None:
    """Every structure: what it protects, up to which flood, how high it is; those first that hold least."""
    layer = outcome.layer
    shown = [name for name in TOLD if name in layer]
    if "protects" not in layer and "return_period_years" not in layer:
        return None
    ranks = {
        state: rank for rank, state in enumerate(("holds_out_of_use", "holds_too_little", "holds_unknown", "holds"))
    }
    judged = "holding" in layer
    ordered = layer.assign(_rank=layer["holding"].map(ranks) if judged else 0).sort_values("_rank", kind="stable")
    head: list[Cell] = [texts.both("name"), *([texts.both("holding")] if judged else [])]
    head += [label(register.fields[name]) for name in shown]
    rows: list[list[Cell]] = []
    for row in records(ordered[:LONG]):
        cells: list[Cell] = [text(row.get("name")) or text(row["id"])]
        cells += [texts.both(row["holding"])] if judged else []
        for name in shown:
            given = row[name]
            if pd.isna(given):
                cells.append("–")
            elif name in NUMBERS:
                cells.append(texts.number(float(given)))
            else:
                cells.append(grade_words(register.fields[name], given) if name == "kind" else text(given))
        rows.append(cells)
    texts_first = 1 + judged + sum(name not in NUMBERS for name in shown)
    return Table(
        texts.both("structures"), head, rows, cut_note(LONG, len(layer), outcome.analysis.name), [], texts_first
    )
