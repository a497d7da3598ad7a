# SPDX-License-Identifier: Apache-2.0
"""The answer to a warning: who and what lies in its area, what can be used outside it, which scenario it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.alerts.alert import ACTUAL, Alert
from sheltermap.alerts.alert_ground import Missing
from sheltermap.alerts.in_force import Part
from sheltermap.alerts.warning_text import lines
from sheltermap.analyses.drawable import Drawable
from sheltermap.base.in_short import Short, name_of, of_all
from sheltermap.base.language import LANGUAGES
from sheltermap.base.texts import words_of_note

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

SCHEMA = "sheltermap-warning/1"
IN_FORCE, ALL_CLEAR, CANCELLED, NO_WARNING = "in_force", "all_clear", "cancelled", "no_warning"


@dataclass(frozen=True, repr=False)
class Warned(Drawable, drawn_as="warned"):
    """Who and what lies in the area of a warning.

    Attributes
    ----------
    status : {"Actual", "Exercise", "System", "Test", "Draft"}
        Whether it is meant; everything that is made of it says so.
    state : {"in_force", "all_clear", "cancelled", "no_warning"}
        Only of what is in force anybody is counted.
    at : datetime
        For which time.
    parts : tuple of Part
        The events that are warned of, numbered from 1.
    people : DataFrame
        One row per layer of people (``input``), ``part`` (missing for all together) and ``measure``: ``total = inside +
        outside + unknown``. ``unknown`` are those whose place is not known, and all who lie outside the known areas
        where an area is not known in full: never nobody. ``rows_without_weight`` are in no total.
    facilities : DataFrame
        The same of the rows of each layer of facilities, of all events together, and ``usable_inside`` and
        ``usable_outside``: those that count by the plan.
    listed : DataFrame
        The facilities in the area: ``input``, ``id``, ``name``, ``usable`` and the ``reason`` where it is not.
    near : DataFrame
        Usable facilities outside that are the nearest of their layer for people in the area, most people first:
        ``people`` (of `people_input`), ``rows``, ``nearest_m`` and ``farthest_m`` as the crow flies.
    scenarios : list of dict
        Scenarios of the plan that it stands for, and by which rule.
    missing : tuple of Missing
        Areas that are not known, or not how far they reach, and why.
    rows : GeoDataFrame in OGC:CRS84
        All rows that were looked at, by ``state`` and ``role``, for maps.
    zones : GeoDataFrame in EPSG:4326
        The known areas by ``part``.
    notes : list of str
        What bounds the answer; in both languages.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> file = Path(tempfile.mkdtemp()) / "alert.xml"
    >>> _ = file.write_text('''<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A1</identifier>
    ... <sender>met@example.org</sender><sent>2026-03-01T06:00:00+02:00</sent><status>Exercise</status>
    ... <msgType>Alert</msgType><scope>Public</scope><info><category>Met</category><event>Flood</event>
    ... <urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>
    ... <expires>2026-03-02T06:00:00+02:00</expires><area><areaDesc>Ogre</areaDesc>
    ... <circle>56.816,24.605 5</circle></area></info></alert>''')
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [30, 20]}, geometry=gpd.points_from_xy([24.61, 24.9], [56.82, 56.82]), crs=4326)
    >>> sm.warn(file, {"homes": homes}, weights={"homes": "people"}, at="2026-03-01T12:00:00+02:00")
    <Warned: Exercise, in force, at 2026-03-01 12:00 +0200
      homes, people: 30 of 50 inside (60.0 %), 20 outside>
    """

    status: str
    state: str
    at: datetime
    parts: tuple[Part, ...]
    ended: tuple[Part, ...]
    cancelling: tuple[Alert, ...]
    people: pd.DataFrame
    facilities: pd.DataFrame
    listed: pd.DataFrame
    near: pd.DataFrame
    scenarios: list[dict[str, Any]]
    missing: tuple[Missing, ...]
    rows: GeoDataFrame
    zones: GeoDataFrame
    titles: dict[str, dict[str, str]] = field(default_factory=dict)
    illustrative: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    def _in_short(self) -> Short:
        of = f"{self.status}, {self.state.replace('_', ' ')}, at {self.at:%Y-%m-%d %H:%M %z}"
        together = self.people[self.people["part"].isna()] if len(self.parts) > 1 else self.people
        lines = (
            f"{name_of(each['input'])}, {name_of(each['measure'])}: {of_all(each, 'inside', 'outside', 'unknown')}"
            for each in together.to_dict("records")
        )
        return Short(of, lines, self.people, "people")

    @property
    def is_actual(self) -> bool:
        """Whether it is meant: no test, exercise, draft or message between systems."""
        return self.status == ACTUAL

    def text(self, lang: str = "en") -> str:
        """Return what the duty officer has to know, as text.

        Parameters
        ----------
        lang : {"en", "lv", …}

        Returns
        -------
        str
            With the texts of the sender in that language where there are some, else in English, else as they are.
        """
        return "\n".join(lines(self.to_dict(), lang)) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data, as `sheltermap warn` writes it; texts by language."""
        return {
            "schema": SCHEMA,
            "status": self.status,
            "is_actual": self.is_actual,
            "state": self.state,
            "at": self.at.isoformat(timespec="seconds"),
            "parts": [self._part(number, each) for number, each in enumerate(self.parts, start=1)],
            "ended": [_event(each) for each in self.ended],
            "cancelled": [_cancelled(each) for each in self.cancelling],
            "people": _records(self.people),
            "facilities": _records(self.facilities),
            "facilities_inside": _records(self.listed),
            "facilities_near": _records(self.near),
            "scenarios": self.scenarios,
            "titles": self.titles,
            "illustrative": list(self.illustrative),
            "notes": [words_of_note(each) for each in self.notes],
        }

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw the area of the warning, who and what lies in it, and what can be used outside."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(self, *, title: str | None = None, lang: str = "en", context: BasemapSource | None = None) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        Parameters
        ----------
        title : str, optional
            By default the colour and the event; what is not meant says so before any title.
        lang : {"en", "lv", …}
        context : path, mapping or Basemap, optional
            What to draw under the rows, as `sheltermap.basemap` takes it: water, streets, names of places.

        Returns
        -------
        Map
            ``.save("map.html")`` writes the page.
        """
        from sheltermap.map.warned_page import unknown_areas

        page = self._explored(title=title, lang=lang, context=context)
        page.notes[:0] = unknown_areas(self, lang)
        return page

    @property
    def headlines(self) -> dict[str, list[tuple[str, str]]]:
        """Colour and event of each part, by language."""
        return {lang: [(each.info.colour, each.said(lang).event) for each in self.parts] for lang in LANGUAGES}

    @property
    def missing_areas(self) -> list[str]:
        """The areas that are not known, or not how far they reach, each once."""
        return list(dict.fromkeys(each.area or "–" for each in self.missing))

    def _part(self, number: int, part: Part) -> dict[str, Any]:
        missing = [
            {"area": each.area, "reason": each.reason, "codes": list(each.codes)}
            for each in self.missing
            if each.part == number
        ]
        return {"part": number, **_event(part), "areas_not_known": missing}


def _event(part: Part) -> dict[str, Any]:
    """Return an event as plain data; what its sender says is there in all languages of the program."""
    info, alert = part.info, part.alert
    texts = {lang: part.said(lang) for lang in LANGUAGES}
    return {
        "identifier": alert.identifier,
        "sender": alert.sender,
        "message": alert.msg_type,
        "sent": alert.sent.isoformat(),
        "colour": info.colour,
        "awareness_type": info.awareness_type,
        "urgency": info.urgency,
        "severity": info.severity,
        "certainty": info.certainty,
        "begins": part.begins.isoformat(),
        "expires": None if info.expires is None else info.expires.isoformat(),
        "languages": [each.language for each in part.infos],
        "event": {lang: each.event for lang, each in texts.items()},
        "sender_name": {lang: each.sender_name for lang, each in texts.items()},
        "headline": {lang: each.headline for lang, each in texts.items()},
        "description": {lang: each.description for lang, each in texts.items()},
        "instruction": {lang: each.instruction for lang, each in texts.items()},
        "areas": {lang: [area.description for area in each.areas] for lang, each in texts.items()},
        "altitudes_ft": [[each.altitude_ft, each.ceiling_ft] for each in info.areas],
    }


def _cancelled(alert: Alert) -> dict[str, Any]:
    return {
        "identifier": alert.identifier,
        "sender": alert.sender,
        "sent": alert.sent.isoformat(),
        "cancels": [each.identifier for each in alert.references],
        "note": alert.note,
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = list(map(str, frame.columns))
    return [dict(zip(names, _plain(row), strict=True)) for row in frame.itertuples(index=False, name=None)]


def _plain(row: Sequence[Any]) -> Iterator[Any]:
    """Give the values of a row as JSON has them: nothing for what is not known, whole numbers as such."""
    for value in row:
        if pd.isna(value):
            yield None
        elif isinstance(value, float) and value.is_integer():
            yield int(value)
        else:
            yield value
