# SPDX-License-Identifier: Apache-2.0
"""The time of a run."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def now() -> datetime:
    """Return the time in UTC, or that of SOURCE_DATE_EPOCH where results are to be repeatable to the byte."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is not None and not epoch.isdecimal():
        raise ValueError(f"SOURCE_DATE_EPOCH is {epoch!r}; it has to be whole seconds since 1970")
    return datetime.now(UTC) if epoch is None else datetime.fromtimestamp(int(epoch), UTC)
