# SPDX-License-Identifier: Apache-2.0
"""`sheltermap network …`: a street network made once and saved, for plans and notebooks that open it in a moment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sheltermap.commands.console import Debug, Json, exit_codes, printable


def network(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=".osm.pbf, .osm, .osm.gz, .bz2.", show_default=False)],
    profile: Annotated[str, typer.Option("--profile", help="walk, wheelchair, car or emergency.")] = "walk",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Save it here: town-walk.graph.", show_default=False)
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Make a street network of an OpenStreetMap file, save it, and say what it is made of and what was missing."""
    with exit_codes(debug):
        import json

        import sheltermap as sm
        from sheltermap.questions.sources import OSM_ATTRIBUTION, SAVED_ENDING

        if out is not None and out.suffix != SAVED_ENDING:
            raise ValueError(f"-o {out}: a saved network ends in {SAVED_ENDING}, so that plans know it by its name")
        made = sm.Network.from_osm(file, profile)  # type: ignore[arg-type]  # it says which profiles there are
        told = {name: value for name, value in made.summary.items() if name != "snap_limit_m"}  # is not saved
        if out is not None:
            made.save(out)
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False, indent=1, default=float))
            return
        for name, value in told.items():
            shown = f"{value:,.6g}" if isinstance(value, float) else str(value)
            typer.echo(printable(f"{name:<16} {shown}"))
        typer.echo(OSM_ATTRIBUTION)
