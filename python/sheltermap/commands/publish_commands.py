# SPDX-License-Identifier: Apache-2.0
"""`sheltermap publish …`: what everybody may see of an assessment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sheltermap.commands.console import Debug, Json, Lang, exit_codes, printable
from sheltermap.commands.shown_steps import Quiet

if TYPE_CHECKING:
    from sheltermap.public.publishing import Publication

Public = Annotated[
    Path | None, typer.Option("--public", help="Also write what everybody may see to this folder, as publish does.")
]


def publish(
    assessment: Annotated[
        Path, typer.Argument(metavar="ASSESSMENT", help="The folder that run wrote.", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Option("-o", "--out", help="Folder to publish to: new, empty, or an older one.", show_default=False),
    ],
    against: Annotated[
        Path | None, typer.Option("--against", help="The former publication: both together tell no more than each.")
    ] = None,
    k: Annotated[int, typer.Option("--k", help="The fewest people that a number stands for; from 3 on.")] = 10,
    grid: Annotated[str, typer.Option("--grid", help="Size of the squares in which people are counted.")] = "1 km",
    facilities: Annotated[
        str | None,
        typer.Option("--facilities", help="Inputs that are shown, with commas; else all places where people go."),
    ] = None,
    all_facilities_public: Annotated[
        bool, typer.Option("--all-facilities-public", help="Show all rows of inputs without a column public.")
    ] = False,
    base_map: Annotated[
        bool, typer.Option("--base-map", help="Show the plan's own base map; that of OpenStreetMap is shown anyway.")
    ] = False,
    lang: Lang = "en",
    as_json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write what everybody may see of an assessment: public facilities, people from k on, a page, a statement."""
    with exit_codes(debug):
        from sheltermap.public.publishing import publish as publish_assessment

        wanted = None if facilities is None else [each.strip() for each in facilities.split(",") if each.strip()]
        done = publish_assessment(
            assessment,
            out,
            against=against,
            k=k,
            grid=grid,
            facilities=wanted,
            all_facilities_public=all_facilities_public,
            base_map=base_map,
        )
        if as_json:
            typer.echo((out / "statement.json").read_text(encoding="utf-8"), nl=False)
        else:
            print_publication(done, lang, quiet=quiet)


def print_publication(done: Publication, lang: str, *, quiet: bool) -> None:
    """Print what was left out and why, and where the page is."""
    if quiet:
        return
    from sheltermap.base import texts

    typer.echo(printable(texts.say("public.written", lang, folder=f"{done.folder}{os.sep}")))
    for heading, sentences in done.statement.sections():
        typer.echo(printable(f"  {heading[lang]}"))
        for each in sentences:
            typer.echo(printable(f"    {each[lang]}"))
