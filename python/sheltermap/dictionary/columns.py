# SPDX-License-Identifier: Apache-2.0
"""What the columns of a layer are called: those of results by what they are of, others by registers or their owners."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.base.reasons import REASONS
from sheltermap.dictionary.field_words import code_words, column_words, is_field
from sheltermap.page.table import Words, why_words

MEASURES = ("people", "children", "seniors", "reduced_mobility")
UNITS = {
    **{"_m": "m", "_m2": "m2", "_s": "s", "_min": "min", "_h": "h", "_kmh": "km/h", "_eur": "EUR"},
    **{"_years": "a", "_person_m": "person m", "_person_s": "person s"},
}
OF_LIMIT = re.compile(r"(?P<what>within|reason|borderline)_(?P<limit>[0-9][0-9.]*(?:m|min|s))")
OF_SCENARIO = re.compile(r"(?P<what>during|reason|facility|in_zone|state|intensity|lost)_(?P<scenario>\w+)")
COST_OF_SCENARIO = re.compile(r"(?P<what>distance|duration)_(?P<scenario>\w+)_[ms]")
OF_LIMIT_KEYS = {"within": "column_within", "reason": "column_reason_within", "borderline": "column_borderline"}
OF_SCENARIO_KEYS = {
    **{"during": "column_during", "reason": "column_reason_during", "facility": "column_facility_during"},
    **{"in_zone": "column_in_zone_during", "state": "column_state_during", "intensity": "column_intensity"},
    "lost": "column_lost_during",
    **{"distance": "column_distance_during", "duration": "column_duration_during"},
}
OF_ANOTHER = {
    **{"_class": "column_class_of", "_expected": "column_expected", "_normalised": "column_normalised"},
    **{"_before": "column_before_suffix", "_after": "column_after_suffix"},
}
CODED = ("before", "holding", "level_id", "period", "place", "places_by", "reason", "state", "supply_state", "verdict")
CODED_WITH = ("within_", "reason_", "during_", "state_")


@dataclass(frozen=True)
class Column:
    """A column of a layer as a reader knows it."""

    name: str
    label: Words  #: with the unit, where it has one
    unit: str | None = None
    is_result: bool = False  #: whether an analysis made it; else it came with the rows

    def code_words(self, code: str) -> Words | None:
        """Return what a code in it says; None where it is no code, but a name or a text.

        Examples
        --------
        >>> told("reason_500m").code_words("too_far")["en"], told("facility").code_words("S1")
        ('the nearest is farther', None)
        """
        if not self.is_result:
            return code_words(code, self.name) if is_field(self.name, coded=True) else None
        if self.name not in CODED and not self.name.startswith(CODED_WITH):
            return None
        if code in REASONS and self.name.startswith("reason"):
            return why_words(code)
        return texts.both(f"code_{code}") if f"code_{code}" in texts.TEXTS else None


def told(name: str, *, given: bool = False, scenarios: Mapping[str, Words] | None = None) -> Column:
    """Return a column with its words; `given` tells that it came with the rows, so that no analysis named it.

    `scenarios` has what scenarios are called, by what stands of them in the names of columns.

    Examples
    --------
    >>> told("within_500m").label["en"], told("distance_m").unit, told("state_1pct").label["lv"]
    ('Covered: 500 m', 'm', 'Stāvoklis: 1 %')
    """
    words = None if given else _of_result(name, scenarios or {}) or _measure(name)
    unit = next((unit for ending, unit in sorted(UNITS.items(), key=_longest) if name.endswith(ending)), None)
    if words is not None:
        return Column(name, words, unit, is_result=True)
    return Column(name, _measure(name) or column_words(name), unit if is_field(name) else None)


def _longest(ending: tuple[str, str]) -> int:
    return -len(ending[0])


def _measure(name: str) -> Words | None:
    return texts.both(name) if name in MEASURES else None


def _of_result(name: str, scenarios: Mapping[str, Words]) -> Words | None:
    """Return what a column of a result is called; None where no analysis makes such."""
    if found := OF_LIMIT.fullmatch(name):
        return texts.both(OF_LIMIT_KEYS[found["what"]], limit=_limit(Limit.parse(found["limit"])))
    if f"column_{name}" in texts.TEXTS and not texts.say(f"column_{name}", "en").count("{"):
        return texts.both(f"column_{name}")
    if found := COST_OF_SCENARIO.fullmatch(name) or OF_SCENARIO.fullmatch(name):
        return texts.both(OF_SCENARIO_KEYS[found["what"]], scenario=_scenario(found["scenario"], scenarios))
    for ending, key in OF_ANOTHER.items():
        if name.endswith(ending):
            return texts.both(key, what=_plain(name.removesuffix(ending)))
    if name.startswith("share_"):
        return texts.both("column_share_of", what=name.removeprefix("share_"))
    for measure in MEASURES:
        reason = name.removeprefix(f"{measure}_")
        if reason in REASONS:
            return texts.both("column_of_reason", what=texts.both(measure), reason=why_words(reason))
    return None


def _limit(limit: Limit) -> Words:
    """Return a limit in words; one that is no whole number with all its digits, as two may differ in them only."""
    return texts.distances(limit) if limit.value.is_integer() else texts.decimals(str(limit))


def _plain(name: str) -> Words:
    key = next((key for key in (f"risk_{name}", f"column_{name}") if key in texts.TEXTS), None)
    return _measure(name) or (column_words(name) if key is None else texts.both(key))


def _scenario(label: str, scenarios: Mapping[str, Words]) -> Words:
    """Return what a scenario is called that a column spells "0_5pct"."""
    if label in scenarios:
        return scenarios[label]
    share = label.removesuffix("pct")
    if share == label:
        return dict.fromkeys(texts.LANGUAGES, label.replace("_", " "))
    return {lang: f"{number} %" for lang, number in texts.decimals(share.replace("_", ".")).items()}
