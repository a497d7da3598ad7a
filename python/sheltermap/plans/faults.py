# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a plan, in words a planner can act on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

from sheltermap._native import CrsError, ReadError, _core
from sheltermap.base.limits import Limit
from sheltermap.base.ordinary_files import is_there
from sheltermap.base.standards import standards
from sheltermap.base.suggestions import meant, unknown
from sheltermap.base.units import UNITS
from sheltermap.layers.gathered import is_pattern, paths_of
from sheltermap.plans.scenario_faults import asked_faults, scenario_faults
from sheltermap.questions.keys import CURRENCY

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

    from sheltermap.questions.kind import Kind

    Kinds = Mapping[str, type[Kind]]

RESERVED = frozenset(
    {"figures", "indicators", "inputs", "networks", "refused_rows", "parameters", "standards", "tables", "versions"}
)
RESERVED |= {"base_map", "layer_styles", "rasters", "scenarios"}
# What a finding of the gate is of; those that may be of last year's plan (not_compared …) are not looked up.
SUBJECTS = dict.fromkeys(("coverage_fell", "area_fell", "figure_worse", "detail_worse", "gap_opened"), "analysis")
SUBJECTS |= {"not_judged": "analysis"}
SUBJECTS |= dict.fromkeys(("facility_closed", "rows_refused", "total_smaller", "rows_without_weight"), "input")
SUBJECTS |= {"check": "check", "indicator_off": "indicator", "indicator_behind": "indicator"}
FOLDER_ENDING = ".gdb"  # of the one format that is a folder, the File Geodatabase
UNITS_OF_KEYS = ("m", "s", "min", "h")  # that stand at the end of a key that is a number
SHOWN = 200  # characters of a value that an error repeats
RESERVED_STARTS = ("base_", "input_", "gpkg_", "rtree_", "sqlite_")


def schema_faults(error: ValidationError, raw: Mapping[str, Any], plan: type[BaseModel], kinds: Kinds) -> list[str]:
    """Translate what pydantic found."""
    details = error.errors(include_url=False)
    misspelt = {(tuple(each["loc"][:-1]), _meant(each, plan, kinds)) for each in details if _is_extra(each)}
    faults = []
    for each in details:
        place = tuple(each["loc"])
        if each["type"] == "missing" and (place[:-1], place[-1]) in misspelt:
            continue  # the misspelt key is told already
        faults.append(f"{key_path(place, raw)}: {_sentence(each, plan, kinds)}")
    return faults


def key_path(place: Sequence[int | str], raw: Mapping[str, Any]) -> str:
    """Return the way to a key as a person would say it: analyses.psychologist.standard."""
    parts: list[str] = []
    items: Any = raw.get(str(place[0])) if place else None
    for depth, part in enumerate(place):
        if depth == 1 and isinstance(part, int):
            parts.append(_label(items, part))
        elif depth == 2 and place[0] == "analyses":
            continue  # the kind, which pydantic puts between
        elif part != "[key]":
            parts.append(f"[{part + 1}]" if isinstance(part, int) else part)
    return ".".join(parts).replace(".[", "[") or "plan"


def _label(items: Any, index: int) -> str:
    item = items[index] if isinstance(items, list) and index < len(items) else None
    label = (item.get("name") or item.get("id")) if isinstance(item, dict) else None
    return label if isinstance(label, str) else f"[{index + 1}]"


def _is_extra(detail: ErrorDetails) -> bool:
    return detail["type"] == "extra_forbidden"


def _allowed_keys(place: Sequence[int | str], plan: type[BaseModel], kinds: Kinds) -> list[str]:
    """Keys of the table in which the last part of `place` stands."""
    fields = _model_at(place, plan, kinds).model_fields
    return [field.alias or name for name, field in fields.items() if not field.exclude]


def _model_at(place: Sequence[int | str], plan: type[BaseModel], kinds: Kinds) -> type[BaseModel]:
    """Return the model of the table in which the last part of `place` stands."""
    model = plan
    parts = iter(place[:-1])
    for part in parts:
        field = next((each for name, each in model.model_fields.items() if part in (name, each.alias)), None)
        if field is None:
            model = kinds.get(str(part), model)  # pydantic puts the kind of an analysis between; numbers of rows
            continue
        inner = models_in(field.annotation)
        if len(inner) == 1:
            model = inner[0]
        if get_origin(field.annotation) is dict:
            next(parts, None)  # the name of an entry
    return model


