# SPDX-License-Identifier: Apache-2.0
"""`sheltermap postgis …`: tables of a database as files, assessments into a database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sheltermap.base.language import REFERENCE, Language
from sheltermap.commands.console import FINDINGS, Debug, exit_codes, printable

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 20  # refused rows that are listed

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
    """Write a table or view of the database to a file, which plans and `inspect` take; one state of it, checked.

    Exit codes: 0 every row is sound, 1 the rows listed are in the file without a place, 2 bad input.
    """
    with exit_codes(debug):
        import sheltermap as sm

        frame = sm.read_postgis(
            table, schema=schema, service=service, id=id_column, geometry=geometry, crs=crs, strict=False
        )
        sm.write({table: frame}, out)
        for note in frame.attrs.get("sheltermap_notes", []):
            typer.echo(printable(f"note: {note}"), err=True)
        typer.echo(printable(f"{len(frame)} rows of {schema}.{table} in {out}"))
        refused = sm.refused(frame)
        for line in _refused_lines(refused):
            typer.echo(printable(line), err=True)
        if len(refused):
            raise typer.Exit(FINDINGS)


def _refused_lines(refused: pd.DataFrame) -> Iterator[str]:
    """Yield which rows have no place in the file, why, and what to do."""
    from sheltermap.base import texts

    if len(refused):
        yield f"{len(refused)} of them refused; they are in the file without a place:"
    for each in refused[:SHOWN].to_dict("records"):
        row_id = f", id {each['id']}" if each["id"] else ""
        yield f"  row {each['row']}{row_id}: {each['detail']}"
        yield f"      → {each['remedy']}"
    if len(refused) > SHOWN:
        yield texts.say("and_more", "en", count=len(refused) - SHOWN)


@postgis_app.command()
def write(
    assessment: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="An assessment, or a .gpkg.", show_default=False)
    ],
    schema: Annotated[str, typer.Argument(metavar="SCHEMA", help="One a year: assessment_2026.", show_default=False)],
    service: Service = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also a schema that holds another year.")] = False,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Of views and comments; by default the plan's first.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option("--crs", help="Of all geometries, EPSG:4326; by default that of each layer.")
    ] = None,
    has_views: Annotated[bool, typer.Option("--views/--no-views", help="Views with names and codes in words.")] = True,
    has_styles: Annotated[bool, typer.Option("--styles/--no-styles", help="For QGIS, in public.layer_styles.")] = True,
    debug: Debug = False,
) -> None:
    """Write an assessment's layers and tables to a schema of the database: the former ones or these, never a part.

    With views and comments in the words of the assessment, and its styles for QGIS. A schema that holds another year is
    replaced only if you say so, when asked on a terminal or by --replace.
    """
    with exit_codes(debug):
        from sheltermap.assessments.folder import GEOPACKAGE, first_language, year_of
        from sheltermap.postgis.geopackage import contents, in_crs
        from sheltermap.postgis.kept_styles import styles_in
        from sheltermap.postgis.writing import held_year, write_contents

        source = assessment / GEOPACKAGE if assessment.is_dir() else assessment
        layers = in_crs(contents(source), crs)
        styles = styles_in(source) if has_styles else None
        year = year_of(source.parent)
        if not replace and sys.stdin.isatty():
            former = held_year(schema, service=service)
            asked = f"The schema {schema} holds the assessment of {former}. Replace it?"
            replace = former not in (None, year) and typer.confirm(printable(asked))
        done = write_contents(
            layers,
            schema,
            service=service,
            year=year,
            replace=replace,
            lang=lang or first_language(source.parent) or REFERENCE,
            has_views=has_views,
            styles=styles,
        )
        for note in done.notes:
            typer.echo(printable(f"note: {note}"), err=True)
        beside = f", {len(done.views)} views, {done.styles} styles" if done.views or done.styles else ""
        said = f"{len(layers)} tables with {sum(done.rows.values())} rows{beside} in the schema {schema}"
        typer.echo(printable(said))
