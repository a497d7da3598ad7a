# SPDX-License-Identifier: Apache-2.0
"""`sheltermap pygeoapi`: what a server of OGC API reads, so that an assessment's layers are collections."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sheltermap.commands.console import Debug, exit_codes, printable

URL = "http://localhost:5000"


def pygeoapi(
    assessment: Annotated[Path, typer.Argument(metavar="FOLDER", help="An assessment.", show_default=False)],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder for what pygeoapi reads.", show_default=False)],
    schema: Annotated[
        str | None, typer.Option("--schema", help="Rows from this schema of PostGIS; else from a GeoPackage in OUT.")
    ] = None,
    url: Annotated[str, typer.Option("--url", help="Where people reach the server.")] = URL,
    debug: Debug = False,
) -> None:
    """Prepare an assessment for pygeoapi, an OGC API server: each result and input as a collection, in all languages.

    Look the configuration through before others may reach the server: it serves every row, also what the public may not
    see.
    """
    with exit_codes(debug):
        from sheltermap.assessments.pygeoapi import CONFIG, write_pygeoapi

        names = write_pygeoapi(assessment, out, url=url, schema=schema)
        typer.echo(printable(f"{len(names)} collections: PYGEOAPI_CONFIG={out / CONFIG}"))
