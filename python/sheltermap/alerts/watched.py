# SPDX-License-Identifier: Apache-2.0
"""Whom and what to look for in the area of a warning: layers of people, and layers of facilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap.base import yes_no
from sheltermap.base.language import LANGUAGES
from sheltermap.layers import frames
from sheltermap.plans.plan import Plan
from sheltermap.plans.warning_rules import People
from sheltermap.questions.keys import Supply
from sheltermap.runs.inputs import read_inputs

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

DEMAND = "demand"  # the role of people in analyses
FACILITIES = (
    "facilities",
    "critical",
    "shelters",
    "stores",
    "features",
)  # roles of what people go to, or is to be kept safe
OUT_OF_USE = "out_of_use"


@dataclass(frozen=True)
class Watched:
    """One layer to look at.

    Attributes
    ----------
    name : str
        Of the input.
    frame : GeoDataFrame
    is_people : bool
        Else its rows are facilities, or objects that are to be kept safe.
    weight, groups
        Columns with people; without a weight rows are counted.
    titles : dict by language
        What it is called.
    label, id : str, optional
        Columns with what a person calls a row, and what identifies it; else the index does.
    unused : ndarray of object
        Per row the reason why it does not count as a facility; None where it does.
    illustrative : bool
        Whether it is made up.
    """

    name: str
    frame: GeoDataFrame
    is_people: bool
    weight: str | None = None
    groups: tuple[str, ...] = ()
    titles: dict[str, str] = field(default_factory=dict)
    label: str | None = None
    id: str | None = None
    unused: NDArray[Any] = field(default_factory=lambda: np.empty(0, object))
    illustrative: bool = False

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Per row whether it counts as a facility."""
        return np.array([each is None for each in self.unused], bool)

    def names(self) -> list[str]:
        """Return what each row is called."""
        column = self.label or self.id
        return [str(each) for each in (self.frame.index if column is None else self.frame[column])]

    def ids(self) -> list[str]:
        """Return what identifies each row."""
        return [str(each) for each in (self.frame.index if self.id is None else self.frame[self.id])]


def of_frames(layers: Mapping[str, GeoDataFrame], weights: Mapping[str, str] | None) -> list[Watched]:
    """Return layers to look at: those that have a weight are people.

    Raises
    ------
    ValueError
        If a weight is of no layer, or no column of it.
    TypeError
        If a layer is no GeoDataFrame.
    """
    named = dict(weights or {})
    if foreign := sorted(named.keys() - layers.keys()):
        raise ValueError(f"weights names {foreign[0]!r}, and there is no such layer; there are {', '.join(layers)}")
    for name, frame in layers.items():
        frames.require_geometry(frame, name)
        frames.require_columns(frame, [named[name]] if name in named else [], name)
    return [
        Watched(
            name,
            frame,
            name in named,
            named.get(name),
            titles=dict.fromkeys(LANGUAGES, name),
            id=frame.attrs.get("sheltermap_id"),
            unused=_said_out_of_use(frame),
        )
        for name, frame in layers.items()
    ]


def of_plan(plan: Plan, beside: Sequence[str] = ()) -> tuple[list[Watched], dict[str, GeoDataFrame]]:
    """Return the layers of a plan to look at, and the inputs that were read: no others, and those named `beside`."""
    people, facilities = _people(plan), _facilities(plan)
    wanted = {*people, *facilities, *beside}
    read = {name: frame for name, frame, _ in read_inputs(plan, lambda _: None, wanted)}
    found = [
        _watched(plan, name, read[name], weight=each.weight, groups=tuple(each.groups), is_people=True)
        for name, each in people.items()
    ]
    found += [_watched(plan, name, read[name], is_people=False) for name in facilities]
    return found, read


def _people(plan: Plan) -> dict[str, People]:
    """Return the inputs that are people: those the plan's warnings name, else the demand of its analyses."""
    if plan.warnings.people is not None:
        return {each.input: each for each in plan.warnings.people}
    found: dict[str, People] = {}
    others = set(_in_roles(plan, FACILITIES))
    for analysis in plan.analyses:
        for role, name in analysis.roles.items():
            weight = getattr(analysis, "weight", None) if "weight" in analysis.uses[role] else None
            if weight is None and (role != DEMAND or name in others):
                continue
            former = found.get(name, People(input=name))
            groups = list(getattr(analysis, "groups", ())) if "groups" in analysis.uses[role] else []
            told = [*former.groups, *(each for each in groups if each not in former.groups)]
            found[name] = People(input=name, weight=former.weight or weight, groups=told)
    return found


def _facilities(plan: Plan) -> list[str]:
    """Return the inputs that are facilities or objects: those the warnings name, else those of the analyses."""
    if plan.warnings.facilities is not None:
        return list(dict.fromkeys(plan.warnings.facilities))
    people = _people(plan)
    return [name for name in _in_roles(plan, FACILITIES) if name not in people]


def _in_roles(plan: Plan, roles: Sequence[str]) -> list[str]:
    named = (name for analysis in plan.analyses for role, name in analysis.roles.items() if role in roles)
    return list(dict.fromkeys(named))


def _watched(plan: Plan, name: str, frame: GeoDataFrame, **what: Any) -> Watched:
    source = plan.inputs[name]
    frames.require_columns(
        frame, [each for each in (what.get("weight"), *what.get("groups", ())) if each], f"inputs.{name}"
    )
    titles = {lang: name if source.title is None else source.title.get(lang) for lang in LANGUAGES}
    return Watched(
        name,
        frame,
        titles=titles,
        label=source.name,
        id=source.id,
        unused=_unused(frame, _supply_of(plan, name)),
        illustrative=source.illustrative,
        **what,
    )


def _supply_of(plan: Plan, name: str) -> Supply | None:
    """Return which facilities count by the first analysis that says it."""
    asked = (each for each in plan.analyses if each.roles.get("facilities") == name)
    return next((supply for each in asked if (supply := getattr(each, "supply", None)) is not None), None)


def _unused(frame: GeoDataFrame, supply: Supply | None) -> NDArray[Any]:
    """Return per row why it does not count: by the plan's rules, else because it says that it is out of use."""
    if supply is None:
        return _said_out_of_use(frame)
    frame = frame.reset_index(drop=True)
    reasons = np.full(len(frame), None, object)
    unused = sm.supply(frame, **supply.model_dump())[1]
    reasons[unused.index.to_numpy()] = unused["unused_reason"].astype(str).to_numpy()
    return reasons


def _said_out_of_use(frame: GeoDataFrame) -> NDArray[Any]:
    frames.require_frame(frame, "a layer")
    reasons = np.full(len(frame), None, object)
    if "in_use" in frame:
        out = [not pd.isna(each) and yes_no.answer(each) is False for each in frame["in_use"]]
        reasons[np.array(out, bool)] = OUT_OF_USE
    return reasons
