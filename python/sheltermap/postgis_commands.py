# SPDX-License-Identifier: Apache-2.0
"""`sheltermap postgis …`: tables of a database as files, assessments into a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sheltermap.console import Debug, exit_codes, printable

postgis_app = typer.Typer(
    no_args_is_help=True,
    help="Read registers from PostGIS, write assessments to it. libpq's environment or service file says where it is.",
)
Service = Annotated[
    str | None, typer.Option("--service", help="Of the service file; else the environment (PGHOST, …).")
]


@postgis_app.command()
def read(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A table or view.", show_default=False)],
    out: Annotated[Path, typer.Argument(metavar="OUT", help=".gpkg, .geojson, .fgb or .csv.", show_default=False)],
    schema: Annotated[str, typer.Option("--schema", help="That it is in.")] = "public",
    service: Service = None,
    id_column: Annotated[str | None, typer.Option("--id", help="The column that names the rows.")] = None,
    geometry: Annotated[str | None, typer.Option("--geometry", help="Which one, where there are several.")] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Where the table has SRID 0: EPSG:3059.")] = None,
    debug: Debug = False,
) -> None:
    """Write a table or view of the database to a file, which plans and `inspect` take; one state of it, checked."""
    with exit_codes(debug):
        import sheltermap as sm

        frame = sm.read_postgis(
            table, schema=schema, service=service, id=id_column, geometry=geometry, crs=crs, strict=False
        )
        sm.write({table: frame}, out)
        for note in frame.attrs.get("sheltermap_notes", []):
            typer.echo(printable(f"note: {note}"), err=True)
        typer.echo(printable(f"{len(frame)} rows of {schema}.{table} in {out}"))


@postgis_app.command()
def write(
    assessment: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="An assessment, or a .gpkg.", show_default=False)
    ],
    schema: Annotated[str, typer.Argument(metavar="SCHEMA", help="One a year: assessment_2026.", show_default=False)],
    service: Service = None,
    debug: Debug = False,
) -> None:
    """Write an assessment's layers and tables to a schema of the database: the former ones or these, never a part."""
    with exit_codes(debug):
        import sheltermap as sm
        from sheltermap.postgis.geopackage import contents

        source = assessment / "assessment.gpkg" if assessment.is_dir() else assessment
        layers = contents(source)
        sm.write_postgis(layers, schema, service=service)
        rows = sum(len(frame) for frame in layers.values())
        typer.echo(printable(f"{len(layers)} tables with {rows} rows in the schema {schema}"))