def _holds_tables(place: Sequence[int | str], plan: type[BaseModel], kinds: Kinds) -> bool:
    """Return whether the list at `place` is one of tables, not of texts or numbers."""
    fields = _model_at(place, plan, kinds).model_fields.items()
    return any(place[-1] in (name, field.alias) and models_in(field.annotation) for name, field in fields)


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that an annotation speaks of, however deep."""
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def _meant(detail: ErrorDetails, plan: type[BaseModel], kinds: Kinds) -> str | None:
    keys = _allowed_keys(detail["loc"], plan, kinds)
    return next(iter(get_close_matches(str(detail["loc"][-1]), keys, n=1)), None)


def _sentence(detail: ErrorDetails, plan: type[BaseModel], kinds: Kinds) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown("unknown key", str(detail["loc"][-1]), _allowed_keys(detail["loc"], plan, kinds))
    if kind == "missing":
        return "is missing"
    if kind == "list_type" and isinstance(given, dict) and _holds_tables(detail["loc"], plan, kinds):
        return f"must be a list of tables: write [[{detail['loc'][-1]}]]"
    if kind == "union_tag_invalid":
        return unknown("unknown kind", str(context["tag"]), kinds)
    if kind == "union_tag_not_found":
        return f"kind is missing; allowed: {', '.join(sorted(kinds))}"
    if kind == "literal_error" and isinstance(given, str):
        allowed = str(context["expected"]).replace(" or ", ", ")
        if given in allowed.split(", "):  # texts stand in quotes there
            return f'must be the number {given}, not the text "{given}": write it without quotes'
        return unknown("unknown value", given, allowed.replace("'", "").split(", "))
    if kind == "too_short":
        return "must not be empty"
    if kind == "string_pattern_mismatch" and context["pattern"] == CURRENCY:
        return f'a currency is told by its three letters (ISO 4217), as "EUR", not "{given}"'
    if kind == "string_pattern_mismatch":
        return f'"{given}" cannot be a name; use a letter, then letters, digits and _ (at most 63)'
    if kind == "float_type" and isinstance(given, str) and (hint := _as_number(detail["loc"], given)):
        return hint
    message = str(context["error"]) if kind == "value_error" else detail["msg"].replace("Input should", "must")
    said = isinstance(given, dict) or message.endswith((f"not {given!r}", f": {given!r}"))
    shown = "" if said else f", not {_short(repr(given))}"
    return message + shown


def _as_number(place: Sequence[int | str], given: str) -> str:
    """Say which number to write where a key has its unit in its name, and the text one of its own; else nothing."""
    try:
        limit = Limit.parse(given)
    except ValueError:
        return ""
    key = next((each for each in reversed(place) if isinstance(each, str)), "")
    unit = key.rpartition("_")[2]
    if unit not in UNITS_OF_KEYS or limit.in_time != (UNITS[unit][0] == "time"):
        return ""
    number = limit.value / float(UNITS[unit][1])
    return f'is a number, its unit stands in the name of the key: write {number:g}, not "{given}"'


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def cross_faults(raw: Mapping[str, Any], folder: Path, kinds: Kinds) -> list[str]:
    """Return what is wrong between the parts of a plan.

    Works on the plain tables, so that faults inside one part do not hide those between parts.
    """
    inputs, networks, tables, rasters = (
        {name: value for name, value in _table(raw, key).items() if isinstance(value, dict)}
        for key in ("inputs", "networks", "tables", "rasters")
    )
    own_standards = [item for item in _list(raw, "standards") if isinstance(item, dict)]
    analyses = [(index, item) for index, item in enumerate(_list(raw, "analyses")) if isinstance(item, dict)]
    indicators = [item for item in _list(raw, "indicators") if isinstance(item, dict)]
    faults = _file_faults("inputs", inputs, folder) + _file_faults("networks", networks, folder)
    faults += _file_faults("tables", tables, folder) + _file_faults("rasters", rasters, folder)
    faults += context_faults(raw, folder)
    faults += [f"tables.{name}: one of the networks has this name, too" for name in tables if name in networks]
    faults += _crs_faults("inputs", inputs) + _crs_faults("rasters", rasters)
    faults += _twin_faults(own_standards, "id", "standards")
    faults += _twin_faults(indicators, "id", "indicators")
    scenarios = [item for item in _list(raw, "scenarios") if isinstance(item, dict)]
    accepted = raw.get("accept_unconfirmed") is True
    faults += _twin_faults(scenarios, "id", "scenarios")
    faults += scenario_faults(scenarios, inputs, rasters, [*networks, *tables], accepted)
    checks = [item for item in _list(raw, "checks") if isinstance(item, dict)]
    faults += _twin_faults(checks, "id", "checks")
    chosen = [
        (f"indicators.{item.get('id', '?')}.figures.{name}", selector)
        for item in indicators
        for part in (item, *(group for group in _list(item, "groups") if isinstance(group, dict)))
        for name, selector in _table(part, "figures").items()
    ]
    chosen += [(f"checks.{item.get('id', '?')}.figure", item.get("figure")) for item in checks]
    chosen += [
        (f"tolerances.figures[{number}]", {"analysis": item.get("analysis")})
        for number, item in enumerate(_list(_table(raw, "tolerances"), "figures"), start=1)
        if isinstance(item, dict)
    ]
    faults += _selector_faults(chosen, [item for _, item in analyses], kinds)
    subjects: dict[str, list[Any]] = {
        "analysis": [item.get("name") for _, item in analyses],
        "input": list(inputs),
        "check": [item.get("id") for item in checks],
        "indicator": [item.get("id") for item in indicators],
    }
    faults += _ignored_faults(_list(raw, "ignored"), subjects)
    faults += _name_faults([item for _, item in analyses], inputs, kinds)
    for index, item in analyses:
        where = f"analyses.{_label(_list(raw, 'analyses'), index)}"
        kind = _kind_of(item, kinds)
        if kind is not None:
            faults += _naming_faults(where, item, kind.uses, "input", inputs)
            faults += _naming_faults(where, item, kind.reads_rasters, "raster", rasters)
        faults += _way_faults(where, item, networks, tables, kind is not None and kind.needs_streets)
        by_distance = kind is None or kind.by_distance
        faults += _standard_faults(where, item, own_standards, by_distance, accepted)
        faults += asked_faults(where, item, kind, scenarios)
    return faults


def _table(raw: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _list(raw: Mapping[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


def _file_faults(where: str, inputs: Mapping[str, Mapping[str, Any]], folder: Path) -> list[str]:
    faults = []
    several = where in ("inputs", "networks")
    for name, item in inputs.items():
        given = item.get("path")
        for path in given if isinstance(given, list) and several else [given]:
            if isinstance(path, str) and path:
                faults += [f"{where}.{name}.path: {fault}" for fault in _path_faults(path, folder, several)]
    return faults


def _path_faults(path: str, folder: Path, takes_patterns: bool) -> list[str]:
    """Say what is wrong with the path of a file, or with a pattern that stands for several."""
    if takes_patterns and is_pattern(folder / path):
        try:
            paths_of(path, folder)
        except ReadError as error:
            return [str(error)]
        return []
    there = is_there(folder / path)
    if there and (folder / path).is_dir() and Path(path).suffix.lower() != FOLDER_ENDING:
        return [f'"{path}" is a folder; name a file in it']
    if there:
        return []
    beside = (folder / path).parent
    names = [each.name for each in beside.iterdir()] if is_there(beside) and beside.is_dir() else []
    near, guess = meant(Path(path).name, names)
    guess = guess if near is None else guess.replace(f'"{near}"', f'"{Path(path).with_name(near)}"', 1)
    return [f'no file "{path}" in {folder.resolve()}{guess}']


def context_faults(raw: Mapping[str, Any], folder: Path) -> list[str]:
    """Say which files of the base map are not there."""
    given = _table(raw, "map").get("context")
    files = given if isinstance(given, dict) else {"context": given}
    where = "map.context" if isinstance(given, dict) else "map"
    faults = _file_faults(where, {str(name): {"path": path} for name, path in files.items()}, folder)
    return [fault.replace(".path: ", ": ", 1) for fault in faults]


def _crs_faults(where: str, inputs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Say which reference systems PROJ does not know, before any data are read."""
    faults = []
    for name, item in inputs.items():
        if not isinstance(crs := item.get("crs"), str) or not crs:
            continue
        try:
            _core.Crs(crs)
        except CrsError as error:
            faults.append(f"{where}.{name}.crs: {error}")
    return faults


