# SPDX-License-Identifier: Apache-2.0
"""A former year in the words of a later one: columns that were renamed, ids that lost their zeros, other units."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.units import conversion, unit_parts
from sheltermap.questions.figures import records
from sheltermap.questions.question import columns_named
from sheltermap.years.earlier import Recorded, common_analyses
from sheltermap.years.matching import shown

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.plans.plan import Plan
    from sheltermap.questions.kind import Kind

    Renamed = dict[str, dict[str, str]]  #: by former input: column -> what it is called now

NOTES = ["subject", "what", "before", "after", "count"]
WHOLE_NUMBER = re.compile(r"0*([1-9]\d*|0)(?:[.,]0+)?")  # as spreadsheets write it: no zeros before, some behind


def aligned(before: Recorded, after: Recorded) -> tuple[Recorded, pd.DataFrame]:
    """Return the former year as it would be written now, and what was taken for the same, row by row.

    A column that both plans name for the same purpose is the same under another name where neither file has the
    other's. An id is the same without its leading zeros where only one row of each year can be meant.
    """
    pairs = _paired_inputs(before, after)
    renamed = {name: found for name in before.frames if (found := _renamed(before, after, name, pairs))}
    notes = [
        {"subject": name, "what": "column", "before": old, "after": new, "count": len(before.frames[name])}
        for name, columns in renamed.items()
        for old, new in columns.items()
    ]
    year = _in_new_columns(before, renamed)
    ids = {name: found for name, other in pairs if (found := _with_zeros_lost(year, after, name, other))}
    for name, found in ids.items():
        one = min(found)
        notes.append({"subject": name, "what": "id", "before": one, "after": shown(found[one]), "count": len(found)})
    year, units = _in_new_units(_with_new_ids(year, ids), after)
    return year, pd.DataFrame([*notes, *units], columns=NOTES)


def note_words(row: Mapping[str, Any]) -> dict[str, str]:
    """Say in every language what was taken for the same."""
    return texts.both(f"aligned_{row['what']}", **{key: str(row[key]) for key in ("before", "after", "count")})


def _paired_inputs(before: Recorded, after: Recorded) -> list[tuple[str, str]]:
    """Return which input of one year is which of the other: of one name, or used alike by an analysis of both.

    Only those of which both years keep the rows.
    """
    found = [(name, name) for name in before.plan.inputs if name in after.plan.inputs]
    for then, now in _common(before, after):
        found += [(name, now.roles[role]) for role, name in then.roles.items() if role in now.roles]
    return [pair for pair in dict.fromkeys(found) if pair[0] in before.frames and pair[1] in after.frames]


def _common(before: Recorded, after: Recorded) -> Iterator[tuple[Kind, Kind]]:
    former = {each.name: each for each in before.plan.analyses}
    yield from ((former[each.name], each) for each in common_analyses(before, after))


def _renamed(before: Recorded, after: Recorded, name: str, pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return the columns of an input that are called otherwise now; none that could be two."""
    found: set[tuple[str, str]] = set()
    first = before.frames[name]
    for other in (new for old, new in pairs if old == name):
        second = after.frames[other]
        asked = _named_alike(before, after, name, other)
        found |= {
            (old, new)
            for old, new in asked
            if old in first and new in second and old not in second and new not in first
        }
    counts = [Counter(side) for side in zip(*found, strict=True)] or [Counter(), Counter()]
    return {old: new for old, new in sorted(found) if counts[0][old] == 1 and counts[1][new] == 1}


def _named_alike(before: Recorded, after: Recorded, name: str, other: str) -> Iterator[tuple[str, str]]:
    """Give the columns that both plans name for the same purpose."""
    sources = before.plan.inputs[name], after.plan.inputs[other]
    named = [([source.id], [source.name]) for source in sources]
    purposes = list(zip(*named, strict=True))
    for then, now in _common(before, after):
        for role, keys in now.uses.items():
            if (then.roles.get(role), now.roles.get(role)) == (name, other):
                values = [[getattr(each, key, None) for each in (then, now)] for key in keys]
                purposes += [(columns_named(old), columns_named(new)) for old, new in values]
        if (then.roles.get("facilities"), now.roles.get("facilities")) == (name, other):
            asked = [getattr(getattr(each, "supply", None), "asked", {}) for each in (then, now)]
            purposes += [([asked[0][key]], [asked[1][key]]) for key in asked[0] if key in asked[1]]
    for olds, news in purposes:
        left = [each for each in olds if each not in news], [each for each in news if each not in olds]
        if len(left[0]) == len(left[1]):
            yield from ((old, new) for old, new in zip(*left, strict=True) if old is not None and new is not None)


def _in_new_columns(year: Recorded, renamed: Renamed) -> Recorded:
    """Return a year whose inputs, layers, plan and figures call the columns as they are called now."""
    if not renamed:
        return year
    frames = {name: _with_columns(frame, renamed.get(name, {})) for name, frame in year.frames.items()}
    layers, figures = dict(year.layers), year.figures.copy()
    for analysis in year.plan.analyses:
        names = {old: new for name in analysis.roles.values() for old, new in renamed.get(name, {}).items()}
        if analysis.name in layers:
            layers[analysis.name] = _with_columns(layers[analysis.name], names)
        mine = figures["analysis"] == analysis.name
        figures.loc[mine, "measure"] = figures.loc[mine, "measure"].replace(names)
    return replace(year, plan=_plan_with(year.plan, renamed), frames=frames, layers=layers, figures=figures)


