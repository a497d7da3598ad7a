# SPDX-License-Identifier: Apache-2.0
"""Reads alerts of the Common Alerting Protocol 1.2 (OASIS, 1 July 2010), and names all that is wrong with one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from sheltermap._native import ReadError
from sheltermap.alerts.alert import (
    COLOURS,
    KIND,
    LEVEL,
    MOST_KINDS,
    WARNING,
    Alert,
    AlertArea,
    AlertError,
    AlertInfo,
    Reference,
    number_of,
)
from sheltermap.alerts.cap_elements import SHOWN, Elements
from sheltermap.alerts.cap_shapes import ShapeError, circle, polygon, without
from sheltermap.base.dates import instant_in
from sheltermap.base.ordinary_files import content
from sheltermap.base.suggestions import told

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from shapely import MultiPolygon, Polygon

MOST_BYTES = 16_000_000  # of one alert; those of whole countries in eight languages have two
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
OLDER = "urn:oasis:names:tc:emergency:cap:"
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = ("Public", "Restricted", "Private")
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
ALIASES = {"Very Likely": "Likely"}  # CAP 1.2, 3.2.2: kept for messages in the words of CAP 1.0
DEFAULT_LANGUAGE = "en-US"  # CAP 1.2, 3.2.2: "If not present, an implicit default value of 'en-US' SHALL be assumed"
EXCLUDED = "EXCLUDE_POLYGON"  # DWD's CAP profile: what is cut out of the polygons of an area


def read_alert(path: str | os.PathLike[str]) -> Alert:
    """Read an alert of the Common Alerting Protocol 1.2.

    Whoever sends alerts is not to be trusted with the machine that reads them: a file with a document type or entities
    is refused, and nothing that an alert points to is opened.

    Parameters
    ----------
    path : path-like
        An XML file with one ``<alert>``, of at most 16 MB.

    Returns
    -------
    Alert
        As the sender wrote it; polygons and circles in WGS 84, longitude first.

    Raises
    ------
    AlertError
        If it is no such message, or has faults, all of them: polygons that are not closed, have fewer than four pairs
        or longitude first, times without a zone, words that CAP does not have, elements that it needs.
    ReadError
        If the file cannot be read.

    References
    ----------
    OASIS, Common Alerting Protocol Version 1.2, 1 July 2010. EUMETNET's MeteoAlarm profile has the colours.

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
    ... <expires>2026-03-02T06:00:00+02:00</expires><area><areaDesc>Ogre</areaDesc>
    ... <circle>56.816,24.605 5</circle></area></info></alert>''')
    >>> alert = sm.read_alert(file)
    >>> alert.status, alert.infos[0].colour, alert.infos[0].areas[0].circles
    ('Exercise', 'orange', (Circle(lon=24.605, lat=56.816, radius_km=5.0),))
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"an alert is read from its file: give the path, not {told(path)}")
    path = Path(path)
    elements = Elements(_root(path), NAMESPACE)
    identifier, sender = (elements.text(name, needed=True) for name in ("identifier", "sender"))
    sent = elements.instant("sent", needed=True)
    status = elements.word("status", STATUSES)
    msg_type = elements.word("msgType", MESSAGE_TYPES)
    scope = elements.word("scope", SCOPES)
    note = elements.text("note") or None
    references = _references(elements, msg_type)
    infos = tuple(_info(each) for each in elements.inner("info"))
    if msg_type in WARNING and not infos:
        elements.fault("info", f"is missing: this {msg_type} says nothing of what it warns of")
    if elements.faults or sent is None:
        raise AlertError(path, elements.faults)
    notes = tuple(elements.notes)
    return Alert(path, identifier, sender, sent, status, msg_type, scope, note, references, infos, notes)


def _root(path: Path) -> Element:
    """Return the root of the file's XML, which is an alert of CAP 1.2."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        root = ElementTree.fromstring(content(path, MOST_BYTES), forbid_dtd=True)
    except OSError as error:
        raise ReadError(f"{path} cannot be read: {error.strerror}") from None
    except DefusedXmlException:
        raise AlertError(path, ["is refused: its XML declares a type or entities, which alerts never need"]) from None
    except ParseError as error:
        raise AlertError(path, [f"is damaged: its XML cannot be read, {error}"]) from None
    except (LookupError, ValueError) as error:
        raise AlertError(path, [f"says an encoding that cannot be read: {error}; save it as UTF-8"]) from None
    namespace, _, name = root.tag.rpartition("}")
    namespace = namespace.removeprefix("{")
    if name == "alert" and namespace == NAMESPACE:
        return root
    if name == "alert" and namespace.startswith(OLDER):
        raise AlertError(path, [f"is CAP {namespace.removeprefix(OLDER)}; CAP 1.2 is wanted"])
    if name in ("feed", "rss"):
        raise AlertError(path, ["is a feed, a list of alerts; save the alerts that it links to, each as a file"])
    where = f' of the namespace "{namespace}"' if namespace else " without a namespace"
    raise AlertError(path, [f'begins with <{name}>{where}; CAP 1.2 begins with <alert xmlns="{NAMESPACE}">'])


def _references(alert: Elements, msg_type: str) -> tuple[Reference, ...]:
    """Return the messages that one speaks of, each written ``sender,identifier,sent``."""
    found = []
    for each in alert.text("references").split():
        sender, _, rest = each.partition(",")
        identifier, _, sent = rest.rpartition(",")
        instant = instant_in(sent)
        if not (sender and identifier) or instant is None:
            alert.fault("references", f'"{each[:SHOWN]}" is not sender,identifier,sent')
        else:
            found.append(Reference(sender, identifier, instant))
    if msg_type == "Cancel" and not alert.text("references"):
        alert.fault("references", "is missing: this Cancel does not say what it cancels")
    return tuple(found)


def _info(info: Elements) -> AlertInfo:
    """Return what is said in one language."""
    categories = tuple(info.all("category"))
    if not any(categories):
        info.fault("category", "is missing")
    parameters = info.pairs("parameter")
    for name, most in ((LEVEL, len(COLOURS)), (KIND, MOST_KINDS)):
        for key, value in parameters:
            if key.casefold() == name and number_of(value, most) is None:
                info.note("parameter", f'{name} is "{value[:SHOWN]}", which MeteoAlarm does not have: it is left out')
    times = [info.instant(name) for name in ("effective", "onset", "expires")]
    if times[2] is None and not info.text("expires"):
        info.note("expires", "is missing: the alert does not say until when it holds")
    optional = ("senderName", "headline", "description", "instruction", "web", "contact")
    sender_name, headline, description, instruction, web, contact = (info.text(name) or None for name in optional)
    return AlertInfo(
        language=info.text("language") or DEFAULT_LANGUAGE,
        categories=categories,
        event=info.text("event", needed=True),
        response_types=tuple(info.all("responseType")),
        urgency=info.word("urgency", URGENCIES),
        severity=info.word("severity", SEVERITIES),
        certainty=info.word("certainty", CERTAINTIES, ALIASES),
        event_codes=info.pairs("eventCode"),
        effective=times[0],
        onset=times[1],
        expires=times[2],
        sender_name=sender_name,
        headline=headline,
        description=description,
        instruction=instruction,
        web=web,
        contact=contact,
        parameters=parameters,
        areas=tuple(_area(each) for each in info.inner("area")),
    )


def _area(area: Elements) -> AlertArea:
    geocodes = area.pairs("geocode")
    circles = []
    for number, said in enumerate(area.all("circle"), start=1):
        try:
            circles.append(circle(said))
        except ShapeError as error:
            for fault in error.faults:
                area.fault(f"circle[{number}]", fault)
    polygons = _polygons(area, "polygon", area.all("polygon"))
    excluded = _polygons(area, f"geocode {EXCLUDED}", [value for name, value in geocodes if name == EXCLUDED])
    try:
        polygons = tuple(without(each, excluded) for each in polygons)
    except ShapeError as error:
        area.fault("polygon", str(error))
    return AlertArea(
        description=area.text("areaDesc", needed=True),
        polygons=polygons,
        circles=tuple(circles),
        geocodes=tuple((name, value) for name, value in geocodes if name != EXCLUDED and value),
        altitude_ft=area.number("altitude"),
        ceiling_ft=area.number("ceiling"),
    )


def _polygons(area: Elements, name: str, written: Sequence[str]) -> tuple[Polygon | MultiPolygon, ...]:
    found = []
    for number, said in enumerate(written, start=1):
        if not said:
            area.note(f"{name}[{number}]", "is empty")
            continue
        try:
            shape, notes = polygon(said)
        except ShapeError as error:
            for fault in error.faults:
                area.fault(f"{name}[{number}]", fault)
        else:
            found.append(shape)
            for each in notes:
                area.note(f"{name}[{number}]", each)
    return tuple(found)
