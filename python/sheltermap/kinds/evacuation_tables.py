# SPDX-License-Identifier: Apache-2.0
"""Sums and tables of an evacuation in the report: who leaves and when, why the others do not, who comes where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.layers.cells import weights_of
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.table import LONG, Bar, Cell, Table, cut_note, heads, text, why_words
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, figure_of, found, said
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import measure_words, unused_table, unweighted_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.analyses.evacuation import Evacuation

    Labels = NDArray[Any]
    Numbers = NDArray[np.float64]

TIMES = {
    "half_left_s": "left_50pct_s",
    "nine_tenths_left_s": "left_90pct_s",
    "last_left_s": "last_left_s",
    "last_arrived_s": "last_arrived_s",
}
SHOWN = ("total", "covered", "uncovered", "unknown")


def sums_of(
    found: Evacuation, weight: str | None, group: str | None, limit_s: float | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the people by group, the last row for all, with the times; and by reason who does not leave in time.

    `covered` are those who leave within the limit, `uncovered` those who leave later or cannot.
    """
    rows = found.rows
    people = weights_of(rows, weight, "demand")
    state = rows["state"].to_numpy(dtype=object)
    reason = rows["reason"].to_numpy(dtype=object)
    if limit_s is not None:
        late = rows["leaves_s"].to_numpy(float) > limit_s  # not of those who cannot, whose time is not known
        state, reason = np.where(late, "cannot_leave", state), np.where(late, "too_late", reason)
    labels = np.full(len(rows), None) if group is None else rows[group].to_numpy(dtype=object)
    *groups, everybody = records(found.summary)
    parts = [(each, labels == each["group"]) for each in groups] + [(everybody, np.ones(len(rows), bool))]
    sums = [{"group": each["group"]} | _sums(people, state, here) | _times(each) for each, here in parts]
    stays = np.isin(state, ("cannot_leave", "unknown"))
    why = sorted(set(reason[stays]))
    counted = [
        {"reason": each, "rows": int((here := stays & (reason == each)).sum()), "weight": total(people[here])}
        for each in why
    ]
    return pd.DataFrame(sums), pd.DataFrame(counted, columns=["reason", "rows", "weight"])


def _sums(people: Numbers, state: Labels, here: NDArray[np.bool_]) -> dict[str, float]:
    def of(name: str) -> float:
        return total(people[here & (state == name)])

    concerned, outside = here & (state != "outside"), here & (state == "outside")
    covered, everybody = of("leaves"), total(people[concerned])
    return {
        "total": everybody,
        "covered": covered,
        "uncovered": of("cannot_leave"),
        "unknown": of("unknown"),
        "covered_share": covered / everybody if everybody else float("nan"),
        "rows_without_weight": int(np.isnan(people[concerned]).sum()),
        "outside": of("outside"),
        "outside_rows_without_weight": int(np.isnan(people[outside]).sum()),
    }


def _times(row: dict[str, Any]) -> dict[str, float]:
    return {name: row[column] for name, column in TIMES.items()}


