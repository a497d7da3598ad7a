# SPDX-License-Identifier: Apache-2.0
"""Figures and tables of an allocation: how full facilities are, who has no place and why, where the next one helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.units import conversion
from sheltermap.page.key_figure import KeyFigure, count_of
from sheltermap.page.table import LONG, Bar, Cell, Table, Words, cut_note, heads, text, why_words
from sheltermap.questions.figures import NOT_COVERED, place_of, records, threshold_of
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import measure_words, row_labels, unused_table, unweighted_table
from sheltermap.questions.state_tables import state_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sheltermap.base.limits import Limit
    from sheltermap.planning.allocation_result import Allocation
    from sheltermap.questions.context import Context
    from sheltermap.questions.question import Figure, Question

COUNTS = ("total", "covered", "uncovered", "unknown", "covered_share", "rows_without_weight")
MEAN = {"distance_m": "mean_distance_m", "duration_s": "mean_duration_s"}
NAMES = {"served": "covered", "unserved": "uncovered", "served_share": "covered_share"}  # ours -> what plans call it
OF_READING = ("covered", "uncovered", "capacity")
STATES = ("covered", "uncovered", "unknown")
TOLD = 3  # facilities named on the terminal
M_PER_KM, S_PER_HOUR = float(conversion("km", "m")), float(conversion("h", "s"))


def frames_of(found: Allocation, readings: Mapping[str, Allocation], context: Context) -> dict[str, pd.DataFrame]:
    """Return the tables that figures and report are made of, by name; `readings` are the same with other facilities."""
    facilities = pd.DataFrame(found.facilities.drop(columns=found.facilities.geometry.name))
    column = context.sources["facilities"].id
    label = context.labels("facilities")
    named = {
        "_id": [str(each) for each in (facilities.index if column is None else facilities[column])],
        "_name": [text(each) for each in (facilities.index if label is None else facilities[label])],
    }
    tables = {
        "summary": found.summary.rename(columns=NAMES),
        "reasons": found.reasons,
        "facilities": facilities.assign(**named),
    }
    if readings:
        first = {name: each.summary.iloc[0] for name, each in readings.items()}
        tables["readings"] = pd.DataFrame(first).T.rename(columns=NAMES).rename_axis("reading").reset_index()
    return tables if found.by_area is None else tables | {"by_area": found.by_area.rename(columns=NAMES)}


def allocation_figures(kind: Question, tables: Mapping[str, pd.DataFrame], limits: Sequence[Limit]) -> list[Figure]:
    """Return who has a place, for all, by area and by reason, how far it is, and how full the facilities are."""
    limit: Figure = threshold_of(limits[0]) if limits else {}
    figures = []
    for row in records(tables["summary"]):
        where = {"measure": row["measure"]} | limit
        figures += [kind.figure(name, row[name], **where) for name in COUNTS]
    for row in records(tables["reasons"]):
        figures.append(kind.figure(NOT_COVERED, row["people"], measure=row["measure"], category=row["reason"], **limit))
    for row in records(tables["by_area"]) if "by_area" in tables else ():
        where = {"measure": row["measure"]} | limit | place_of(row["area"])
        figures += [kind.figure(name, row[name], **where) for name in COUNTS]
    first = records(tables["summary"])[0]
    here: Figure = {"measure": kind.measure} | limit
    figures += [kind.figure(name, first[name], **here) for name in MEAN.values() if name in first]
    figures.append(kind.figure("capacity", first["places"], **here))
    if "unserved_beyond_optimum" in first:
        figures.append(kind.figure("beyond_optimum", first["unserved_beyond_optimum"], **here))
    facilities = tables["facilities"]
    rows: Figure = {"measure": "rows"} | limit
    figures.append(kind.figure("facilities_full", int((facilities["state"] == "full").sum()), **rows))
    figures.append(kind.figure("facilities_without_capacity", first["facilities_without_capacity"], **rows))
    for row in records(tables["readings"]) if "readings" in tables else ():
        for name in OF_READING:
            value = row["places"] if name == "capacity" else row[name]
            figures.append(kind.figure(f"reading_{name}", value, category=row["reading"], **here))
    for row in records(facilities[facilities["load"] > 0]):
        figures.append(kind.figure("load", row["load"], category=row["_id"], **here))
    return figures


def allocation_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return the share that has a place, how far it is and whether that is the least, and how many are full."""
    row = records(outcome.tables["summary"])[0]
    unit = measure_words(outcome, outcome.measure)
    limit = texts.distances(outcome.thresholds[0]) if outcome.thresholds else None
    label = texts.both("allocated_share") if limit is None else texts.both("allocated_share_within", distance=limit)
    share = KeyFigure(
        texts.shares(row["covered_share"]), label, count_of(row["covered"], row["total"], unit), _bar(row)
    )
    mean = row[f"mean_{outcome.cost}"]
    figures = [share]
    if np.isfinite(mean):
        figures.append(KeyFigure(outcome.spelt(mean), texts.both("allocated_mean"), _how_good(outcome, row)))
    facilities = outcome.tables["facilities"]
    full = int((facilities["state"] == "full").sum())
    detail = texts.both(
        "facilities_full_detail",
        load=texts.number(row["covered"]),
        places=texts.number(row["places"]),
        unknown=texts.number(row["facilities_without_capacity"]),
    )
    counted = texts.both("facilities_full_of", part=texts.number(full), total=texts.number(len(facilities)))
    return [*figures, KeyFigure(counted, texts.both("facilities_full"), detail)]


