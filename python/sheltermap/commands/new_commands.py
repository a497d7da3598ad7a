# SPDX-License-Identifier: Apache-2.0
"""`sheltermap new …`: a first plan for one's own files."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sheltermap.commands.console import Debug, Lang, exit_codes, printable

if TYPE_CHECKING:
    from sheltermap.base.limits import Limit
    from sheltermap.commands.asking import Asking
    from sheltermap.plans.drafting import Part
    from sheltermap.plans.guessing import Candidate, Role

WITHIN = "500 m"  # where nobody says how near is near enough
ROLES = "What files are"


def new(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="To be written: plan.toml.", show_default=False)],
    data: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILES…", help="Layers, streets, folders of them; what each is, is guessed."),
    ] = None,
    people: Annotated[
        str | None,
        typer.Option(metavar="FILE[:LAYER][:COLUMN]", help="People, and their number.", rich_help_panel=ROLES),
    ] = None,
    facilities: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE[:LAYER]", help="Where people go, or help comes from.", rich_help_panel=ROLES),
    ] = None,
    areas: Annotated[
        str | None,
        typer.Option(metavar="FILE[:LAYER][:COLUMN]", help="Areas, and their names.", rich_help_panel=ROLES),
    ] = None,
    zones: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE[:LAYER][:COLUMN]", help="Zones of a hazard, and scenarios.", rich_help_panel=ROLES),
    ] = None,
    streets: Annotated[
        str | None, typer.Option(metavar="FILE[:LAYER]", help=".osm.pbf, lines, .graph.", rich_help_panel=ROLES)
    ] = None,
    within: Annotated[
        str | None, typer.Option("--within", help=f"How near is near enough: “{WITHIN}” (default), “15 minutes”.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="Of the plan; by default its file's name.")] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Of files that name none: EPSG:3059.")] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Write plan.schema.json beside it, by which editors know the keys.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take what is guessed.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the plan that is there.")] = False,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """Look at files and write a plan that runs. What each file is, is guessed, and asked at a terminal."""
    with exit_codes(debug):
        from sheltermap.base.limits import Limit
        from sheltermap.commands.asking import Asking
        from sheltermap.layers.toml_files import write_toml
        from sheltermap.plans.drafting import Draft, plan_text
        from sheltermap.plans.plan import load_plan
        from sheltermap.plans.plan_schema import SCHEMA_FILE, schema_text

        if plan.suffix.lower() != ".toml":
            raise ValueError(f"{plan}: a plan is a TOML file; name it first, as plan.toml, then the data")
        if plan.exists() and not force:
            raise ValueError(f"{plan} is there already; --force replaces it")
        limit = None if within is None else Limit.parse(within)
        asking = Asking(lang, asks=not yes and sys.stdin.isatty() and sys.stderr.isatty())
        flags: list[tuple[Role, str | None]] = [("people", people), ("areas", areas), ("streets", streets)]
        flags += [("facilities", each) for each in facilities or ()] + [("zones", each) for each in zones or ()]
        parts = _parts(data or [], [(role, given) for role, given in flags if given], crs, asking)
        near = _near(parts, asking) if limit is None else limit
        called = title or asking.text("ask_title", plan.stem.replace("_", " "))
        draft = Draft(called, parts, near)
        text = plan_text(draft, plan.resolve().parent, lang, f"./{SCHEMA_FILE}" if schema else None)
        if schema:
            write_toml(plan.with_name(SCHEMA_FILE), schema_text())
        write_toml(plan, text)
        made = load_plan(plan)
        inputs = asking.count("inputs", len(made.inputs) + len(made.networks))
        analyses = asking.count("analyses_count", len(made.analyses))
        typer.echo(printable(asking.say("written", plan=str(plan), inputs=inputs, analyses=analyses)))
        typer.echo(asking.say("next"))
        typer.echo(printable(f"  sheltermap validate {shlex.quote(str(plan))}"))
        typer.echo(printable(f"  sheltermap run {shlex.quote(str(plan))} -o {shlex.quote(str(plan.parent / 'out'))}"))


def _near(parts: Sequence[Part], asking: Asking) -> Limit:
    """Ask how near is near enough, where something is asked that needs it."""
    from sheltermap.base.limits import Limit
    from sheltermap.plans.drafting import time_fault

    roles = {part.role for part in parts}

    def check(limit: Limit) -> None:
        if limit.in_time and "streets" not in roles:
            raise ValueError(time_fault(limit))

    return asking.limit("ask_within", WITHIN, check) if "facilities" in roles else Limit.parse(WITHIN)


def _parts(data: Sequence[Path], flags: Sequence[tuple[Role, str]], crs: str | None, asking: Asking) -> list[Part]:
    """Return what each file is: first those that flags name, then the others as guessed, or answered."""
    from sheltermap.plans.guessing import data_files

    named = [(role, *_taken_apart(given)) for role, given in flags]
    seen = _seen(data_files([*(path for _, path, _ in named), *data]), crs, asking)
    parts = [_named_part(role, seen[path], rest) for role, path, rest in named]
    for path, layers in seen.items():
        if path not in {path for _, path, _ in named}:
            for each in layers:
                parts += _guessed_part(each, [part.role for part in parts], asking)
    return parts


def _taken_apart(given: str) -> tuple[Path, list[str]]:
    """Return the file of FILE[:LAYER][:COLUMN], whose name may have colons itself, and the other parts."""
    pieces = given.split(":")
    for end in range(len(pieces), 0, -1):
        if (path := Path(":".join(pieces[:end]))).exists():
            return path, pieces[end:]
    return Path(given), []


def _seen(paths: Sequence[Path], crs: str | None, asking: Asking) -> dict[Path, list[Candidate]]:
    """Look at all files; ReadError with all that cannot be read."""
    from sheltermap import CrsError, ReadError, SheltermapError
    from sheltermap.plans.guessing import look

    seen: dict[Path, list[Candidate]] = {}
    faults: list[str] = []
    for path in paths:
        try:
            try:
                seen[path] = look(path, crs)
            except CrsError:
                if crs is not None or not asking.asks:
                    raise
                seen[path] = look(path, asking.text("ask_crs", "EPSG:4326", file=path.name))
        except SheltermapError as error:
            faults.append(re.sub(r"\bcrs='([^']*)'", r"--crs \1", str(error)))
    if faults:
        raise ReadError("\n".join(faults))
    return seen


def _named_part(role: Role, layers: Sequence[Candidate], rest: Sequence[str]) -> Part:
    """Return the part of a file that a flag names."""
    from sheltermap.base.suggestions import unknown
    from sheltermap.plans.drafting import Part

    if named := [each for each in layers if rest and each.layer == rest[0]]:
        layers, rest = named, rest[1:]
    fitting = [each for each in layers if role in each.allowed]
    if not fitting:
        raise ValueError(f"{layers[0].called} holds {layers[0].shape or 'streets'}, which cannot be {role}")
    if len(fitting) > 1:
        names = ", ".join(str(each.layer) for each in fitting)
        raise ValueError(f"{layers[0].path.name} has several layers: name one behind a colon, of {names}")
    (seen,) = fitting
    if len(rest) > 1 or (rest and role not in ("people", "areas", "zones")):
        raise ValueError(
            f"--{role}: {':'.join(rest)} is neither a layer of {seen.path.name} nor a column that is asked for"
        )
    if rest and rest[0] not in seen.columns(role):
        raise ValueError(f"{seen.called}: {unknown(f'no column for {role}', rest[0], seen.columns(role))}")
    column = rest[0] if rest else seen.column(role)
    if role == "areas" and column is None:
        raise ValueError(f"{seen.called} has no column of texts that can be the names of areas")
    return Part(seen, role, column)


def _guessed_part(seen: Candidate, taken: Sequence[Role], asking: Asking) -> Iterator[Part]:
    """Give the part that a layer plays, as guessed or answered; nothing where it is left out."""
    from sheltermap.plans.drafting import ONCE, Part

    free = [role for role in seen.allowed if role not in ONCE or role not in taken]
    guess = next((role for role in seen.roles if role in free), None)
    if asking.asks and free:
        asking.tell(_told(seen, asking))
        words = {role: asking.say(f"role_{role}") for role in (*free, "skip")}
        answer = asking.choice("ask_role", words, guess or "skip")
        guess = next((role for role in free if role == answer), None)
    elif guess is None:
        asking.tell(asking.say("left_out_cells" if seen.is_raster else "left_out", file=seen.called))
    if guess is not None:
        column = seen.column(guess)
        asked = guess in ("people", "areas", "zones")
        question = "ask_cells" if seen.is_raster else f"ask_{guess}"
        yield Part(seen, guess, asking.column(question, seen.columns(guess), column) if asked else None)


def _told(seen: Candidate, asking: Asking) -> str:
    from sheltermap.base import texts

    if seen.is_network:
        return asking.say("seen_streets", file=seen.called)
    shape = asking.say(f"shape_{seen.shape}")
    return asking.say("seen", file=seen.called, rows=texts.number(seen.rows), shape=shape, crs=seen.crs)
