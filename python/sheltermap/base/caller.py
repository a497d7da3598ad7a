# SPDX-License-Identifier: Apache-2.0
"""Whose line a warning is about: that of the caller, however deep in this package it is raised."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = str(Path(__file__).parents[1])


def stacklevel() -> int:
    """Return the ``stacklevel`` with which `warnings.warn`, where this is called, names the line outside the package.

    Examples
    --------
    >>> stacklevel()
    1
    """
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    return level
