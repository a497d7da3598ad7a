# SPDX-License-Identifier: Apache-2.0
"""The day that a cell tells: of dates, of texts that mean one day only, and of instants in a time zone."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from sheltermap.base.fault import Fault
from sheltermap.base.texts import LANGUAGES, any_of

YEARS = range(1850, 2151)  # in which a date can be meant
# UTC, and the clocks that are farthest from it: an instant's day in any zone is its day in one of these.
EXTREMES = (timezone(timedelta(hours=-12)), UTC, timezone(timedelta(hours=14)))
_TIME_OF_DAY = re.compile(r"[T ]\d{2}:\d{2}")
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
    read = date_in(str(value).strip())
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


def date_in(text: str, date_format: str | None = None) -> date | Fault:
    """Read a day as people write it, where only one day can be meant.

    Examples
    --------
    >>> date_in("28.02.2025"), date_in("31.02.2025").reason, date_in("02/03/24").reason
    (datetime.date(2025, 2, 28), 'no_such_date', 'ambiguous_date')

    """
    if date_format is not None:
        try:
            return _plausible(datetime.strptime(text, date_format).date())
        except ValueError:
            return Fault("not_a_date")
    clock = _TIME_OF_DAY.search(text)
    text = (text if clock is None or "\n" in text[clock.end() :] else text[: clock.start()]).rstrip(".")
    if year_first := re.fullmatch(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})", text):
        year, _, month, day = year_first.groups()
        return _day(int(year), int(month), int(day))
    parts = re.fullmatch(r"(\d{1,2})([-./])\s?(\d{1,2})\2\s?(\d{4}|\d{2})", text)
    if parts is None:
        return Fault("not_a_date")
    first, mark, second, year = parts.groups()
    if len(year) == 4 and mark == ".":  # only ever day first
        return _day(int(year), int(second), int(first))
    readings = _readings(int(first), int(second), year)
    if not readings:
        return Fault("no_such_date")
    if len(readings) > 1 or len(year) == 2:
        told = any_of(dict.fromkeys(LANGUAGES, readings))
        return Fault("ambiguous_date", readings[0] if len(readings) == 1 else None, {"readings": told})
    return date.fromisoformat(readings[0])


def _readings(first: int, second: int, year: str) -> list[str]:
    """Return the days that a date without a sure order may mean: day first, month first, year first."""
    full = int(year) if len(year) == 4 else 2000 + int(year)
    orders = [(full, second, first), (full, first, second)]
    if len(year) == 2:
        orders.append((2000 + first, second, int(year)))
    days = (_day(*order) for order in orders)
    return list(dict.fromkeys(day.isoformat() for day in days if isinstance(day, date)))


def _day(year: int, month: int, day: int) -> date | Fault:
    try:
        return _plausible(date(year, month, day))
    except ValueError:
        return Fault("no_such_date")


def _plausible(day: date) -> date | Fault:
    return day if day.year in YEARS else Fault("date_out_of_range")