def _how_good(outcome: Outcome, row: dict[str, Any]) -> Words:
    """Say that a plan is the best there is, or how far it is from that."""
    if row["certified"]:
        return texts.both("allocated_proof")
    beyond = row.get(f"person_{outcome.cost[-1]}_beyond_optimum")
    if beyond is None:
        return dict.fromkeys(texts.LANGUAGES, "")
    size = S_PER_HOUR if outcome.in_time else M_PER_KM
    key = "allocated_rule_time" if outcome.in_time else "allocated_rule"
    fewer = texts.number(row["unserved_beyond_optimum"])
    return texts.both(key, more=_decimals(beyond / size), fewer=fewer)


def _decimals(value: float) -> Words:
    """Write an amount with one decimal where it is small."""
    return {
        lang: texts.number(round(value)) if abs(value) >= 100 else texts.decimal(f"{value:.1f}", lang)
        for lang in texts.LANGUAGES
    }


def allocation_tables(outcome: Outcome) -> list[Table | None]:
    """Return the tables of an allocation."""
    return [
        _reading_table(outcome),
        _utilisation_table(outcome),
        _next_table(outcome),
        _reason_table(outcome),
        *_area_tables(outcome),
        _unserved_table(outcome),
        unweighted_table(outcome),
        unused_table(outcome),
    ]


def _utilisation_table(outcome: Outcome) -> Table | None:
    """Return how full the facilities are, the fullest first, of equal ones that which fills first."""
    facilities = outcome.tables["facilities"]
    order = facilities.assign(_used=-facilities["utilisation"], _first=facilities["fills_as"].astype("Float64"))
    order = order.sort_values(["_used", "_first", "load"], kind="stable", na_position="last")
    farthest = f"farthest_{outcome.cost}"
    rows: list[list[Cell]] = [
        [
            row["_name"],
            *(_number(row[key]) for key in ("places", "load", "free")),
            texts.shares(row["utilisation"]),
            text(row["fills_as"]),
            outcome.spelt(row[farthest]),
        ]
        for row in records(order[:LONG])
    ]
    head = heads(
        "facility", "allocation_places", "allocation_load", "allocation_free", "utilisation", "fills_as", "farthest"
    )
    note = cut_note(LONG, len(facilities), f"{outcome.analysis.name}_facilities")
    return Table(texts.both("allocation_utilisation"), head, rows, note) if rows else None


def _reading_table(outcome: Outcome) -> Table | None:
    """Return who has a place where shelters of one grade count, and of others too."""
    if "readings" not in outcome.tables:
        return None
    rows: list[list[Cell]] = [
        [
            texts.both(f"reading_{row['reading']}"),
            *(texts.number(row[name]) for name in ("places", *STATES)),
            texts.shares(row["covered_share"]),
            outcome.spelt(row[f"mean_{outcome.cost}"]),
            _bar(row),
        ]
        for row in records(outcome.tables["readings"])
    ]
    head = heads("reading", "allocation_places", "place_there", "unserved", "unknown", "place_share", "allocated_mean")
    return Table(texts.both("allocation_readings"), [*head, ""], rows)


