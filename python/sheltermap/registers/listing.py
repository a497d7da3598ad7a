# SPDX-License-Identifier: Apache-2.0
"""An inspection as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from sheltermap.registers.findings import Finding
from sheltermap.registers.inspection import Inspection
from sheltermap.registers.schema import schema
from sheltermap.texts import number, say


def lines(inspection: Inspection, lang: str) -> Iterator[str]:
    """Yield what was found, row by row, then the state of every field."""
    register = schema(inspection.kind)
    rows = number(inspection.rows)
    yield say("register_of", lang, source=inspection.source, rows=rows, title=register.title.get(lang))
    for finding in inspection.noted:
        yield f"  {_place(finding, lang)}: {finding.message(lang)}"
        yield f"      → {finding.remedy(lang)}"
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


def _place(finding: Finding, lang: str) -> str:
    if finding.row is None:
        return say("register_table", lang)
    parts = [say("register_row", lang, row=finding.row)]
    parts += [f"id {finding.id}"] if finding.id is not None else []
    parts += [finding.column or finding.field or ""]
    return ", ".join(part for part in parts if part)


def _verdict(inspection: Inspection, lang: str) -> str:
    if inspection.is_clean:
        return say("register_clean", lang)
    errors = sum(each.severity == "error" for each in inspection.noted)
    return say("register_counts", lang, errors=errors, warnings=len(inspection.noted) - errors)