def _with_columns(frame: GeoDataFrame, names: Mapping[str, str]) -> GeoDataFrame:
    wanted = {old: new for old, new in names.items() if old in frame and new not in frame}
    return frame.rename(columns=wanted) if wanted else frame


def _plan_with(plan: Plan, renamed: Renamed) -> Plan:
    inputs = {
        name: source.model_copy(
            update={key: _called(getattr(source, key), renamed.get(name, {})) for key in ("id", "name")}
        )
        for name, source in plan.inputs.items()
    }
    return plan.model_copy(
        update={"inputs": inputs, "analyses": [_analysis_with(each, renamed) for each in plan.analyses]}
    )


def _analysis_with(analysis: Kind, renamed: Renamed) -> Kind:
    update: dict[str, Any] = {
        key: _called(getattr(analysis, key), renamed.get(name, {}))
        for role, name in analysis.roles.items()
        for key in analysis.uses[role]
    }
    supply = getattr(analysis, "supply", None)
    if supply is not None:
        names = renamed.get(analysis.roles["facilities"], {})
        own = dict.fromkeys(_fields_of(supply)) | supply.columns
        columns = {field: _called(column or field, names) for field, column in own.items()}
        update["supply"] = supply.model_copy(update={"columns": columns})
    return analysis.model_copy(update=update)


def _fields_of(supply: Any) -> list[str]:
    """Return the fields that are asked of facilities, whatever their columns are called."""
    return list(supply.model_copy(update={"columns": {}}).asked.values())


def _called(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [names.get(each, each) for each in value]
    if isinstance(value, dict):
        return {key: names.get(each, each) for key, each in value.items()}
    return names.get(value, value) if isinstance(value, str) else value


def _with_zeros_lost(before: Recorded, after: Recorded, name: str, other: str) -> dict[str, Any]:
    """Return the ids of the former year that are only written with other zeros now, and how."""
    columns = before.plan.inputs[name].id, after.plan.inputs[other].id
    if columns[0] is None or columns[1] is None:
        return {}
    years = (before.frames[name][columns[0]], after.frames[other][columns[1]])
    old, new = ({str(shown(each)): each for each in ids.dropna()} for ids in years)
    then, now = _by_number(old), _by_number(new)
    alone = [number for number, ids in then.items() if len(ids) == len(now.get(number, ())) == 1]
    return {then[number][0]: new[now[number][0]] for number in alone if then[number] != now[number]}


def _by_number(ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids that are whole numbers, by the number; those of several are written in several ways."""
    found: dict[str, list[str]] = {}
    for each in ids:
        number = WHOLE_NUMBER.fullmatch(each)
        if number is not None:
            found.setdefault(number[1], []).append(each)
    return found


def _with_new_ids(year: Recorded, ids: Mapping[str, Mapping[str, Any]]) -> Recorded:
    """Return a year whose rows have the ids of the later one, in inputs and layers."""
    if not ids:
        return year
    frames, layers = dict(year.frames), dict(year.layers)
    for name, found in ids.items():
        column = str(year.plan.inputs[name].id)
        frames[name] = _with_ids(frames[name], column, found)
        for analysis in year.plan.analyses:
            if name in (analysis.roles.get("demand"), analysis.roles.get("features")) and analysis.name in layers:
                layers[analysis.name] = _with_ids(layers[analysis.name], column, found)
    return replace(year, frames=frames, layers=layers)


def _with_ids(frame: GeoDataFrame, column: str, ids: Mapping[str, Any]) -> GeoDataFrame:
    if column not in frame:
        return frame
    values = [ids.get(str(shown(each)), each) for each in frame[column]]
    return frame.assign(**{column: pd.Series(values, frame.index, dtype=object).infer_objects()})


def _in_new_units(before: Recorded, after: Recorded) -> tuple[Recorded, list[dict[str, Any]]]:
    """Return a year whose figures have the units of the later one, and which these are.

    A word for what is counted may change; of two known units the number is converted, and where they are of unlike
    things, what is counted is another thing.
    """
    key = ["analysis", "figure", "measure"]
    units = [year.figures.drop_duplicates(key).set_index(key)["unit"] for year in (before, after)]
    both = pd.concat(units, axis=1, keys=["before", "after"], join="inner").dropna()
    changed = both[(both["before"] != both["after"]).to_numpy()]
    figures, notes = before.figures.copy(), []
    for (analysis, figure, measure), row in zip(changed.index, records(changed), strict=True):
        if not (_is_unit(row["before"]) and _is_unit(row["after"])):
            continue
        mine = (figures["analysis"] == analysis) & (figures["figure"] == figure) & (figures["measure"] == measure)
        try:
            factor = conversion(row["before"], row["after"])
        except ValueError:
            figures.loc[mine, "measure"] = f"{measure}, {row['before']}"
            continue
        figures.loc[mine, "value"] = figures.loc[mine, "value"] * float(factor)
        figures.loc[mine, "unit"] = row["after"]
        notes.append({"subject": analysis, "what": "unit", "count": int(mine.sum())} | row)
    return replace(before, figures=figures), notes


def _is_unit(text: str) -> bool:
    try:
        unit_parts(text)
    except ValueError:
        return False
    return True
