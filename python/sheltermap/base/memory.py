# SPDX-License-Identifier: Apache-2.0
"""Memory that has become free, and who looks for it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from sheltermap._native import _core


def give_back() -> None:
    """Give the system what readers of files and large columns have left, a third of all after a million rows.

    The C library and Arrow keep it for more of the same, which does not come once a step of long work is done.
    """
    import pyarrow

    pyarrow.default_memory_pool().release_unused()
    _core.give_back_memory()


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep Python from looking for cycles: making a million geometries, none in one, takes twice as long if it does."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
