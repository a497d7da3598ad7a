# SPDX-License-Identifier: Apache-2.0
"""`sheltermap pack …`: a finished assessment as one archive to be handed over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sheltermap.commands.console import Debug, Json, Lang, exit_codes, printable


def pack(
    assessment: Annotated[
        Path, typer.Argument(metavar="ASSESSMENT", help="The folder that run wrote.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="The .zip: new, or an older pack; else beside the folder, by its name."),
    ] = None,
    public: Annotated[
        Path | None, typer.Option("--public", help="The folder that publish wrote of it, to be packed as well.")
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Pack an assessment to be handed over: briefing, layers for QGIS and ArcGIS, spreadsheets, sources, README."""
    with exit_codes(debug):
        from sheltermap.base import texts
        from sheltermap.handover.pack_layout import README
        from sheltermap.handover.packing import pack as pack_assessment

        done = pack_assessment(assessment, out, public=public)
        if as_json:
            import json

            told = {"path": str(done.path), "bytes": done.bytes, "sha256": done.sha256}
            told |= {"has_public": done.has_public, "files": done.files}
            typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
            return
        path = done.path if out is None else out
        size = texts.decimal(f"{done.bytes / 1e6:.1f}", lang)
        typer.echo(printable(texts.say("pack.written", lang, path=str(path), count=str(len(done.files)), size=size)))
        said = next(name for name in (README.format(lang=lang), done.files[0]) if name in done.files)
        typer.echo(printable(f"  {texts.say('pack.read_first', lang, file=said)}"))
        typer.echo(f"  SHA-256 {done.sha256}")
