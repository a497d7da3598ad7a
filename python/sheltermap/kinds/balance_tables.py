# SPDX-License-Identifier: Apache-2.0
"""Key figures and tables of a balance of places in the report."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.key_figure import KeyFigure, share_of
from sheltermap.page.table import LONG, NAMED, Bar, Cell, Table, Words, cut_note, heads, text
from sheltermap.planning.structure_places import COUNTED
from sheltermap.questions.coverage_tables import area_words
from sheltermap.questions.figures import records
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import measure_words, unweighted_table

HELD = ("required", *COUNTED, "present", "missing_valid", "missing_renewable")
GAINS = ("missing", "liftable", "without_cost", "cost_at_least", "cost_by_list", "still_missing")


def balance_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return the share of the places required, how many are missing, and what closing the gap costs at least."""
    everybody, gap = records(outcome.tables["all"])[0], records(outcome.tables["closing"])[0]
    required, missing = everybody["required"], everybody["missing_valid"]
    held = _said("balance_share_detail", {"valid": everybody["valid"], "required": required})
    share = KeyFigure(
        share_of(everybody["valid"], required),
        texts.both("balance_share_figure"),
        _joined(held, _counted("balance_uncounted_detail", everybody["without_places"])),
        Bar(required - missing, missing, 0),
    )
    left = {"renewed": everybody["missing_renewable"], "present": everybody["missing_present"]}
    detail = _said("balance_missing_detail", left)
    if "by_area" in outcome.tables:
        apart = _said("balance_missing_in_areas", {"missing": outcome.tables["summary"]["missing_in_areas"].iloc[0]})
        detail = _joined(detail, apart)
    lacking = KeyFigure(_words(texts.number(missing)), texts.both("balance_missing_figure"), detail)
    return [share, lacking, *([_cost(outcome, gap)] if gap["missing"] and gap["liftable"] else [])]


def _cost(outcome: Outcome, gap: dict[str, Any]) -> KeyFigure:
    currency = _currency(outcome)
    label = texts.both("balance_cost_figure")
    if not gap["closed"]:
        return KeyFigure(_words("–"), label, texts.both("balance_no_cost"))
    value = texts.both("balance_cost_value", cost=texts.number(round(gap["cost_at_least"])), currency=currency)
    counts = {"closed": gap["closed"], "missing": gap["missing"], "by_list": round(gap["cost_by_list"])}
    detail = _said("balance_cost_detail", counts, currency=currency)
    unpriced = _counted("balance_unpriced_detail", gap["without_cost"])
    return KeyFigure(value, label, _joined(detail, unpriced, _counted("balance_still_detail", gap["still_missing"])))


def balance_tables(outcome: Outcome) -> list[Table | None]:
    """Return places by reading, by area and by grade, what lifting gives, the ranked list, and what is not known."""
    return [
        _readings_table(outcome),
        _areas_table(outcome),
        _grades_table(outcome),
        _closing_table(outcome),
        _ranking_table(outcome),
        _uncounted_table(outcome),
        unweighted_table(outcome),
    ]


def _readings_table(outcome: Outcome) -> Table:
    summary = outcome.tables["summary"]
    shown = ["required", "places", "missing", *(["missing_in_areas"] if "by_area" in outcome.tables else [])]
    shown += ["missing_m2"] if "missing_m2" in summary else []
    named = {"required": "balance_required", "places": "places_capacity", "missing": "balance_missing"}
    named |= {"missing_in_areas": "balance_missing_apart", "missing_m2": "balance_m2"}
    rows: list[list[Cell]] = [
        [texts.both(f"balance_reading_{row['reading']}"), *(texts.number(row[key]) for key in shown)]
        for row in records(summary)
    ]
    return Table(texts.both("balance_readings"), heads("balance_reading", *(named[key] for key in shown)), rows)


def _areas_table(outcome: Outcome) -> Table | None:
    """Every area, those with most places missing first; all of them below."""
    by_area = outcome.tables.get("by_area")
    if by_area is None:
        return None
    ordered = by_area.sort_values("missing_valid", ascending=False, kind="stable")

    def line(name: Cell, row: dict[str, Any]) -> list[Cell]:
        share: Cell = "–" if pd.isna(row["share_valid"]) else texts.shares(row["share_valid"])
        verdict = texts.both("unknown" if row["verdict"] == "unknown" else f"balance_{row['verdict']}")
        counts: list[Cell] = [texts.number(row["people"]), *(texts.number(row[key]) for key in HELD)]
        return [name, *counts, texts.number(row["without_places"]), share, verdict]

    rows = [line(area_words(row["area"]), row) for row in records(ordered)]
    foot = [line(texts.both("all"), records(outcome.tables["all"])[0])]
    head: list[Cell] = [texts.both("area"), measure_words(outcome, outcome.measure)]
    head += heads(*(f"balance_{key}" for key in HELD), "balance_without_places", "balance_share", "balance_verdict")
    return Table(texts.both("balance_areas"), head, rows, foot=foot)