def _number(value: float) -> Cell:
    return texts.both("unknown") if np.isnan(value) else texts.number(value)


def _next_order(outcome: Outcome) -> pd.DataFrame:
    """Return the facilities in the order of what one more place there is worth, without those where it is nothing."""
    facilities = outcome.tables["facilities"]
    if "next_place_serves" not in facilities:
        return facilities[:0]
    saves = f"next_place_saves_person_{outcome.cost[-1]}"
    worth = facilities[((facilities["next_place_serves"] > 0) | (facilities[saves] > 0)).to_numpy()]
    order = ["next_place_serves", saves, "_id"]
    return worth.sort_values(order, ascending=[False, False, True], kind="stable")


def _next_table(outcome: Outcome) -> Table | None:
    """Return where one more place helps most."""
    worth = _next_order(outcome)
    saves = f"next_place_saves_person_{outcome.cost[-1]}"
    size = S_PER_HOUR if outcome.in_time else M_PER_KM
    rows: list[list[Cell]] = [
        [row["_name"], texts.number(row["places"]), texts.number(row["next_place_serves"]), _precise(row[saves] / size)]
        for row in records(worth[:LONG])
    ]
    in_time = "next_place_saves_h" if outcome.in_time else "next_place_saves"
    head = heads("facility", "allocation_places", "next_place_serves", in_time)
    return Table(texts.both("allocation_next"), head, rows, texts.both("allocation_next_note")) if rows else None


def _precise(value: float) -> Words:
    return texts.decimals(f"{value:.3f}")


def _reason_table(outcome: Outcome) -> Table | None:
    """Return why people have no place; the reasons sum to all who have none or are unknown."""
    rows: list[list[Cell]] = [
        [why_words(row["reason"]), measure_words(outcome, row["measure"]), texts.number(row["people"])]
        for row in records(outcome.tables["reasons"])
        if row["people"]
    ]
    head = heads("reason", "measure", "total")
    return Table(texts.both("allocation_reasons"), head, rows, texts_first=2) if rows else None


def _area_tables(outcome: Outcome) -> list[Table]:
    """Return who has a place by area, or of several measures one by one."""
    columns = ["area", "measure", "total", *STATES, "rows_without_weight"]
    sums = outcome.tables["summary"].assign(area=None)[columns]
    if "by_area" in outcome.tables:
        sums = pd.concat([sums.astype({"area": object}), outcome.tables["by_area"][columns]], ignore_index=True)
    words: dict[str, Cell] = {
        "covered": texts.both("place_there"),
        "uncovered": texts.both("unserved"),
        "unknown": texts.both("unknown"),
    }
    return state_tables(outcome, sums, words)


def _unserved_table(outcome: Outcome) -> Table | None:
    """Return the rows whose people have no place, most people first."""
    here = outcome.layer["facility"].isna() & (outcome.layer[outcome.measure] > 0)
    rows = outcome.layer[here.to_numpy()]
    if not len(rows):
        return None
    rows = rows.sort_values(outcome.measure, ascending=False, kind="stable")
    has_area = "area" in rows.columns
    cells: list[list[Cell]] = []
    for label, row in zip(row_labels(outcome, rows[:LONG]), records(rows[:LONG]), strict=True):
        area: list[Cell] = [text(row["area"])] if has_area else []
        cells.append([label, *area, why_words(text(row["reason"])), texts.number(row[outcome.measure])])
    head = [*heads("name", *(["area"] if has_area else []), "reason"), measure_words(outcome, outcome.measure)]
    note = cut_note(LONG, len(rows), outcome.analysis.name)
    return Table(texts.both("allocation_without"), head, cells, note, texts_first=2 + has_area)


def allocation_told(outcome: Outcome, lang: str) -> str:
    """Name the facilities where one more place helps most."""
    names = [row["_name"] for row in records(_next_order(outcome)[:TOLD])]
    return f"{texts.say('allocation_next', lang)}: {', '.join(names)}" if names else ""


def _bar(row: dict[str, Any]) -> Bar:
    return Bar(row["covered"], row["uncovered"], row["unknown"])
