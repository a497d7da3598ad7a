# SPDX-License-Identifier: Apache-2.0
"""Inspections, changes, histories and to-do lists as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base.numerals import shown
from sheltermap.base.texts import YES_NO, number, say
from sheltermap.registers.inspection import Inspection
from sheltermap.registers.schema import Field, Schema, schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.registers.changes import Changes
    from sheltermap.registers.store import RegisterStore


def lines(inspection: Inspection, lang: str) -> Iterator[str]:
    """Yield what was found, row by row, then the state of every field."""
    register = schema(inspection.kind)
    rows = number(inspection.rows)
    yield say("register_of", lang, source=inspection.source, rows=rows, title=register.title.get(lang))
    if inspection.extent is not None:
        yield from inspection.extent.lines(lang)
    for finding in inspection.noted:
        yield from finding.lines(lang)
    yield from _note_lines(inspection.notes, lang)
    yield _verdict(inspection, lang)
    if inspection.columns:
        yield say("register_state", lang, rows=rows)
    for state in inspection.state.itertuples(index=False):
        column = inspection.columns[str(state.field)]
        origin = say("register_given", lang) if column is None else column
        counts = f"{state.filled:>8} {state.empty:>8} {state.refused:>8}"
        yield f"  {register.fields[str(state.field)].label.get(lang):<44} {counts}  {origin}"
    if inspection.unused_columns:
        yield say("register_unused", lang, columns=", ".join(inspection.unused_columns))


def _note_lines(notes: list[str], lang: str) -> Iterator[str]:
    return (f"  {say('register_note', lang, note=note)}" for note in notes)


def _verdict(inspection: Inspection, lang: str) -> str:
    if inspection.is_clean:
        return say("register_clean", lang)
    errors = sum(each.severity == "error" for each in inspection.noted)
    return say("register_counts", lang, errors=errors, warnings=len(inspection.noted) - errors)


def row_lines(store: RegisterStore, frame: GeoDataFrame, as_of: str | None, lang: str) -> Iterator[str]:
    """Yield how many rows there are, then a line for each."""
    told = {"path": store.path, "rows": number(len(frame)), "title": store.schema.title.get(lang)}
    yield say("register_kept", lang, **told) + ("" if as_of is None else say("register_on", lang, day=as_of))
    width = max((len(each) for each in frame["id"]), default=0)
    for row_id, name in zip(frame["id"], frame.get("name", frame["id"]), strict=True):
        yield f"  {row_id:<{width}}  {'' if pd.isna(name) else name}".rstrip()


def history_lines(frame: GeoDataFrame, register: Schema, lang: str) -> Iterator[str]:
    """Yield what happened to one row: when, who, why, and which fields changed."""
    before: dict[str, Any] = {}
    for version in frame.to_dict("records"):
        yield _event(version, version["change"], "valid_from", "changed_at", "changed_by", "why", "revision", lang)
        for name, field in register.fields.items():
            was, now = _value(before.get(name), field, lang), _value(version[name], field, lang)
            if was != now and name != "id":
                yield "      " + say("version_field", lang, label=field.label.get(lang), before=was, after=now)
        was, now = (_place_of(each.get("geometry")) for each in (before, version))
        if was != now:
            yield "      " + say("version_field", lang, label="geometry", before=was, after=now)
        before = version
        if version["end"] == "closed":
            yield _event(version, "closed", "valid_to", "ended_at", "ended_by", "end_why", "end_revision", lang)


def _event(version: Any, change: str, day: str, at: str, by: str, why: str, revision: str, lang: str) -> str:
    told = {"day": version[day], "by": version[by], "why": version[why], "at": version[at]}
    return say("version_line", lang, change=say(f"version_{change}", lang), revision=version[revision], **told)


def _value(value: Any, field: Field, lang: str) -> str:
    if value is None or pd.isna(value):
        return "–"
    label = next((code.label.get(lang) for code in field.codes if code.code == value), None)
    if label is not None:
        return label
    return YES_NO[lang][0 if value else 1] if isinstance(value, bool) else shown(value)


def _place_of(geometry: Any) -> str:
    if geometry is None:
        return "–"
    return str(geometry.wkt) if geometry.geom_type == "Point" else str(geometry.geom_type)


def change_lines(changes: Changes, lang: str) -> Iterator[str]:
    """Yield what is to be looked at, then what was done."""
    for finding in changes.warnings:
        yield from finding.lines(lang)
    yield from _note_lines(changes.notes, lang)
    if changes.unused_columns:
        yield say("register_unused", lang, columns=", ".join(changes.unused_columns))
    if changes.new_fields:
        yield say("register_new_fields", lang, fields=", ".join(changes.new_fields))
    if changes.revision is None:
        yield say("changed_nothing", lang)
        return
    counts = {name: len(getattr(changes, name)) for name in ("added", "updated", "closed", "reopened")}
    yield say("changed", lang, revision=changes.revision, **counts)


def conflict_lines(conflicts: pd.DataFrame, lang: str) -> Iterator[str]:
    """Yield the conflicts: where, what it was, what either side says."""
    for each in conflicts.to_dict("records"):
        sides = {name: say("nothing_there", lang) if each[name] is None else each[name] for name in SIDES}
        field = say("whole_row", lang) if each["field"] == "row" else each["field"]
        yield "  " + say("merge_conflict", lang, id=each["id"], field=field, **sides)


SIDES = ("base", "mine", "theirs")


def todo_lines(tasks: pd.DataFrame, year: int, lang: str) -> Iterator[str]:
    """Yield what is to be done, the earliest first, and what was not checked."""
    yield say("todo_of", lang, year=year, count=number(len(tasks)) if len(tasks) else say("todo_nothing", lang))
    undated = say("todo_undated", lang)
    for due, row_id, name, what in tasks[["due", "id", "name", "what"]].itertuples(index=False):
        who = " ".join(str(each) for each in (row_id, name) if each is not None)
        yield f"  {undated if due is None else due.isoformat():<12} {who}: {what}"
    for key in tasks.attrs["sheltermap_not_checked"]:
        yield say("todo_skipped", lang, what=say(key, lang))
