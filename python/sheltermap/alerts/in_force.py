# SPDX-License-Identifier: Apache-2.0
"""What holds of several alerts: later ones replace, cancel or end earlier ones; each event stands once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sheltermap.alerts.alert import WARNING, Alert, AlertArea, AlertError, AlertInfo
from sheltermap.base.texts import Note

REPLACING = ("Update", "Cancel")


@dataclass(frozen=True)
class Part:
    """One event of one alert, with what is said of it in each language."""

    alert: Alert
    infos: tuple[AlertInfo, ...]

    @property
    def info(self) -> AlertInfo:
        """The first of its texts; all others are of the same areas and times."""
        return self.infos[0]

    @property
    def begins(self) -> datetime:
        """When it is expected to begin."""
        return self.info.onset or self.info.effective or self.alert.sent

    def said(self, lang: str) -> AlertInfo:
        """Return the text in a language, else in English, else the first."""
        for wanted in (lang, "en"):
            for each in self.infos:
                if each.language.replace("_", "-").split("-")[0].casefold() == wanted:
                    return each
        return self.info


@dataclass(frozen=True)
class InForce:
    """What holds at one time.

    Attributes
    ----------
    status : str
        Of all messages.
    parts : tuple of Part
        Events that are warned of.
    ended : tuple of Part
        Events of which a message that is not replaced says that they are over.
    cancelling : tuple of Alert
        Messages that cancel earlier ones, and are not replaced themselves.
    notes : list of str
        What was left out, and why.
    """

    status: str
    parts: tuple[Part, ...]
    ended: tuple[Part, ...]
    cancelling: tuple[Alert, ...]
    notes: list[str]


def in_force(alerts: Sequence[Alert], at: datetime) -> InForce:
    """Return what holds of some alerts at a time.

    Raises
    ------
    AlertError
        If none holds any more because all expired, or actual messages stand beside tests and exercises.
    ValueError
        If there is none.
    """
    if not alerts:
        raise ValueError("name at least one alert")
    _require_one_status(alerts)
    notes: list[str] = []
    latest = _without_twins(sorted(alerts, key=lambda each: each.sent), notes)
    holding = []
    for each in latest:
        later = next((other for other in latest if _replaces(other, each)), None)
        if later is not None:
            key = "alert_cancelled_by" if later.msg_type == "Cancel" else "alert_replaced_by"
            notes.append(Note.of(key, alert=each.identifier, by=later.identifier))
        elif each.msg_type in (*WARNING, "Cancel"):
            holding.append(each)
        else:
            notes.append(Note.of("alert_no_warning", alert=each.identifier, kind=each.msg_type))
    notes += _of_missing(holding, latest)
    parts, ended = _parts([each for each in holding if each.msg_type in WARNING], at, notes)
    cancelling = tuple(each for each in holding if each.msg_type == "Cancel")
    return InForce(alerts[0].status, parts, ended, cancelling, notes)


def _require_one_status(alerts: Sequence[Alert]) -> None:
    by_status = {each.status: each for each in reversed(alerts)}
    if len(by_status) > 1:
        told = ", ".join(f"{each.path.name} is {status}" for status, each in sorted(by_status.items()))
        mixed = f"is given beside alerts of another status ({told}): what is meant and what is tried are never mixed"
        raise AlertError(alerts[0].path, [mixed])


def _without_twins(alerts: Sequence[Alert], notes: list[str]) -> list[Alert]:
    """Return the alerts, each message once."""
    kept: dict[Any, Alert] = {}
    for each in alerts:
        if kept.setdefault((each.sender, each.identifier, each.sent), each) is not each:
            notes.append(Note.of("alert_twice", alert=each.identifier))
    return list(kept.values())


def _replaces(later: Alert, earlier: Alert) -> bool:
    return (
        later is not earlier and later.msg_type in REPLACING and later.sent >= earlier.sent and later.refers_to(earlier)
    )


def _of_missing(holding: Sequence[Alert], all_given: Sequence[Alert]) -> list[str]:
    """Say of which earlier messages one speaks that are not there: what they warn of may hold beside it."""
    given = {each.identifier for each in all_given}
    return [
        Note.of("alert_refers", alert=each.identifier, to=", ".join(missing))
        for each in holding
        if (missing := [one.identifier for one in each.references if one.identifier not in given])
    ]


def _parts(alerts: Sequence[Alert], at: datetime, notes: list[str]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return the events that are warned of, and those that are over, without what expired."""
    parts: list[Part] = []
    ended: list[Part] = []
    expired: list[Part] = []
    for alert in alerts:
        for part in _events(alert):
            if part.info.expires is not None and part.info.expires <= at:
                expired.append(part)
            else:
                (ended if part.info.is_all_clear else parts).append(part)
    if expired and not parts and not ended:
        last = max(expired, key=lambda each: (each.info.expires, each.alert.sent))
        now = at.isoformat(timespec="seconds")
        said = f"expired at {last.info.expires}, and it is {now}: get the newest alert from its sender"
        raise AlertError(last.alert.path, [f"{said}, or say by --at (at=) for which time to look"])
    notes += [
        Note.of("alert_part_expired", alert=each.alert.identifier, event=each.info.event, at=str(each.info.expires))
        for each in expired
    ]
    return tuple(parts), tuple(ended)


def _events(alert: Alert) -> list[Part]:
    """Return the events of an alert: texts in several languages of the same times, colour and areas are one."""
    events: list[list[AlertInfo]] = []
    keys: list[Any] = []
    for info in alert.infos:
        same = [at for at, key in enumerate(keys) if key == _key(info)]
        own = [at for at in same if any(_said_alike(info, each) for each in events[at])]
        free = [at for at in same if all(info.language != each.language for each in events[at])]
        if own:
            continue
        if free:
            events[free[0]].append(info)
        else:
            events.append([info])
            keys.append(_key(info))
    return [Part(alert, tuple(infos)) for infos in events]


def _said_alike(one: AlertInfo, other: AlertInfo) -> bool:
    return one.language == other.language and one.event == other.event


def _key(info: AlertInfo) -> Any:
    """Return what is the same in all languages of one event."""
    words = (info.urgency, info.severity, info.certainty, info.colour, info.awareness_type, info.is_all_clear)
    return (*words, info.effective, info.onset, info.expires, tuple(map(_place, info.areas)))


def _place(area: AlertArea) -> Any:
    """Return where an area is, without its name: by its shapes, else by its codes."""
    if not area.has_shape:
        return area.geocodes
    return (*(each.wkb for each in area.polygons), *area.circles)
