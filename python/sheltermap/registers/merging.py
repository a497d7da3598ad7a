# SPDX-License-Identifier: Apache-2.0
"""What an edited copy changed against what the register has become since: three sides, field by field."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

import pandas as pd

from sheltermap._native import _core
from sheltermap.base.numerals import shown
from sheltermap.registers.batch import Incoming, RegisterError
from sheltermap.registers.changes import Changes, Planned
from sheltermap.registers.copies import Copy
from sheltermap.registers.findings import Finding
from sheltermap.registers.history import History, Version
from sheltermap.registers.kept_rows import read_table
from sheltermap.registers.mapping import Mapping as ColumnMapping
from sheltermap.registers.places import alike, all_alike

Side = Literal["mine", "theirs"]
Missing = Literal["keep", "close"]
COLUMNS = ["row", "id", "field", "base", "mine", "theirs", "take"]
ROW = "row"  # as field: the row as a whole
PLACE = "geometry"


@dataclass(frozen=True)
class Difference:
    """A field of a row where the copy says something else than what it was made from."""

    row: int | None  #: of the copy
    id: str
    field: str
    base: Any
    mine: Any
    theirs: Any
    conflict: bool


@dataclass
class Merge:
    """What `RegisterStore.merge` found and did."""

    differences: pd.DataFrame  #: all of them: row, id, field, base, mine, theirs, take
    conflicts: pd.DataFrame  #: those where both sides changed something; `take` empty where nobody has settled it
    plan: list[Planned] = field(repr=False, default_factory=list)
    applied: bool = False
    done: Changes = field(default_factory=Changes)

    @property
    def open(self) -> pd.DataFrame:
        """The conflicts that nobody has settled."""
        return self.conflicts[self.conflicts["take"].isna()]


@dataclass(frozen=True)
class Rules:
    """How conflicts are settled."""

    take: Side | None
    missing: Missing | None
    settled: Mapping[tuple[str, str], Side]

    @classmethod
    def of(cls, take: Any, missing: Any, settled: Any) -> Rules:
        """Check the rules that a person gave."""
        for name, value, allowed in (("take", take, get_args(Side)), ("missing", missing, get_args(Missing))):
            if value is not None and value not in allowed:
                raise ValueError(f"{name} is {value!r}; it has to be one of {', '.join(allowed)}")
        return cls(take, missing, {} if settled is None else _settled(settled))

    def settle(self, difference: Difference) -> Side | None:
        """Return the side that is taken; None where nobody has said."""
        if not difference.conflict:
            return "theirs"
        own = self.settled.get((difference.id, difference.field))
        if own is not None or difference.theirs != "missing" or difference.field != ROW:
            return own or self.take
        if self.missing == "close" and difference.mine != "open":
            return None  # changed here, gone there: no general rule decides that
        return None if self.missing is None else ("mine" if self.missing == "keep" else "theirs")


def _settled(source: Any) -> dict[tuple[str, str], Side]:
    """Read a list of conflicts in which somebody has filled in `take`."""
    name = os.fspath(source) if isinstance(source, (str, os.PathLike)) else "settled"
    table = read_table(source, ColumnMapping())
    cells = table.cells
    for row, damage in table.bad_rows.items():
        raise _core.ReadError(f"{name}: row {row}: {damage}")
    absent = [column for column in ("id", "field", "take") if column not in cells]
    if absent:
        raise _core.ReadError(f"{name} has no column '{absent[0]}'; give back the list of conflicts that merge wrote")
    answers: dict[tuple[str, str], Side] = {}
    for row, (row_id, of, take) in enumerate(zip(cells["id"], cells["field"], cells["take"], strict=True), start=1):
        word = "" if take is None else shown(take).casefold()
        if word and word not in get_args(Side):
            raise _core.ReadError(f"{name}: row {row}: take is “{take}”; write mine or theirs, or leave it empty")
        if word:
            answers[shown(row_id), shown(of)] = "mine" if word == "mine" else "theirs"
    return answers


def merged(history: History, theirs: Copy, rules: Rules) -> Merge:
    """Compare a copy with what it was made from and with what holds now, and plan what follows from the rules."""
    crs = history.meta.crs
    versions: dict[str, list[Version]] = {}
    for version in history.versions():
        versions.setdefault(version.cells["id"], []).append(version)
    found: list[tuple[Difference, Side | None]] = []
    plan: list[Planned] = []
    bases = [
        next((each for each in versions.get(row.cells["id"], []) if each.held_at(revision)), None)
        for row, revision in zip(theirs.batch.rows, theirs.revisions, strict=True)
    ]
    moves = _moves(theirs, bases, crs)
    for row, base, moved in zip(theirs.batch.rows, bases, moves, strict=True):
        own = versions.get(row.cells["id"], [])
        taken = [(each, rules.settle(each)) for each in _differences(row, base, own, moved, crs)]
        found += taken
        planned = _planned(row, base, own, taken)
        if planned is not None:
            plan.append(planned)
    for each in _missing(theirs, versions):
        side = rules.settle(each)
        found.append((each, side))
        if side == "theirs":
            plan.append(Planned(each.id, "closed", None))
    plan = _with_required(plan, history)
    records = [_record(difference, side) for difference, side in found]
    conflicts = [_record(difference, side) for difference, side in found if difference.conflict]
    return Merge(_table(records), _table(conflicts), plan)


def _moves(theirs: Copy, bases: Sequence[Version | None], crs: str) -> list[bool]:
    """Tell which rows lie elsewhere than what they were made from; none where the copy has no places."""
    if not theirs.batch.placed:
        return [False] * len(bases)
    before = [base and base.geometry for base in bases]
    return [not same for same in all_alike(before, [row.geometry for row in theirs.batch.rows], crs)]


def _differences(
    row: Incoming, base: Version | None, own: Sequence[Version], moved: bool, crs: str
) -> Iterator[Difference]:
    """Tell where a row of the copy departs from what it was made from."""
    row_id = row.cells["id"]
    mine = next((each for each in own if each.holds), None)
    changed = [name for name in row.cells if not _same(row.cells[name], base and base.cells[name])]
    if mine is None and own:
        if base is None:
            yield Difference(row.row, row_id, ROW, "closed", "closed", "open", conflict=True)
        elif changed or moved:
            names = ", ".join([*changed, *([PLACE] if moved else [])])
            closed = f"closed {own[-1].span['valid_to']}"
            yield Difference(row.row, row_id, ROW, "open", closed, f"changed: {names}", conflict=True)
        return
    for name in changed:
        said, before, now = row.cells[name], base and base.cells[name], mine and mine.cells[name]
        if mine is None or not _same(said, now):
            contested = mine is not None and not _same(now, before)
            yield Difference(row.row, row_id, name, before, now, said, conflict=contested)
    if moved and (mine is None or not alike(mine.geometry, row.geometry, crs)):
        before, now = base and base.geometry, mine and mine.geometry
        contested = mine is not None and not alike(now, before, crs)
        yield Difference(row.row, row_id, PLACE, before, now, row.geometry, conflict=contested)


def _planned(
    row: Incoming, base: Version | None, own: Sequence[Version], taken: Sequence[tuple[Difference, Side | None]]
) -> Planned | None:
    """Return the change of one row that follows from the sides taken."""
    fields = {each.field for each, side in taken if side == "theirs"}
    mine = next((each for each in own if each.holds), None)
    if not own:
        return Planned(row.cells["id"], "added", row.row, row.cells, row.geometry)
    if not fields:
        return None
    if mine is None:
        values = own[-1].cells | row.cells
        geometry = row.geometry if row.geometry is not None else own[-1].geometry
        return Planned(row.cells["id"], "reopened", row.row, values, geometry)
    values = mine.cells | {name: row.cells[name] for name in fields - {PLACE}}
    return Planned(row.cells["id"], "updated", row.row, values, row.geometry if PLACE in fields else mine.geometry)


def _missing(theirs: Copy, versions: Mapping[str, Sequence[Version]]) -> Iterator[Difference]:
    """Tell of the rows that the copy had when it was made, and has no longer."""
    there = {row.cells["id"] for row in theirs.batch.rows}
    for row_id, own in versions.items():
        base = next((each for each in own if each.held_at(theirs.base)), None)
        mine = next((each for each in own if each.holds), None)
        if row_id in there or base is None or mine is None:
            continue
        state = "open" if mine is base else "changed"
        yield Difference(None, row_id, ROW, "open", state, "missing", conflict=True)


def _with_required(plan: list[Planned], history: History) -> list[Planned]:
    """Refuse new rows that lack what the schema asks for; the copy may have lost a column."""
    needed = [each for each in history.register.fields.values() if each.required]
    wrong = [
        Finding(each.row, each.id, needed_field.name, None, None, "missing_value", None, _label(needed_field))
        for each in plan
        if each.change == "added"
        for needed_field in needed
        if each.cells.get(needed_field.name) is None
    ]
    if wrong:
        raise RegisterError(str(history.path), wrong)
    return plan


def _label(of: Any) -> dict[str, Any]:
    return {"label": of.label.model_dump()}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-14)  # spreadsheets keep 15 or 16 digits
    return bool(one == other)


def _record(difference: Difference, side: Side | None) -> dict[str, Any]:
    values = {name: _told(getattr(difference, name)) for name in ("base", "mine", "theirs")}
    return {"row": difference.row, "id": difference.id, "field": difference.field, **values, "take": side}


def _told(value: Any) -> str | None:
    """Return a value as a person reads it."""
    if value is None:
        return None
    if hasattr(value, "wkt"):
        return str(value.wkt) if value.geom_type == "Point" else str(value.geom_type)
    return value.isoformat() if isinstance(value, date) else shown(value)


def _table(records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(records, columns=COLUMNS, dtype=object).astype({"row": "Int64"})
