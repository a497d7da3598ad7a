# SPDX-License-Identifier: Apache-2.0
"""An assessment's layers and tables for programs that read no GeoPackage: as a File Geodatabase, or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sheltermap as sm
from sheltermap.assessments.folder import GEOPACKAGE
from sheltermap.base.language import REFERENCE
from sheltermap.dictionary import layers as dictionary
from sheltermap.dictionary.aliases import aliases
from sheltermap.layers import files
from sheltermap.postgis.geopackage import contents

if TYPE_CHECKING:
    import pandas as pd

REFUSED = {"column": "column_name"}  # of the dictionary's tables, which ArcGIS does not take as a name


def hand_over(source: str | Path, path: str | Path, *, lang: str = REFERENCE, layer: str | None = None) -> list[str]:
    """Write the layers and tables of an assessment to a file of another format; see `sheltermap.write`.

    Parameters
    ----------
    source : path-like
        The folder of an assessment, or a GeoPackage.
    path : path-like
        What to write; its ending says which format. Those that hold one layer need `layer`.
    lang : str
        Of aliases and coded values, in a File Geodatabase: what the assessment's dictionary has.
    layer : str, optional
        The only one to write.

    Returns
    -------
    list of str
        The layers and tables written.

    Raises
    ------
    ReadError
        If there is no such file or layer.
    WriteError
        If it cannot be written.
    """
    folder, target = Path(source), Path(path)
    geopackage = folder / GEOPACKAGE if folder.is_dir() else folder
    found = contents(geopackage)
    words = aliases(dictionary.read(found), lang) if found.keys() >= dictionary.HEADS.keys() else {}
    kept = _only(found, layer, geopackage)
    if target.suffix.lower() in files.GEODATABASE:
        plain = {
            name: frame.rename(columns=REFUSED) if name in dictionary.HEADS else frame for name, frame in kept.items()
        }
        files.prepared(plain, target, words)()
    else:
        sm.write(kept, target)
    return list(kept)


def _only(found: dict[str, pd.DataFrame], layer: str | None, path: Path) -> dict[str, pd.DataFrame]:
    if layer is None:
        return found
    if layer not in found:
        raise sm.ReadError(f"{path.name} has no layer '{layer}'; it has {', '.join(found)}")
    return {layer: found[layer]}
