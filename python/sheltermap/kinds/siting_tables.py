# SPDX-License-Identifier: Apache-2.0
"""Key figures and tables of a siting in the report: the proposal, people before and after, and what could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.table import LONG, Bar, Cell, Table, Words, cut_note, heads, text
from sheltermap.questions.coverage_tables import area_words
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, figure_of, found
from sheltermap.questions.maps import found_at
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import measure_words, unused_table, unweighted_table

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

COUNTS = ("total", "covered_before", "gained", "covered_after", "uncovered", "unknown")
HEADS = {"covered_before": "site_before", "gained": "site_gained", "covered_after": "site_after"}


def siting_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return whom the proposal serves more, what it costs, and how much better another choice could be."""
    row, (answer,) = _main(outcome), records(outcome.tables["answer"])
    counts = {key: texts.number(row[key]) for key in ("covered_before", "covered_after", "total")}
    label = texts.both("site_figure", sites=texts.number(answer["sites"]))
    detail = texts.both("site_detail", unit=measure_words(outcome, outcome.measure), **counts)
    bar = Bar(row["covered_after"], row["uncovered"], row["unknown"])
    figures = [KeyFigure(same_words(f"+{texts.number(row['gained'])}"), label, detail, bar)]
    currency = getattr(outcome.analysis, "currency", None)
    if currency is not None:
        each = row["gained"] and answer["spent"] / row["gained"]
        per_person = texts.both("site_cost_each", cost=texts.number(round(each)), currency=currency)
        figures.append(
            KeyFigure(same_words(f"{texts.number(answer['spent'])} {currency}"), texts.both("site_cost"), per_person)
        )
    figures.append(certainty_figure(answer))
    return figures


def siting_finding(outcome: Outcome) -> Finding:
    """Say whom the proposal serves more, and for how much."""
    row, (answer,) = _main(outcome), records(outcome.tables["answer"])
    currency = getattr(outcome.analysis, "currency", None)
    spent = texts.number(answer["spent"])
    cost = "" if currency is None else texts.both("finding_for_cost", cost=spent, currency=currency)
    told = {key: texts.number(row[key]) for key in ("gained", "covered_before", "covered_after", "total")}
    unit = measure_words(outcome, outcome.measure)
    words = texts.counted("finding_sites", int(answer["sites"]), unit=unit, cost=cost, **told)
    fact = ("gained", outcome.analysis.roles["demand"], row["gained"], row["covered_after"])
    return found(outcome, words, row["uncovered"], row["total"], figure=figure_of(outcome, "covered_share"), fact=fact)


def action_and_name(row: dict[str, Any]) -> Words:
    """Return what is done and where, in words."""
    return {lang: f"{action} {row['name']}" for lang, action in action_words(row["action"]).items()}


def certainty_figure(answer: dict[str, Any]) -> KeyFigure:
    """Return in words how sure the choice is."""
    if answer["proven"]:
        return KeyFigure(texts.both("site_proven"), texts.both("site_proven_label"), texts.both("site_proven_detail"))
    return KeyFigure(texts.shares(answer["gap"]), texts.both("site_gap_label"), texts.both("site_gap_detail"))


def siting_tables(outcome: Outcome) -> list[Table | None]:
    """Return the proposal, people before and after, for all and by area, and what could not be chosen."""
    return [
        _proposal_table(outcome),
        _people_table(outcome),
        _area_table(outcome),
        left_out_table(outcome, outcome.beside["sites"], f"{outcome.analysis.name}_sites"),
        unweighted_table(outcome),
        unused_table(outcome),
    ]


def proposed(outcome: Outcome) -> GeoDataFrame:
    """Return what the proposal does in its order, each with the number of its `place`."""
    import geopandas

    done = [frame[frame["chosen"].to_numpy(bool)] for frame in outcome.beside.values()]
    placed = [geopandas.GeoSeries(each.geometry.to_crs(4326).array, index=each["order"]) for each in done]
    at = pd.concat(placed)
    order = outcome.tables["proposal"]["order"]
    return geopandas.GeoDataFrame({"place": order}, geometry=at[~at.index.duplicated()].reindex(order).array, crs=4326)


