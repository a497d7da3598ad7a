# SPDX-License-Identifier: Apache-2.0
"""`sheltermap warn …`: an alert against a plan, for the officer on duty."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sheltermap.base.language import Language
from sheltermap.commands.console import Debug, Json, exit_codes, printable
from sheltermap.commands.shown_steps import Quiet, Verbose, steps


def warn(
    alerts: Annotated[
        list[Path],
        typer.Argument(metavar="ALERT…", help="CAP 1.2 files; of several the latest state holds.", show_default=False),
    ],
    plan: Annotated[Path, typer.Option("--plan", help="The plan, a TOML file.", show_default=False)],
    at: Annotated[
        str | None, typer.Option("--at", help="For which time, with its zone: 2026-03-01T06:00:00+02:00; else now.")
    ] = None,
    level: Annotated[float | None, typer.Option("--level", help="Forecast level of water, metres.")] = None,
    geocodes: Annotated[
        Path | None, typer.Option("--geocodes", help="What codes stand for: a table code, area; or polygons with code.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Folder for JSON, texts and maps.", show_default=False)
    ] = None,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Language of the text; by default all of the plan.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Say who and what lies in the area of a warning, and what can be used outside. Exit code 2: refused, expired."""
    with exit_codes(debug):
        import json

        from sheltermap.alerts.warning import warn as warn_people
        from sheltermap.alerts.warning_folder import check_warning_folder, write_warning
        from sheltermap.plans.plan import load_plan

        if out is not None:
            check_warning_folder(out.resolve())
        loaded = load_plan(plan)
        languages = loaded.languages if lang is None else [lang]
        with steps(quiet=quiet, verbose=verbose) as tell:
            tell(0, 2, f"Look who lies in {', '.join(each.name for each in alerts)}")
            warned = warn_people(alerts, loaded, at=at, level_m=level, geocodes=geocodes)
            if out is not None:
                tell(1, 2, f"Write {out}")
            written = [] if out is None else write_warning(warned, out, languages)
            tell(2, 2, "Done")
        if as_json:
            typer.echo(json.dumps(warned.to_dict(), ensure_ascii=False, indent=1, allow_nan=False))
            return
        if quiet:
            return
        typer.echo(printable("\n".join(warned.text(each) for each in languages)), nl=False)
        for each in written:
            typer.echo(printable(f"  {each}"))
