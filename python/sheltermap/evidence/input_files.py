# SPDX-License-Identifier: Apache-2.0
"""What an analysis was made from, and whether the files still have the bytes that were read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap._native import ReadError
from sheltermap.base.system import way_to
from sheltermap.layers.digest import files_sha256, sha256
from sheltermap.layers.gathered import paths_of

if TYPE_CHECKING:
    from sheltermap.evidence.asked_figures import AskedFigures
    from sheltermap.questions.kind import Kind

COLUMNS = ["what", "name", "path", "sha256", "rows", "refused", "illustrative", "source", "state"]
SAME, CHANGED, NOT_FOUND, NO_FILE = "same", "changed", "not_found", "no_file"  #: of a file, since it was read


def inputs_of(asked: AskedFigures, kind: Kind, folders: Sequence[Path]) -> pd.DataFrame:
    """Return the inputs of an analysis, one a row, each as the assessment recorded it and as its file is now.

    Parameters
    ----------
    asked : AskedFigures
    kind : Kind
    folders : sequence of Path
        Where the plan may lie, whose paths start there; the first in which a file is found counts.

    Returns
    -------
    DataFrame
        ``what`` (``inputs``, ``rasters``, ``networks``, ``tables``), ``name``, ``path``, ``sha256``, ``rows``,
        ``refused``, ``illustrative``, ``source``, ``state`` (``same``, ``changed``, ``not_found``, ``no_file`` of a
        database).
    """
    data: list[str | None] = [name for name, _ in asked.plan.data_of(kind)]
    ways = [getattr(kind, "by", None), *(each.by for each in asked.plan.scenarios_of(kind))]
    wanted: dict[str, list[str | None]] = {"inputs": data, "rasters": data, "networks": ways, "tables": ways}
    rows = []
    for what, names in wanted.items():
        for record in asked.summary.get(what) or ():
            if record.get("name") in names:
                rows.append({"what": what, **record, "state": _state(asked, what, record, folders)})
    return pd.DataFrame(rows, columns=COLUMNS).astype(object)


def _state(asked: AskedFigures, what: str, record: dict[str, Any], folders: Iterable[Path]) -> str:
    """Say whether a file still has the bytes that were read."""
    paths = asked.plan.inputs[record["name"]].paths if what == "inputs" else [str(record.get("path"))]
    if not paths:
        return NO_FILE
    for folder in folders:
        try:
            found = paths_of(paths, folder)
            if not all(each.exists() for each in found):
                continue
            digests = [sha256(each) for each in found]
        except (OSError, ReadError):
            continue
        if len(found) == 1:
            now = digests[0]
        else:
            now = files_sha256({way_to(each, folder): own for each, own in zip(found, digests, strict=True)})
        return SAME if now == record.get("sha256") else CHANGED
    return NOT_FOUND
