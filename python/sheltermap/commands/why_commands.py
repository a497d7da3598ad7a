# SPDX-License-Identifier: Apache-2.0
"""`sheltermap why`: the rows, the formula and the query behind a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sheltermap.commands.console import FINDINGS, Debug, Json, Lang, exit_codes, printable


def why(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The assessment.", show_default=False)],
    figure: Annotated[
        str | None,
        typer.Argument(metavar="[FIGURE]", help="ANALYSIS.FIGURE, or an indicator's id; without it, all there are."),
    ] = None,
    area: Annotated[str | None, typer.Option("--area", help="Of which area; by default of all.")] = None,
    measure: Annotated[str | None, typer.Option("--measure", help="Which column is counted, or rows.")] = None,
    threshold: Annotated[str | None, typer.Option("--threshold", help='Within which limit: "500 m", "15 min".')] = None,
    scenario: Annotated[str | None, typer.Option("--scenario", help="In which scenario.")] = None,
    category: Annotated[str | None, typer.Option("--category", help="Of which class, reason, store, …")] = None,
    against: Annotated[Path | None, typer.Option("--against", help="A former assessment: what the figure was.")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="The plan's folder, where paths of inputs start.")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Name all rows, not the first ones.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the rows of the first part to this file.")] = None,
    lang: Lang = "en",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Say why a figure is what it is: rows, formula, query, standard, inputs. Exit code 1: the query says otherwise."""
    with exit_codes(debug):
        import json

        from sheltermap.evidence.why import figures_to_ask
        from sheltermap.evidence.why import why as ask
        from sheltermap.evidence.why_lines import SHOWN, listing_lines, why_lines
        from sheltermap.layers import files

        if figure is None:
            names = figures_to_ask(folder, lang)
            if as_json:
                typer.echo(json.dumps(names.to_dict("records"), ensure_ascii=False, indent=1))
                return
            for line in listing_lines(names):
                typer.echo(printable(line))
            return
        given = {"area": area, "measure": measure, "threshold": threshold, "scenario": scenario, "category": category}
        found = ask(folder, figure, **given, against=against, data=data)
        if csv is not None:
            files.write(found.rows(), csv)
        if as_json:
            typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1, allow_nan=False))
        else:
            for line in why_lines(found, lang, None if show_all else SHOWN):
                typer.echo(printable(line))
        if found.agrees is False:
            raise typer.Exit(FINDINGS)
