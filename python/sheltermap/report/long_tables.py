# SPDX-License-Identifier: Apache-2.0
"""Tables of more rows than a page has room for: it shows those that matter most, the workbook beside it all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sheltermap.base import texts
from sheltermap.page.table import Table

ROWS_SHOWN = 100  # of a table: ten tables of a thousand areas are four megabytes of a page


def for_page(table: Table) -> Table:
    """Return a table with as many rows as a page shows, and a note of how many there are and where all of them are."""
    total = len(table.rows)
    if total <= ROWS_SHOWN:
        return table
    ranked = len(table.concern) == total
    chosen = np.argsort(-np.nan_to_num(table.concern), kind="stable").tolist() if ranked else range(total)
    kept = list(chosen[:ROWS_SHOWN])
    key = "page.rows_shown" if ranked else "page.rows_shown_first"
    said = texts.both(key, shown=ROWS_SHOWN, total=texts.number(total))
    note = said if table.note is None else {lang: f"{table.note[lang]} {each}" for lang, each in said.items()}
    place_of = dict(enumerate(table.places))
    return replace(
        table,
        rows=[table.rows[row] for row in kept],
        note=note,
        left_out=total - ROWS_SHOWN,
        concern=[table.concern[row] for row in kept] if ranked else (),
        places=[place_of.get(row) for row in kept] if table.places else (),
        numbered=[at for at, row in enumerate(kept) if row in set(table.numbered)],
    )