def _proposal_table(outcome: Outcome) -> Table:
    proposal, currency = outcome.tables["proposal"], getattr(outcome.analysis, "currency", None)
    mean, farthest = (str(name) for name in proposal if str(name).startswith(("mean_", "farthest_")))
    spelt = texts.durations if mean.endswith("_s") else texts.distances
    head = [*heads("rank", "site_what", "name"), *([_with_currency("site_cost_of", currency)] if currency else [])]
    head += heads("site_people_gained", "site_people_so_far", "site_mean", "farthest")
    rows: list[list[Cell]] = []
    for row in records(proposal[:LONG]):
        paid: list[Cell] = [texts.number(row["cost"])] if currency else []
        people = [texts.number(row[key]) for key in ("people_gained", "people_so_far")]
        ways: list[Cell] = [spelt(row[mean]), spelt(row[farthest])]
        rows.append([str(row["order"]), action_words(row["action"]), row["name"], *paid, *people, *ways])
    if not rows:
        return Table(texts.both("site_proposal"), [], [], texts.both("site_nothing"))
    (answer,) = records(outcome.tables["answer"])
    total: list[Cell] = [texts.number(answer["spent"])] if currency else []
    gained = texts.number(_main(outcome)["gained"])
    foot: list[list[Cell]] = [[texts.both("all"), "", "", *total, gained, "", "", ""]]
    note = cut_note(LONG, len(proposal), outcome.analysis.name) or texts.both("site_order_note")
    found = found_at(outcome, proposed(outcome)[:LONG], "facilities")
    return Table(texts.both("site_proposal"), head, rows, note, foot=foot, texts_first=3, **found)


def _people_table(outcome: Outcome) -> Table:
    head = [*heads("measure"), *_count_heads(), *heads("rows_without_weight")]
    rows: list[list[Cell]] = [
        [measure_words(outcome, row["measure"]), *_counts(row), texts.number(row["rows_without_weight"])]
        for row in records(outcome.tables["summary"])
    ]
    return Table(texts.both("site_before_after"), head, rows)


def _area_table(outcome: Outcome) -> Table | None:
    if "by_area" not in outcome.tables:
        return None
    lines: pd.DataFrame = outcome.tables["by_area"]
    mine = records(lines[lines["measure"] == outcome.measure].sort_values("gained", ascending=False, kind="stable"))
    rows: list[list[Cell]] = [[area_words(row["area"]), *_counts(row)] for row in mine]
    foot: list[list[Cell]] = [[texts.both("all"), *_counts(_main(outcome))]]
    return Table(texts.both("by_area"), [*heads("area"), *_count_heads()], rows, foot=foot)


def left_out_table(outcome: Outcome, sites: GeoDataFrame, layer: str) -> Table | None:
    """Return the candidates that could not be chosen, and why; the whole list is in the layer of this name."""
    out = sites[sites["left_out"].notna().to_numpy()]
    if not len(out):
        return None
    column = outcome.context.labels("candidates")
    names = out.index if column is None else out[column]
    shown = zip(names[:LONG], out["left_out"][:LONG], strict=True)
    rows: list[list[Cell]] = [[text(name), texts.both(f"site_{why}")] for name, why in shown]
    note = cut_note(LONG, len(out), layer)
    return Table(texts.both("site_cannot"), heads("name", "reason"), rows, note, texts_first=2)


def _count_heads() -> list[Cell]:
    return heads(*(HEADS.get(each, each) for each in COUNTS))


def _counts(row: dict[str, Any]) -> list[Cell]:
    return [texts.number(row[each]) for each in COUNTS]


def _main(outcome: Outcome) -> dict[str, Any]:
    summary = outcome.tables["summary"]
    return records(summary[summary["measure"] == outcome.measure])[0]


def action_words(action: str) -> Words:
    """Return what is done at a site; several things joined."""
    parts = [texts.both(f"site_{each}") for each in action.split(" + ")]
    return {lang: " + ".join(each[lang] for each in parts) for lang in texts.LANGUAGES}


def _with_currency(key: str, currency: str) -> Words:
    return texts.both(key, currency=currency)


def same_words(said: str) -> Words:
    """Return what is said alike in every language."""
    return dict.fromkeys(texts.LANGUAGES, said)
