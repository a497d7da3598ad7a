# SPDX-License-Identifier: Apache-2.0
"""A comparison, or what the gate found, as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.questions.figures import records, threshold_in
from sheltermap.registers.schema import KINDS, Field, schema
from sheltermap.years.alignment import note_words
from sheltermap.years.causes import CAUSES
from sheltermap.years.comparison import Comparison
from sheltermap.years.gate import GateResult
from sheltermap.years.judged_figures import apart, figure_words, place_words
from sheltermap.years.not_compared import lacking_words
from sheltermap.years.verdict import verdict

if TYPE_CHECKING:
    from sheltermap.page.table import Table
    from sheltermap.questions.kind import Kind

LONG = 30  # rows of a list that a reader still reads; --json and --layers have all
FAILED = ("failed", "expired")
ORDER = (*FAILED, "noted", "ignored")


def comparison_lines(change: Comparison, lang: str) -> Iterator[str]:
    """Yield what changed: figure by figure with its causes, then objects, gaps and refused rows."""
    yield from _verdict_lines(change, lang)
    everywhere = change.causes[change.causes["scope"] == "all"]
    for analysis in change.after.plan.analyses:
        mine = everywhere[everywhere["analysis"] == analysis.name]
        judged = judged_beside(change, analysis)
        tables = change.tables_of(analysis)
        if not len(mine) and not judged and not tables and analysis.name not in change.not_explained:
            continue
        yield ""
        yield analysis.title.get(lang)
        if (told := analysis.change_told(change.judged[change.judged["analysis"] == analysis.name])) is not None:
            yield "  " + told[lang]
        if analysis.name in change.not_explained:
            yield "  " + texts.say("not_explained", lang, why=change.not_explained[analysis.name])
        for row in records(mine):
            yield "  " + _figure_line(row, lang)
            yield from (
                f"      {texts.signed(row[cause])[lang]:>10}  {texts.say(f'cause_{cause}', lang)}"
                for cause in _acting(row)
            )
        yield from ("  " + judged_line(row, lang) for row in judged)
        for table in tables:
            yield from (f"  {line}" for line in _table_lines(table, lang))
    lines = [f"{row['subject']}: {lacking_words(row)[lang]}" for row in records(change.not_compared)]
    yield from _table(texts.say("not_compared", lang), lines, lang)
    lines = [f"{row['subject']}: {note_words(row)[lang]}" for row in records(change.notes)]
    yield from _table(texts.say("matched_otherwise", lang), lines, lang)
    lines = [facility_line(row, lang) for row in records(change.facilities)]
    yield from _table(texts.say("facility_changes", lang), lines, lang)
    if change.gaps is not None:
        moved = change.gaps[change.gaps["fate"] != "persists"]
        yield from _table(texts.say("gap_changes", lang), [_gap_line(row, lang) for row in records(moved)], lang)
    refused = change.refused[change.refused["before"] != change.refused["after"]]
    lines = [f"{row['input']}: {row['before']} → {row['after']}" for row in records(refused)]
    yield from _table(texts.say("refused_changes", lang), lines, lang)


def _verdict_lines(change: Comparison, lang: str) -> Iterator[str]:
    """Yield what it comes to, before all else."""
    found = verdict(change)
    yield texts.say("compared", lang, before=change.before.year, after=change.after.year)
    yield found.said[lang]
    for each in found.changes:
        yield f"  {texts.say(each.verdict, lang)}: {each.said[lang]}"
        if each.causes is not None:
            yield f"      {each.causes[lang]}"
    yield from (f"  {line[lang]}" for line in found.beside)


def judged_beside(change: Comparison, analysis: Kind) -> list[dict[str, Any]]:
    """Return the figures of all that got better or worse, besides those whose change is split into causes."""
    mine = change.judged[(change.judged["analysis"] == analysis.name) & (change.judged["scope"] == "all")]
    mine = mine[mine["finding"] != "detail_worse"]
    if (change.causes["analysis"] == analysis.name).any():
        mine = mine[(mine["figure"] != analysis.explained) & (mine["finding"] != "coverage_fell")]
    return records(mine)


def judged_line(row: dict[str, Any], lang: str) -> str:
    """Say which figure got better or worse."""
    numbers = {key: each[lang] for key, each in apart(row).items()}
    what = figure_words(row)[lang] + place_words(row, lang)
    return texts.say(f"verdict_{row['verdict']}", lang, what=what, **numbers)


def gate_lines(result: GateResult, lang: str, *, failed_only: bool = False) -> Iterator[str]:
    """Yield every finding, what failed first, then the verdict; or only what failed, and nothing where nothing did."""
    if failed_only and result.passed:
        return
    for state in FAILED if failed_only else ORDER:
        for each in result.findings:
            if each.state == state:
                why = f" ({each.reason})" if state == "ignored" else ""
                yield f"{texts.say(f'state_{state}', lang):>9}  {each.subject}: {each.message[lang]}{why}"
    count = sum(each.state in ("failed", "expired") for each in result.findings)
    yield texts.say("gate_failed", lang, count=count) if count else texts.say("gate_passed", lang)


def _table(title: str, lines: list[str], lang: str) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines[:LONG])
        if more := texts.and_more(len(lines), LONG, lang):
            yield f"  …{more}"


def _table_lines(table: Table, lang: str) -> Iterator[str]:
    """Yield the title of a table and its rows: texts, then numbers with the heads of their columns; no empty cells."""
    lines = []
    for row in table.rows:
        told = [str(texts.pick(cell, lang)) for cell in row]
        named = [f"{texts.pick(head, lang)} {cell}" for head, cell in zip(table.head, told, strict=True)]
        parts = [*told[: table.texts_first], *named[table.texts_first :]]
        lines.append(", ".join(part for part, cell in zip(parts, told, strict=True) if cell))
    yield from list(_table(texts.pick(table.title, lang), lines, lang))[1:]


def _acting(row: dict[str, Any]) -> list[str]:
    return [cause for cause in CAUSES if row[cause]]


def _figure_line(row: dict[str, Any], lang: str) -> str:
    parts = [texts.say(row["measure"], lang) if row["measure"] in texts.TEXTS else str(row["measure"])]
    parts += [] if (limit := threshold_in(row)) is None else [texts.distance(limit, lang)]
    parts += [] if row["scenario"] is None else [texts.name(row["scenario"])[lang]]
    numbers = {key: texts.number(row[key]) for key in ("before", "after")}
    return texts.say("change_of", lang, what=", ".join(parts), difference=texts.signed(row["difference"]), **numbers)


def facility_line(row: dict[str, Any], lang: str) -> str:
    """Say what became of one object of a register."""
    label = " ".join(str(row[key]) for key in ("id", "name") if not pd.isna(row[key]))
    values = {key: _word(row["field"], row[key], lang) for key in ("before", "after")}
    values["field"] = _field_label(row["field"], lang)
    distance = "" if pd.isna(row["distance_m"]) else texts.distance(row["distance_m"], lang)
    said = texts.say(f"became_{row['change']}", lang, distance=distance, **values)
    if not pd.isna(row["confidence"]) and row["confidence"] < 1:
        said += "; " + texts.say("matched_unsure", lang, by=row["matched_by"], confidence=f"{row['confidence']:g}")
    return f"{row['input']}: {label}: {said}"


def _fields_called(name: Any) -> list[Field]:
    """Return what the registers know under a column's name: mostly nothing, or the same field in several of them."""
    return [kind.fields[name] for kind in map(schema, KINDS) if name in kind.fields]


def _field_label(name: Any, lang: str) -> str:
    fields = _fields_called(name)
    return fields[0].label.get(lang) if fields else "–" if pd.isna(name) else str(name)


def _word(field: Any, value: Any, lang: str) -> str:
    codes = (each for known in _fields_called(field) for each in known.codes if each.code == value)
    code = next(codes, None)
    return ("–" if pd.isna(value) else str(value)) if code is None else code.label.get(lang)


def _gap_line(row: dict[str, Any], lang: str) -> str:
    name = "–" if pd.isna(row["name"]) else row["name"]
    people = f"{texts.number(row['people_before'])} → {texts.number(row['people'])}"
    return f"{row['analysis']}: {name}: {texts.say('fate_' + row['fate'], lang)}, {people}"
