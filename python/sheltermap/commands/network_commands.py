# SPDX-License-Identifier: Apache-2.0
"""`sheltermap network …`: a street network made once and saved, for plans and notebooks that open it in a moment."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sheltermap.commands.console import Debug, Json, exit_codes, printable
from sheltermap.commands.shown_steps import Quiet, Verbose, steps

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.streets.network import Network

LINES = "Layers of lines"
Column = Annotated[str | None, typer.Option(show_default=False, rich_help_panel=LINES)]


def network(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=".osm.pbf, .osm, .osm.gz, .bz2; a layer of lines; a saved .graph.", show_default=False
        ),
    ],
    profile: Annotated[
        str | None, typer.Option("--profile", help="Of OpenStreetMap: walk (default), wheelchair, car or emergency.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Save it here: town-walk.graph.", show_default=False)
    ] = None,
    join_ends_m: Annotated[
        float | None,
        typer.Option(
            "--join-ends-m", min=0, help="Join ends this near to another street. Lines: 0.5, OpenStreetMap: 0 m."
        ),
    ] = None,
    node: Annotated[bool, typer.Option("--node", help="Let streets meet where they cross without a vertex.")] = False,
    layer: Annotated[str | None, typer.Option(help="Which layer of the file.", rich_help_panel=LINES)] = None,
    crs: Annotated[str | None, typer.Option(help="Its reference system.", rich_help_panel=LINES)] = None,
    speed_kmh: Annotated[
        str | None, typer.Option("--speed-kmh", help="Column, or one speed: 5 km/h.", rich_help_panel=LINES)
    ] = None,
    one_way: Column = None,
    bridge: Column = None,
    tunnel: Column = None,
    level: Column = None,
    name: Column = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Make a street network, save it, and say what it is made of, what was missing and where streets do not meet."""
    with exit_codes(debug):
        import json

        import sheltermap as sm
        from sheltermap.basemap.openstreetmap import OSM_ATTRIBUTION, OSM_ENDINGS
        from sheltermap.questions.sources import SAVED_ENDING

        if out is not None and out.suffix != SAVED_ENDING:
            raise ValueError(f"-o {out}: a saved network ends in {SAVED_ENDING}, so that plans know it by its name")
        joining = _given(join_ends_m=join_ends_m, node=node or None)
        reading = _given(layer=layer, crs=crs)
        columns = _given(speed_kmh=speed_kmh, one_way=one_way, bridge=bridge, tunnel=tunnel, level=level, name=name)
        is_osm = file.name.lower().endswith(OSM_ENDINGS)
        with steps(quiet=quiet, verbose=verbose) as tell:
            tell(0, 2, f"Read the streets of {file}")
            if is_osm:
                _refuse(file, reading | columns, "layers of lines")
                made = sm.Network.from_osm(file, profile or "walk", **joining)  # type: ignore[arg-type]  # it says which
            elif file.name.lower().endswith(SAVED_ENDING):
                _refuse(file, _given(profile=profile) | joining | reading | columns, "what streets are made of")
                made = sm.Network.load(file)
            else:
                _refuse(file, _given(profile=profile), "files of OpenStreetMap")
                made = _of_lines(sm.read(file, **reading), columns | joining)
            if out is not None:
                tell(1, 2, f"Save {out}")
                made.save(out)
            tell(2, 2, "Done")
        if quiet:
            return
        told = {key: value for key, value in made.summary.items() if key != "snap_limit_m"}  # is not saved
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False, indent=1, default=float))
            return
        for key, value in told.items():
            shown = f"{value:,.6g}" if isinstance(value, float) else str(value)
            typer.echo(printable(f"{key:<18} {shown}"))
        if is_osm:
            typer.echo(OSM_ATTRIBUTION)


def _given(**options: Any) -> dict[str, Any]:
    return {key: value for key, value in options.items() if value is not None}


def _refuse(file: Path, options: dict[str, Any], where: str) -> None:
    if options:
        raise ValueError(f"--{next(iter(options)).replace('_', '-')} is for {where}, which {file.name} is not")


def _of_lines(lines: GeoDataFrame, options: dict[str, Any]) -> Network:
    import sheltermap as sm

    speed = options.get("speed_kmh")
    if speed is not None and speed not in lines.columns:
        with suppress(ValueError):  # else it is a column that is not there, as the network says
            options = options | {"speed_kmh": float(speed)}
    return sm.Network.from_lines(lines, **options)
