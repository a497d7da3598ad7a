# SPDX-License-Identifier: Apache-2.0
"""A first plan for somebody's own files: what to ask of them, written as TOML with a word on every part."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sheltermap.base import texts
from sheltermap.base.invisible import visible
from sheltermap.base.limits import Limit
from sheltermap.base.system import way_to
from sheltermap.basemap.openstreetmap import OSM_ENDINGS
from sheltermap.layers.toml_files import toml_value
from sheltermap.plans.guessing import Candidate, Role
from sheltermap.questions.sources import SAVED_ENDING

STREETS = "streets"  #: what the plan calls the network
ONCE: tuple[Role, ...] = ("people", "areas", "streets")  #: roles that a first plan has one of
ORDER: tuple[Role, ...] = ("people", "facilities", "areas", "zones", "streets")  #: as the plan has them
PEOPLE_IN_CELLS = "people"  #: the column that a raster of people has as an input
DEPTH_CLASSES = [0.1, 0.7, 1.5]  # metres, as of the classes of depth that registers have
WIDTH = 100  # letters of a line of comment
NAME = 20  # letters of a name that is made of a file's: names of analyses are made of up to two of them


@dataclass(frozen=True)
class Part:
    """A layer with the part it plays in the plan."""

    seen: Candidate
    role: Role
    column: str | None = None  #: of people their number, of areas the name, of zones the scenario

    @property
    def title(self) -> str:
        """What readers of the report know it by, until somebody finds better words."""
        return visible((self.seen.layer or self.seen.path.stem).replace("_", " "))


@dataclass(frozen=True)
class Draft:
    """What goes into a plan."""

    title: str
    parts: Sequence[Part]
    within: Limit

    def of(self, role: Role) -> list[Part]:
        """Return the parts of a role."""
        return [part for part in self.parts if part.role == role]

    def fault(self) -> str | None:
        """Return why nothing can be asked of what there is; nothing where something can."""
        several = next((role for role in ONCE if len(self.of(role)) > 1), None)
        if several is not None:
            named = " and ".join(part.seen.called for part in self.of(several))
            return f"{named} are both {several}: a plan begins with one of them; name it by --{several}"
        if self.within.in_time and not self.of("streets"):
            return time_fault(self.within)
        unsaid = next((part for part in self.parts if part.seen.is_raster and part.column is None), None)
        if unsaid is not None:
            name, holds = unsaid.seen.path.name, unsaid.seen.columns(unsaid.role)
            said = " or ".join(f"{name}:{each}" for each in holds)
            return f"{name} is a raster, and nothing says what its cells hold: name it as --{unsaid.role} {said}"
        zoned = [part for part in self.of("zones") if self.of("people") or not part.seen.is_raster]
        if not self.of("facilities") and not (zoned and (self.of("people") or self.of("areas"))):
            return (
                "nothing can be asked of these files: name facilities (--facilities FILE), or zones with people or "
                "areas (--zones FILE --people FILE)"
            )
        return None


def time_fault(within: Limit) -> str:
    """Return why a time is no limit where there are no streets."""
    return f"{within} is a time, and a time needs streets: name their file by --streets, or give a distance"


def plan_text(draft: Draft, folder: Path, lang: str, schema: str | None = None) -> str:
    """Return a plan as TOML.

    Parameters
    ----------
    draft : Draft
        What goes into it.
    folder : path-like
        Where the plan will lie: its paths begin there.
    lang : str
        Language of the comments and of the report.
    schema : str, optional
        The file with the schema of plans, for editors.

    Raises
    ------
    ValueError
        If nothing can be asked of what there is.
    """
    if (fault := draft.fault()) is not None:
        raise ValueError(fault)
    draft = replace(draft, parts=sorted(draft.parts, key=lambda part: ORDER.index(part.role)))
    names = _names(draft.parts)
    lines = [*([] if schema is None else [f"#:schema {schema}"]), *_said("head", lang), ""]
    lines += ["schema = 1", f"title = {toml_value(draft.title)}"]
    lines += [f"languages = {toml_value([lang])}  # {texts.say('new.languages', lang)}"]
    for part, name in zip(draft.parts, names, strict=True):
        lines += ["", *_source(part, name, folder, lang)]
        if part.role == "streets" and part.seen.path.name.lower().endswith(OSM_ENDINGS):
            lines += ["", *_said("ground", lang), "[map]", f"context = {toml_value(way_to(part.seen.path, folder))}"]
    for number, analysis in enumerate(_analyses(draft, names)):
        lines += ["", *(_said("analyses", lang) if number == 0 else []), "[[analyses]]"]
        lines += [f"{key} = {toml_value(value)}" for key, value in analysis.items()]
    return "\n".join([*lines, "", *_said("further", lang)]) + "\n"


def _said(key: str, lang: str, **values: Any) -> list[str]:
    """Return a text of the languages' files as comments."""
    text = texts.say(f"new.{key}", lang, **values)
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH, break_on_hyphens=False, break_long_words=False)]


