# SPDX-License-Identifier: Apache-2.0
"""The day that a cell tells: of dates, of texts that mean one day only, and of instants in a time zone."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from sheltermap.registers.findings import Fault
from sheltermap.registers.values import date_in, shown

# UTC, and the clocks that are farthest from it: an instant's day in any zone is its day in one of these.
EXTREMES = (timezone(timedelta(hours=-12)), UTC, timezone(timedelta(hours=14)))
_ZONED_TEXT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)", re.IGNORECASE)


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing, or nothing but blanks."""
    return bool(pd.isna(value)) or (isinstance(value, str) and not value.strip())


def named_zone(name: str) -> ZoneInfo:
    """Return a time zone of the IANA database.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, AttributeError, OSError):
        raise ValueError(f"time_zone is {name!r}; give a name of the IANA database, like 'Europe/Riga'") from None


def instant_in(value: Any) -> datetime | None:
    """Return the instant of a cell that names its time zone, a text of ISO 8601 too; None of any other."""
    if isinstance(value, str) and _ZONED_TEXT.fullmatch(value.strip()):
        text = value.strip().upper().replace(",", ".").replace(" Z", "Z").replace(" +", "+").replace(" -", "-")
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            return None
    # Years at the ends of the calendar cannot be moved to another zone, and no such day counts anywhere.
    if not isinstance(value, datetime) or pd.isna(value) or value.tzinfo is None or not 1 < value.year < 9999:
        return None
    return value


def day_in(value: Any, zone: tzinfo | None = None) -> date | None:
    """Return the day of a cell; None where there is none, or the text may mean several.

    An instant counts on its day in `zone`, without one on that of the zone it is given in.

    Examples
    --------
    >>> day_in("28.02.2026"), day_in("02/03/26"), day_in("2025-12-31T22:30:00Z", named_zone("Europe/Riga"))
    (datetime.date(2026, 2, 28), None, datetime.date(2026, 1, 1))
    """
    if is_empty(value):
        return None
    if (instant := instant_in(value)) is not None:
        return (instant if zone is None else instant.astimezone(zone)).date()
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    read = date_in(shown(value))
    return None if isinstance(read, Fault) else read


def day_given(value: Any, name: str) -> date:
    """Return the day that an argument names: a date, a time, or a text like ``2026-02-28``.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    day = value
    if isinstance(value, str):
        with suppress(ValueError):
            day = date.fromisoformat(value)
    if not isinstance(day, date) or pd.isna(day):
        raise ValueError(f"{name} is {value!r}; give a date, or a text like '2026-02-28'")
    return day.date() if isinstance(day, datetime) else day
