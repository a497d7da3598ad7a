# SPDX-License-Identifier: Apache-2.0
"""Key figures and tables of districts in the report."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.key_figure import KeyFigure, share_of
from sheltermap.page.table import LONG, Cell, Table, Words, cut_note, heads, text
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, figure_of, figures_of
from sheltermap.questions.outcome import Outcome


def district_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return the largest load before and after, and how many units change hands."""
    steps, summary = records(outcome.tables["steps"]), outcome.tables["summary"]
    proof = records(outcome.tables["proof"])[0]
    last = steps[-1]
    bound = texts.both("districts_bound", least=texts.shares(proof["least_load"]))
    if "load_before" not in summary:
        label = texts.both("districts_largest", district=_name(summary, "load"))
        return [KeyFigure(texts.shares(last["largest_load"]), label, bound)]
    detail = texts.both(
        "districts_then", largest=texts.shares(last["largest_load"]), smallest=texts.shares(last["smallest_load"])
    )
    now = KeyFigure(
        texts.shares(steps[0]["largest_load"]),
        texts.both("districts_largest_before", district=_name(summary, "load_before")),
        _joined(detail, bound),
    )
    sure = _least(proof, last)
    moved = KeyFigure(
        dict.fromkeys(texts.LANGUAGES, texts.number(last["units_moved"])),
        texts.both("districts_moved"),
        _joined(texts.both("districts_moved_work", share=share_of(last["work_moved"], 1.0)), *sure),
    )
    return [now, moved]


def district_finding(outcome: Outcome) -> Finding:
    """Say how busy the busiest district is, and what changes would do."""
    steps, summary = records(outcome.tables["steps"]), outcome.tables["summary"]
    after = texts.shares(steps[-1]["largest_load"])
    figure = figure_of(outcome, "largest_load")
    behind = (*figures_of(outcome, "largest_load_before"), *figures_of(outcome, "largest_load"))
    if "load_before" not in summary:
        words = texts.both("finding_districts_new", district=_name(summary, "load"), after=after)
        return Finding(words, figure=figure, behind=behind)
    told = {"district": _name(summary, "load_before"), "before": texts.shares(steps[0]["largest_load"])}
    words = texts.counted("finding_districts", int(steps[-1]["units_moved"]), after=after, **told)
    return Finding(words, figure=figure, behind=behind)


def district_tables(outcome: Outcome) -> list[Table | None]:
    """Return the districts, their measures, what more changes bring, and what changes hands."""
    return [_districts_table(outcome), _measures_table(outcome), _steps_table(outcome), _moves_table(outcome)]


def _least(proof: dict[str, Any], last: dict[str, Any]) -> list[Words]:
    if proof["proven"]:
        return [texts.both("districts_proven")]
    if pd.isna(proof["least_moves"]) or not proof["within"]:
        return []
    return [texts.both("districts_least", least=texts.number(proof["least_moves"]))]


def _joined(*parts: Words) -> Words:
    return {lang: "; ".join(part[lang] for part in parts) for lang in texts.LANGUAGES}


def _name(summary: pd.DataFrame, column: str) -> str:
    return str(summary["district"].iloc[int(summary[column].to_numpy().argmax())])


def _districts_table(outcome: Outcome) -> Table:
    """Every district, before and after."""
    summary = outcome.tables["summary"]
    ends = ("_before", "") if "load_before" in summary else ("",)
    way = next((name for name in ("distance_m", "duration_s") if name in summary), None)
    head: list[Cell] = heads("district", "district_staff")
    for end in ends:
        head += heads(f"district_units{end}", f"district_work{end}", f"district_load{end}")
    head += heads("district_spread", *([] if way is None else ["district_way"]))
    rows: list[list[Cell]] = []
    for row in records(summary):
        cells: list[Cell] = [text(row["district"]), texts.number(row["staff"])]
        for end in ends:
            work = texts.number(float(f"{row[f'work{end}']:.4g}"))
            cells += [texts.number(row[f"units{end}"]), work, texts.shares(row[f"load{end}"])]
        cells.append(texts.distances(row["spread_m"]) if pd.notna(row["spread_m"]) else "–")
        if way is not None:
            spelt = texts.distances if way == "distance_m" else texts.durations
            cells.append(spelt(row[way]) if pd.notna(row[way]) else "–")
        rows.append(cells)
    return Table(texts.both("districts"), head, rows, texts.both("districts_note"))


def _measures_table(outcome: Outcome) -> Table | None:
    """What the work of each district is made of, where it is made of several measures."""
    measures = outcome.tables["measures"]
    names = list(dict.fromkeys(measures["measure"]))
    if len(names) < 2:
        return None
    ends = ("_before", "") if "amount_before" in measures else ("",)
    head: list[Cell] = heads("district")
    for name in names:
        head += [texts.both(f"district_measure{end}", measure=name) for end in ends]
    rows: list[list[Cell]] = []
    for district, own in measures.groupby("district", sort=False):
        cells = [texts.number(round(float(row[f"amount{end}"]), 1)) for row in records(own) for end in ends]
        rows.append([str(district), *cells])
    return Table(texts.both("districts_measures"), head, rows)


def _steps_table(outcome: Outcome) -> Table | None:
    """What more changes bring, from today on."""
    steps = outcome.tables["steps"]
    if "load_before" not in outcome.tables["summary"] or len(steps) < 2:
        return None
    rows: list[list[Cell]] = [
        [
            texts.number(row["units_moved"]),
            texts.shares(row["work_moved"]),
            texts.shares(row["largest_load"]),
            texts.shares(row["smallest_load"]),
        ]
        for row in records(steps)
    ]
    head = heads("districts_moved", "steps_work_moved", "steps_largest", "steps_smallest")
    return Table(texts.both("districts_steps"), head, rows, texts.both("districts_steps_note"))


def _moves_table(outcome: Outcome) -> Table | None:
    """The units that change hands."""
    moves = outcome.tables["moves"]
    if not len(moves):
        return None
    source, units = outcome.context.sources["units"], outcome.context.frames["units"]
    called = {}
    if source.id is not None and source.name is not None:
        called = dict(zip(units[source.id], units[source.name], strict=True))
    elif source.name is not None:
        called = units[source.name].to_dict()
    rows: list[list[Cell]] = [
        [
            text(called.get(row["unit"])) or text(row["unit"]),
            text(row["district_before"]),
            text(row["district"]),
            texts.number(float(f"{row['work']:.4g}")),
        ]
        for row in records(moves[:LONG])
    ]
    note = cut_note(LONG, len(moves), outcome.analysis.name)
    return Table(
        texts.both("districts_moves"), heads("name", "moves_from", "moves_to", "work"), rows, note, texts_first=3
    )