def _names(parts: Sequence[Part]) -> list[str]:
    """Return what the plan calls each part: by its role, several of one role by their files."""
    counts = Counter(part.role for part in parts)
    wanted = [part.role if counts[part.role] == 1 else _plain(part) for part in parts]
    taken: Counter[str] = Counter()
    names = []
    for name in wanted:
        taken[name] += 1
        names.append(name if taken[name] == 1 else f"{name}_{taken[name]}")
    return names


def _plain(part: Part) -> str:
    """Return the name of a file or layer in letters, digits and _ only, as the names of inputs are."""
    text = unicodedata.normalize("NFKD", part.seen.layer or part.seen.path.stem)
    plain = re.sub("[^A-Za-z0-9]+", "_", text.encode("ascii", "ignore").decode()).strip("_").lower()
    return (plain if plain[:1].isalpha() else f"{part.role}_{plain}")[:NAME].rstrip("_")


def _source(part: Part, name: str, folder: Path, lang: str) -> Iterator[str]:
    """Give the table of an input, or of the streets."""
    seen = part.seen
    path = way_to(part.seen.path, folder)
    if part.role == "streets":
        yield from _said("streets", lang)
        yield f"[networks.{STREETS}]"
        yield from _keys({"path": path, "layer": seen.layer, **seen.reading, **_going(seen)})
        return
    cells = "_cells" if seen.is_raster else ""
    yield from _said(f"input_{part.role}{cells}", lang, rows=texts.number(seen.rows), file=visible(seen.called))
    if seen.is_raster:
        yield f"[{'rasters' if part.role == 'zones' else 'inputs'}.{name}]"
        yield from _keys({"path": path, "holds": part.column, **seen.reading, "title": part.title})
        return
    yield f"[inputs.{name}]"
    yield from _keys({"path": path, "layer": seen.layer, "id": seen.id, "name": seen.name, "title": part.title})
    for key, value in seen.reading.items():
        told = texts.say(f"new.{key}", lang, rows=texts.number(seen.unusable))
        yield f"{key} = {toml_value(value)}  # {told}"


def _going(seen: Candidate) -> dict[str, Any]:
    """Return how people go along the streets of a file."""
    if seen.shape == "lines":
        return {"speed_kmh": 5}
    return {} if seen.path.name.lower().endswith(SAVED_ENDING) else {"profile": "walk"}


def _keys(values: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {toml_value(value)}" for key, value in values.items() if value is not None]


def _analyses(draft: Draft, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Give the analyses that can be asked of what there is, each as its keys."""
    named = {id(part): name for part, name in zip(draft.parts, names, strict=True)}
    people = next(iter(draft.of("people")), None)
    areas = next(iter(draft.of("areas")), None)
    facilities = draft.of("facilities")
    zones = [part for part in draft.of("zones") if not part.seen.is_raster]
    depths = [part for part in draft.of("zones") if part.seen.is_raster]
    by_area = {} if areas is None else {"areas": named[id(areas)], "area_name": areas.column}
    column = None if people is None else PEOPLE_IN_CELLS if people.seen.is_raster else people.column
    weight = {} if column is None else {"weight": column, "unit": texts.both("new.unit")}
    going = {"by": STREETS} if draft.of("streets") else {}
    within = str(draft.within)

    def asked(name: str, kind: str, of: Sequence[Part], **values: Any) -> dict[str, Any]:
        """Return an analysis of some parts; its name tells which, where there are several of their role."""
        whole = "_".join([name, *(named[id(part)] for part in of if len(draft.of(part.role)) > 1)])
        within_words = texts.distances(draft.within)
        titled = texts.both(f"new.title_{name}", within=within_words, of=of[0].title, zones=of[-1].title)
        return {"name": whole, "kind": kind} | values | {"title": titled}

    for each in facilities:
        of = {"facilities": named[id(each)]}
        if people is None:
            yield asked("served", "service_areas", [each], **of, limits=[within], **going)
            continue
        demand = {"demand": named[id(people)]} | of
        yield asked("near", "coverage", [each], **demand, limits=[within], **going, **weight, **by_area)
        yield asked("gaps", "gaps", [each], **demand, limit=within, **going, **weight, **by_area)
        for zone in zones:
            if zone.column is not None:
                flood = {"zones": named[id(zone)], "scenario": zone.column, "limit": within}
                yield asked("flood", "flood", [each, zone], **demand, **flood, **going, **weight, **by_area)
    for zone in zones:
        called = zone.column or zone.seen.name
        lies = {"zones": named[id(zone)]} | ({} if called is None else {"zone_id": called})
        if people is not None:
            features = {"features": named[id(people)]} | lies | weight | by_area
            yield asked("people_in_zones", "exposure", [zone], **features)
        for each in facilities:
            yield asked("in_zones", "exposure", [each, zone], features=named[id(each)], **lies)
        if people is None and areas is not None:
            yield asked("areas_in_zones", "exposure", [zone], features=named[id(areas)], **lies)
    for depth in depths:
        water = {"raster": named[id(depth)], "classes": DEPTH_CLASSES}
        if people is not None:
            deep = {"features": named[id(people)]} | water | weight | by_area
            yield asked("people_in_water", "depth", [depth], **deep)
        for each in facilities:
            yield asked("in_water", "depth", [each, depth], features=named[id(each)], **water)