def _grades_table(outcome: Outcome) -> Table:
    rows: list[list[Cell]] = []
    for row in records(outcome.tables["grades"]):
        if not row["structures"]:
            continue
        cost: Cell = _and_unknown(row["cost"], row["without_cost"])
        if row["state"] not in COUNTED[1:]:
            cost = "–"  # nothing is to be lifted
        places = _and_unknown(row["places"], row["without_places"])
        rows.append([texts.both(f"places_{row['state']}"), texts.number(row["structures"]), places, cost])
    head = [*heads("state", "balance_structures", "places_capacity"), _in_money(outcome, "balance_cost")]
    return Table(texts.both("balance_grades"), head, rows)


def _and_unknown(number: float, missing: int) -> Cell:
    known = texts.number(round(number, 2))
    return texts.both("and_unknown", number=known, count=texts.number(missing)) if missing else known


def _closing_table(outcome: Outcome) -> Table:
    """What lifting gives for all and in each area, where an area stands for itself."""
    rows: list[list[Cell]] = []
    for number, row in enumerate(records(outcome.tables["closing"])):
        name: Cell = area_words(row["area"]) if number else texts.both("all")
        rows.append([name, *(texts.number(round(row[key], 2)) for key in GAINS)])
    head = heads("area", "balance_missing", "balance_liftable", "balance_without_cost")
    head += [_in_money(outcome, key) for key in ("balance_at_least", "balance_by_list")]
    return Table(texts.both("balance_closing"), [*head, *heads("balance_still_missing")], rows[1:], foot=rows[:1])


def _ranking_table(outcome: Outcome) -> Table:
    """The structures to lift, those first where a place costs least; then those of unknown cost or places."""
    ranked, title = outcome.tables["ranking"], texts.both("balance_ranking")
    if not len(ranked):
        return Table(title, [], [], note=texts.both("balance_nothing_to_gain"))
    with_area = "by_area" in outcome.tables
    rows: list[list[Cell]] = []
    for name, row in zip(structure_names(outcome, ranked[:LONG]), records(ranked[:LONG]), strict=True):
        words: list[Cell] = [name, *([area_words(row["area"])] if with_area else [])]
        words.append(texts.both(f"places_{row['state']}"))
        numbers = [_known(row[key]) for key in ("places", "cost", "cost_per_place")]
        sums = [_number(row[key]) for key in ("total_places", "total_cost", "missing_after")]
        rows.append([*words, *numbers, *sums])
    head = heads("name", *(["area"] if with_area else []), "state", "places_capacity")
    head += [_in_money(outcome, key) for key in ("balance_cost", "balance_per_place")]
    head += [*heads("balance_total_places"), _in_money(outcome, "balance_total_cost"), *heads("balance_missing_after")]
    note = cut_note(LONG, len(ranked), f"{outcome.analysis.name}_structures")
    return Table(title, head, rows, note, texts_first=2 + with_area)


def _uncounted_table(outcome: Outcome) -> Table | None:
    """Name the structures that count and of which nobody knows the places."""
    structures = outcome.beside["structures"]
    rows = structures[structures["counted_places"].isna().to_numpy()]
    if not len(rows):
        return None
    column = outcome.context.labels("shelters")
    names = [text(value) for value in (rows.index if column is None else rows[column])[:NAMED]]
    note = {lang: ", ".join(names) + texts.and_more(len(rows), NAMED, lang) for lang in texts.LANGUAGES}
    return Table(texts.both("balance_uncounted"), [], [], note)


def structure_names(outcome: Outcome, ranked: pd.DataFrame) -> list[str]:
    """Return what a person calls the structures of a ranking: their names, else their ids."""
    source, structures = outcome.context.sources["shelters"], outcome.context.frames["shelters"]
    known = {}
    if source.id is not None and source.name is not None:
        known = dict(zip(structures[source.id].astype(object), structures[source.name].astype(object), strict=True))
    return [text(known.get(each)) or text(each) for each in ranked["structure"]]


def _currency(outcome: Outcome) -> str:
    return str(outcome.tables["currency"]["currency"].iloc[0])


def _in_money(outcome: Outcome, key: str) -> Words:
    return texts.both(key, currency=_currency(outcome))


def _said(key: str, counts: dict[str, Any], **words: Any) -> Words:
    return texts.both(key, **{name: texts.number(value) for name, value in counts.items()}, **words)


def _counted(key: str, count: float) -> Words | None:
    """Say how many there are; nothing where there are none."""
    return _said(key, {"count": count}) if count else None


def _joined(first: Words, *more: Words | None) -> Words:
    return {lang: "; ".join(each[lang] for each in (first, *more) if each is not None) for lang in texts.LANGUAGES}


def _words(value: str) -> Words:
    return dict.fromkeys(texts.LANGUAGES, value)


def _number(value: float) -> str:
    return "–" if pd.isna(value) else texts.number(round(float(value), 1))


def _known(value: float) -> Cell:
    return texts.both("unknown") if pd.isna(value) else _number(value)
