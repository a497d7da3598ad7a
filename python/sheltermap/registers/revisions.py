# SPDX-License-Identifier: Apache-2.0
"""Revisions of a register with a history: what is asked for, checked against what holds, then written under one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sheltermap.base import clock
from sheltermap.registers.batch import Batch, Incoming, RegisterError
from sheltermap.registers.changes import Changes, Planned
from sheltermap.registers.duplicates import doubles, zeros_lost
from sheltermap.registers.findings import Finding
from sheltermap.registers.history import History, Signature, Version
from sheltermap.registers.places import alike


def apply(history: History, plan: Sequence[Planned], stamp: Signature) -> Changes:
    """Make changes under one revision; nothing where there are none."""
    holding = {each.cells["id"]: each for each in history.versions([each.id for each in plan])}
    late = [
        _refused(each.row, each.id, "before_last_change", stamp.day, _last_day(holding[each.id]))
        for each in plan
        if each.change != "added" and stamp.day < _last_day(holding[each.id])
    ]
    if late:
        raise RegisterError(str(history.path), late)
    changes = Changes()
    if not plan:
        return changes
    changes.warnings = doubles(history, [each for each in plan if each.change == "added"])
    signed = history.sign(stamp.by, stamp.why, stamp.day, stamp.at)
    changes.revision, changes.new_fields = signed.revision, history.new_fields
    for each in plan:
        if each.change in ("updated", "closed"):
            history.end(holding[each.id], each.change, signed)
        if each.change != "closed":
            history.begin(each.cells, each.geometry, each.change, signed)
        getattr(changes, each.change).append(each.id)
    return changes


def _last_day(version: Version) -> date:
    found: date = version.span["valid_to"] or version.span["valid_from"]
    return found


def add_rows(history: History, taken: Batch, stamp: Signature) -> Changes:
    """Add rows whose ids were never there."""
    known = {each.cells["id"]: each for each in history.versions([each.cells["id"] for each in taken.rows])}
    wrong = [_taken(each, known[each.cells["id"]]) for each in taken.rows if each.cells["id"] in known]
    wrong += zeros_lost(history, taken.rows)
    _stop(taken, wrong)
    plan = [Planned(each.cells["id"], "added", each.row, each.cells, each.geometry) for each in taken.rows]
    return apply(history, plan, stamp)


def _taken(row: Incoming, known: Version) -> Finding:
    if known.holds:
        return _refused(row.row, row.cells["id"], "id_taken", row.cells["id"])
    return _refused(row.row, row.cells["id"], "id_closed", row.cells["id"], known.span["valid_to"])


def update_rows(history: History, taken: Batch, stamp: Signature) -> Changes:
    """Change rows in the fields that the source has."""
    known = _known(history, taken, closed=False)
    plan = []
    for each in taken.rows:
        before = known[each.cells["id"]]
        values = before.cells | each.cells
        geometry = before.geometry
        if taken.placed and not alike(before.geometry, each.geometry, history.meta.crs):
            geometry = each.geometry
        if values != before.cells or geometry is not before.geometry:
            plan.append(Planned(each.cells["id"], "updated", each.row, values, geometry))
    return apply(history, plan, stamp)


def close_rows(history: History, taken: Batch, stamp: Signature) -> Changes:
    """End rows that hold."""
    _known(history, taken, closed=False)
    return apply(history, [Planned(each.cells["id"], "closed", each.row) for each in taken.rows], stamp)


def reopen_rows(history: History, taken: Batch, stamp: Signature) -> Changes:
    """Begin closed rows again as they were last."""
    known = _known(history, taken, closed=True)
    plan = []
    for each in taken.rows:
        last = known[each.cells["id"]]
        plan.append(Planned(each.cells["id"], "reopened", each.row, last.cells, last.geometry))
    return apply(history, plan, stamp)


def _known(history: History, taken: Batch, *, closed: bool) -> dict[str, Version]:
    """Return the last version of every row; refuse those that are not there, or closed though they should not be."""
    known = {each.cells["id"]: each for each in history.versions([each.cells["id"] for each in taken.rows])}
    wrong = zeros_lost(history, taken.rows)
    told = {each.row for each in wrong}
    for each in taken.rows:
        if each.row in told:
            continue
        found = known.get(each.cells["id"])
        if found is None:
            wrong.append(_refused(each.row, each.cells["id"], "id_unknown", each.cells["id"]))
        elif found.holds and closed:
            wrong.append(_refused(each.row, each.cells["id"], "not_closed", each.cells["id"]))
        elif not found.holds and not closed:
            wrong.append(_refused(each.row, each.cells["id"], "id_closed", each.cells["id"], found.span["valid_to"]))
    _stop(taken, wrong)
    return known


def _stop(taken: Batch, wrong: list[Finding]) -> None:
    if wrong:
        raise RegisterError(taken.source, wrong)


def _refused(row: int | None, row_id: str, reason: str, value: Any, other: Any = None) -> Finding:
    return Finding(row, row_id, "id", None, str(value), reason, None, {"other": str(other)})


def id_rows(ids: str | Iterable[str]) -> list[dict[str, str]]:
    """Return rows that have nothing but an id."""
    return [{"id": each} for each in ([ids] if isinstance(ids, str) else ids)]


def signature(by: str, why: str, since: str | date | None) -> Signature:
    """Say who, why and from when; ValueError where that is not said, or the day lies ahead."""
    for name, text in (("by", by), ("why", why)):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{name} is empty; every change says who made it and why")
    now = clock.now()
    today = now.astimezone().date()
    day = today if since is None else day_of(since, "since")
    if day > today:
        raise ValueError(f"since is {day}, which lies ahead; record the change when it has happened")
    at = now.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    return Signature(by.strip(), why.strip(), day, at)


def day_of(value: str | date, name: str) -> date:
    """Return a day; ValueError, by the name of the parameter, for a text that is none."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{name} is {value!r}; write a day as 2025-12-31") from None