def _twin_faults(items: Iterable[Mapping[str, Any]], key: str, where: str) -> list[str]:
    counts = Counter(value for item in items if isinstance(value := item.get(key), str))
    return [f'{where}: {key} "{value}" is used {count} times' for value, count in counts.items() if count > 1]


def _name_faults(analyses: Sequence[Mapping[str, Any]], inputs: Mapping[str, Any], kinds: Kinds) -> list[str]:
    faults = []
    for where, names in (
        ("analyses", [name for item in analyses if isinstance(name := item.get("name"), str)]),
        ("inputs", list(inputs)),
    ):
        twins = Counter(name.lower() for name in names)  # GeoPackage does not tell capitals apart
        faults += [f'{where}: the name "{name}" is used {count} times' for name, count in twins.items() if count > 1]
    beside = {
        f"{item.get('name')}_{end}".lower()
        for item in analyses
        if (kind := _kind_of(item, kinds)) is not None
        for end in (*kind.beside, *kind.kept)
    }
    for item in analyses:
        name = str(item.get("name", "")).lower()
        if name in beside:
            faults.append(f'analyses.{name}.name: "{name}" is the second layer of another analysis; choose another')
        if name in RESERVED or name.startswith(RESERVED_STARTS):
            kept = ", ".join(sorted(RESERVED) + [f"{start}…" for start in RESERVED_STARTS])
            faults.append(f"analyses.{name}.name: is kept for the assessment itself; not allowed: {kept}")
    return faults


