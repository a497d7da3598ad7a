# SPDX-License-Identifier: Apache-2.0
"""The command that writes layers in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sheltermap.commands.console import Debug, Lang, exit_codes, printable


def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A layer, an assessment, or a .gpkg.", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT", help="A .gdb, .gpkg, .xlsx, .parquet, .geojson, .shp, .zip, .csv.", show_default=False
        ),
    ],
    layer: Annotated[str | None, typer.Option("--layer", help="The only one to write.")] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Of coordinates that name none: EPSG:3059.")] = None,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """Write layers in another format: an assessment as a File Geodatabase, with aliases and coded values.

    What the format cannot hold is told; nothing half-written replaces a good file.
    """
    with exit_codes(debug):
        import sheltermap as sm
        from sheltermap.assessments.handed_over import hand_over

        if (source.is_dir() and source.suffix.lower() != ".gdb") or source.suffix.lower() == ".gpkg":
            written = hand_over(source, out, lang=lang, layer=layer)
            typer.echo(printable(f"{len(written)} layers and tables in {out}"))
        else:
            frame = sm.read(source, layer=layer, crs=crs)
            sm.write(frame, out)
            typer.echo(printable(f"{len(frame)} rows in {out}"))