def evacuation_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return the share that leaves in time, when the last is out, and who is too many for the shelters."""
    row, unit = records(outcome.tables["sums"])[-1], measure_words(outcome, outcome.measure)
    limit = texts.distances(outcome.thresholds[0]) if outcome.thresholds else None
    label = texts.both("leaves_zones") if limit is None else texts.both("leaves_zones_in", time=limit)
    counts = {key: texts.number(row[key]) for key in ("covered", "total", "outside")}
    detail = texts.both("leaves_detail", unit=unit, **counts)
    figures = [KeyFigure(texts.shares(row["covered_share"]), label, detail, _bar(row))]
    if np.isfinite(row["last_left_s"]):
        times = {name: texts.durations(row[name]) for name in TIMES}
        said = texts.both("last_left_detail", **times)
        figures.append(KeyFigure(times["last_left_s"], texts.both("last_left"), said))
    if "overflow" in outcome.tables["shelters"]:
        figures.append(_overflow(outcome.tables["shelters"]))
    return figures


def evacuation_finding(outcome: Outcome) -> Finding:
    """Say who is out of the zones in time, and when the last is."""
    row = records(outcome.tables["sums"])[-1]
    limit = texts.distances(outcome.thresholds[0]) if outcome.thresholds else None
    label = texts.both("leaves_zones") if limit is None else texts.both("leaves_zones_in", time=limit)
    told = {"label": label, "last": texts.durations(row["last_left_s"])}
    words = said(outcome, "finding_leaves", {"part": row["covered"], "total": row["total"]}, **told)
    bad = row["total"] - row["covered"]
    return found(outcome, words, bad, row["total"], figure=figure_of(outcome, "covered_share"))


def _overflow(shelters: pd.DataFrame) -> KeyFigure:
    full = shelters["overflow"] > 0
    unknown = (shelters["arrivals"] > 0) & shelters["overflow"].isna()
    much = dict.fromkeys(texts.LANGUAGES, texts.number(float(shelters["overflow"].sum())))
    counts = {"shelters": texts.number(int(full.sum())), "unknown": texts.number(int(unknown.sum()))}
    return KeyFigure(much, texts.both("overflow_figure"), texts.both("overflow_detail", **counts))


def evacuation_tables(outcome: Outcome) -> list[Table | None]:
    """Return the tables of an evacuation."""
    return [
        _group_table(outcome),
        _reason_table(outcome),
        _shelter_table(outcome),
        unweighted_table(outcome),
        unused_table(outcome),
    ]


def _group_table(outcome: Outcome) -> Table:
    """Return who leaves and when, by group; the times are lower bounds, and that is said."""
    *groups, everybody = records(outcome.tables["sums"])
    head = heads("group", "total", "leaves_in_time", "stays", "unknown", "share", *TIMES)
    rows = [_group_line(str(row["group"]), row) for row in groups]
    all_of_them = [_group_line(texts.both("all"), everybody)]
    foot = all_of_them if rows else []
    return Table(texts.both("who_leaves"), [*head, ""], rows or all_of_them, texts.both("free_flow"), foot=foot)


def _group_line(label: Cell, row: dict[str, Any]) -> list[Cell]:
    counts: list[Cell] = [texts.number(row[key]) for key in SHOWN]
    return [
        label,
        *counts,
        texts.shares(row["covered_share"]),
        *(texts.durations(row[name]) for name in TIMES),
        _bar(row),
    ]


def _reason_table(outcome: Outcome) -> Table | None:
    """Return why people do not leave in time; the reasons sum to them and the unknown."""
    rows: list[list[Cell]] = [
        [why_words(row["reason"]), texts.number(row["rows"]), texts.number(row["weight"])]
        for row in records(outcome.tables["reasons"])
    ]
    head = [*heads("reason", "rows"), measure_words(outcome, outcome.measure)]
    return Table(texts.both("stay_reasons"), head, rows) if rows else None


def _shelter_table(outcome: Outcome) -> Table | None:
    """Return who comes to which shelter, most people first, and how many more than it holds."""
    shelters = outcome.tables["shelters"]
    chosen = shelters[shelters["arrivals"] > 0].sort_values("arrivals", ascending=False, kind="stable")
    named = outcome.context.labels("facilities")
    held = "overflow" in chosen
    rows: list[list[Cell]] = []
    for row in records(chosen[:LONG]):
        over: list[Cell] = [texts.number(row["overflow"])] if held else []
        name = text(row["_id"] if named is None else row[named])
        rows.append([name, texts.number(row["arrivals"]), texts.durations(row["last_arrived_s"]), *over])
    head = heads("facility", "arrivals", "last_arrived_s", *(["overflow"] if held else []))
    note = cut_note(LONG, len(chosen), f"{outcome.analysis.name}_facilities")
    return Table(texts.both("where_to"), head, rows, note) if rows else None


def _bar(row: dict[str, Any]) -> Bar:
    return Bar(row["covered"], row["uncovered"], row["unknown"])