def _naming_faults(
    where: str, item: Mapping[str, Any], keys: Iterable[str], what: str, there: Mapping[str, Any]
) -> list[str]:
    """Say which inputs or rasters an analysis names that the plan does not have."""
    named = {key: item[key] for key in keys if isinstance(item.get(key), str)}
    return [
        f"{where}.{key}: {unknown(f'unknown {what}', name, there)}"
        for key, name in named.items()
        if name and name not in there
    ]


def _way_faults(
    where: str, item: Mapping[str, Any], networks: Mapping[str, Any], tables: Mapping[str, Any], needs_streets: bool
) -> list[str]:
    if not isinstance(by := item.get("by"), str) or not by or by in networks:
        return []
    if by not in tables:
        what = "network or table" if tables else "network"
        return [f"{where}.by: {unknown(f'unknown {what}', by, [*networks, *tables])}"]
    told = "is a table of costs, and this kind needs streets: name one of the networks"
    return [f'{where}.by: "{by}" {told}'] if needs_streets else []


def _kind_of(item: Mapping[str, Any], kinds: Kinds) -> type[Kind] | None:
    """Return the kind of an analysis; None where it names none that there is."""
    return kinds.get(item["kind"]) if isinstance(item.get("kind"), str) else None


def _selector_faults(
    chosen: Sequence[tuple[str, Any]], analyses: Sequence[Mapping[str, Any]], kinds: Kinds
) -> list[str]:
    """Say which selectors name an analysis the plan does not have, or a figure that its kind does not make."""
    by_name = {item["name"]: _kind_of(item, kinds) for item in analyses if isinstance(item.get("name"), str)}
    faults = []
    for where, selector in chosen:
        if not isinstance(selector, dict) or not isinstance(wanted := selector.get("analysis"), str):
            continue
        figure = selector.get("figure")
        if wanted not in by_name:
            faults.append(f"{where}.analysis: {unknown('unknown analysis', wanted, by_name)}")
            continue
        kind = by_name[wanted]
        if isinstance(figure, str) and kind is not None and figure not in kind.figure_names:
            faults.append(f"{where}.figure: {unknown('unknown figure', figure, kind.figure_names)}")
    return faults


def _ignored_faults(ignored: Sequence[Any], subjects: Mapping[str, Sequence[Any]]) -> list[str]:
    """Say what is ignored of a subject that the plan does not have: it would never be found."""
    faults = []
    for number, item in enumerate(ignored, start=1):
        if not isinstance(item, dict) or not isinstance(subject := item.get("subject"), str):
            continue
        what = SUBJECTS.get(str(item.get("finding")))
        if what is not None and subject not in subjects[what]:
            there = [each for each in subjects[what] if isinstance(each, str)]
            faults.append(f"ignored[{number}].subject: {unknown(f'unknown {what}', subject, there)}")
    return faults


def _standard_faults(
    where: str, item: Mapping[str, Any], own: Sequence[Mapping[str, Any]], by_distance: bool, accepted: bool
) -> list[str]:
    by_id = {name: each.model_dump() for name, each in standards().items()}
    by_id |= {each["id"]: dict(each) for each in own if isinstance(each.get("id"), str)}
    wanted = [("standard", item.get("standard"))]
    wanted += [("standards", each) for each in _list(item, "standards")]
    faults = []
    for key, standard_id in wanted:
        if not isinstance(standard_id, str) or not standard_id:
            continue
        if standard_id not in by_id:
            faults.append(f"{where}.{key}: {unknown('unknown standard', standard_id, by_id)}")
        elif by_distance and by_id[standard_id].get("distance_m") is None:
            faults.append(f'{where}.{key}: the standard "{standard_id}" has no distance; write one as distance_m')
        elif by_id[standard_id].get("status") in ("partial", "unconfirmed") and not accepted:
            faults.append(
                f'{where}.{key}: the standard "{standard_id}" is {by_id[standard_id]["status"]}; '
                "confirm its source, or write accept_unconfirmed = true at the top of the plan"
            )
    return faults
