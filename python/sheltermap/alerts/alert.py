# SPDX-License-Identifier: Apache-2.0
"""An alert as its sender wrote it: who says what of which area until when, in which languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sheltermap._native import SheltermapError
from sheltermap.base.fault import listed
from sheltermap.base.in_short import Short, ToldInShort, name_of

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon

COLOURS = ("green", "yellow", "orange", "red")  #: of levels, from 1 on
UNKNOWN_COLOUR = "unknown"
# MeteoAlarm's profile writes them side by side: "1; green; Minor", "2; yellow; Moderate", …
OF_SEVERITY = dict(zip(("Minor", "Moderate", "Severe", "Extreme"), COLOURS, strict=True))
LEVEL, KIND = "awareness_level", "awareness_type"  # MeteoAlarm's parameters
MOST_KINDS = 99  # numbers of kinds of hazard; MeteoAlarm adds some from time to time
ACTUAL = "Actual"
WARNING = ("Alert", "Update")  #: message types that warn; others say something of earlier messages
ALL_CLEAR = "AllClear"
_NUMBERED = re.compile(r"\s*(\d{1,2})\s*;")

Pairs = tuple[tuple[str, str], ...]  #: names and their values, in the order of the file; a name may stand twice


def number_of(told: str | None, most: int) -> int | None:
    """Return the number that a parameter of MeteoAlarm begins with; None where it begins with none up to `most`."""
    found = None if told is None else _NUMBERED.match(told)
    return int(found[1]) if found is not None and 1 <= int(found[1]) <= most else None


class AlertError(SheltermapError):
    """An alert that cannot be used, with all its faults.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> file = Path(tempfile.mkdtemp()) / "alert.xml"
    >>> _ = file.write_text('<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"></alert>')
    >>> try:
    ...     sm.read_alert(file)
    ... except sm.AlertError as error:
    ...     print(len(error.faults) > 1)
    True
    """

    def __init__(self, path: Path | str, faults: list[str]):
        self.path, self.faults = path, list(faults)
        super().__init__(listed(path, self.faults))


@dataclass(frozen=True)
class Circle:
    """A circle along the ellipsoid; of radius 0 it is a point, and nobody knows how far the danger reaches."""

    lon: float
    lat: float
    radius_km: float


@dataclass(frozen=True)
class AlertArea:
    """One ``<area>``: the union of its shapes, in WGS 84, longitude first.

    Attributes
    ----------
    description : str
    polygons : tuple of Polygon or MultiPolygon
        Those across the antimeridian are cut there, and what DWD's geocodes EXCLUDE_POLYGON say is cut out.
    circles : tuple of Circle
    geocodes : tuple of (str, str)
        Names of the lists of codes, and the codes: ``("EMMA_ID", "LV003")``.
    altitude_ft, ceiling_ft : float, optional
        Feet above mean sea level, as CAP has them.
    """

    description: str
    polygons: tuple[Polygon | MultiPolygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: Pairs = ()
    altitude_ft: float | None = None
    ceiling_ft: float | None = None

    @property
    def has_shape(self) -> bool:
        """Whether it says itself where it is."""
        return bool(self.polygons or self.circles)


@dataclass(frozen=True)
class AlertInfo:
    """One ``<info>``: an event in one language; times have their zones, texts are as the sender wrote them."""

    language: str
    categories: tuple[str, ...]
    event: str
    response_types: tuple[str, ...]
    urgency: str
    severity: str
    certainty: str
    event_codes: Pairs
    effective: datetime | None
    onset: datetime | None
    expires: datetime | None
    sender_name: str | None
    headline: str | None
    description: str | None
    instruction: str | None
    web: str | None
    contact: str | None
    parameters: Pairs
    areas: tuple[AlertArea, ...]

    def parameter(self, name: str) -> str | None:
        """Return the first value of a parameter, whatever the capitals of its name; None where it is not there."""
        return next((value for key, value in self.parameters if key.casefold() == name), None)

    @property
    def colour(self) -> str:
        """That of MeteoAlarm's awareness level where it is told, else of the severity; ``unknown`` without either."""
        number = number_of(self.parameter(LEVEL), len(COLOURS))
        return OF_SEVERITY.get(self.severity, UNKNOWN_COLOUR) if number is None else COLOURS[number - 1]

    @property
    def awareness_type(self) -> int | None:
        """MeteoAlarm's number of the kind of hazard: 1 wind, 10 rain, 12 flooding, …; None where it is not told."""
        return number_of(self.parameter(KIND), MOST_KINDS)

    @property
    def is_all_clear(self) -> bool:
        """Whether it says that the danger is over."""
        return ALL_CLEAR in self.response_types


@dataclass(frozen=True)
class Reference:
    """An earlier message that one speaks of."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, repr=False)
class Alert(ToldInShort):
    """A message of the Common Alerting Protocol 1.2; `sheltermap.read_alert` reads one.

    Attributes
    ----------
    path : Path
    identifier, sender : str
    sent : datetime
    status : {"Actual", "Exercise", "System", "Test", "Draft"}
    msg_type : {"Alert", "Update", "Cancel", "Ack", "Error"}
    scope : {"Public", "Restricted", "Private"}
    note : str, optional
    references : tuple of Reference
        Earlier messages that it updates, cancels or answers.
    infos : tuple of AlertInfo
        By language and event; areas in two languages are the same areas.
    notes : tuple of str
        What is not as CAP has it, and was read all the same.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> file = Path(tempfile.mkdtemp()) / "alert.xml"
    >>> _ = file.write_text('''<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A1</identifier>
    ... <sender>met@example.org</sender><sent>2026-03-01T06:00:00+02:00</sent><status>Exercise</status>
    ... <msgType>Alert</msgType><scope>Public</scope><info><category>Met</category><event>Flood</event>
    ... <urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>
    ... <area><areaDesc>Ogre</areaDesc><circle>56.816,24.605 5</circle></area></info></alert>''')
    >>> alert = sm.read_alert(file)
    >>> alert
    <Alert: A1 of met@example.org, Exercise, Alert
      Flood
      1 note in .notes>
    >>> alert.infos[0].areas[0].description, alert.infos[0].severity
    ('Ogre', 'Severe')
    """

    path: Path
    identifier: str
    sender: str
    sent: datetime
    status: str
    msg_type: str
    scope: str
    note: str | None
    references: tuple[Reference, ...]
    infos: tuple[AlertInfo, ...]
    notes: tuple[str, ...] = ()

    def _in_short(self) -> Short:
        events = ", ".join(dict.fromkeys(name_of(info.event) for info in self.infos))
        of = f"{name_of(self.identifier)} of {name_of(self.sender)}, {self.status}, {self.msg_type}"
        return Short(of, [events] if events else [])

    @property
    def is_actual(self) -> bool:
        """Whether it is meant: no test, exercise, draft or message between systems."""
        return self.status == ACTUAL

    def refers_to(self, other: Alert) -> bool:
        """Whether it speaks of another message: by its identifier, and its sender or the time it was sent."""
        return any(
            each.identifier == other.identifier and (each.sender == other.sender or each.sent == other.sent)
            for each in self.references
        )
