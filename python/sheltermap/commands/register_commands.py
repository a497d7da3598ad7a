# SPDX-License-Identifier: Apache-2.0
"""`sheltermap register …`: registers kept over time, from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sheltermap.commands.console import FINDINGS, Debug, Json, Lang, exit_codes, printable

if TYPE_CHECKING:
    from sheltermap.registers.changes import Changes
    from sheltermap.registers.merging import Merge

register_app = typer.Typer(no_args_is_help=True, help="Keep a register over the years: who changed what, when and why.")
Store = Annotated[Path, typer.Argument(metavar="STORE", help="The register, a .gpkg.", show_default=False)]
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Of the rows.", show_default=False)]
Why = Annotated[str, typer.Option("--why", help="The reason of the change.", show_default=False)]
By = Annotated[str | None, typer.Option("--by", help="Who makes it; else the user of this machine.")]
Since = Annotated[str | None, typer.Option("--since", help="The day from which it is so; else today.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="A value; nothing empties it.")]
From = Annotated[Path | None, typer.Option("--from", help="Rows of a file: CSV, XLSX, GeoPackage, …")]
MappingFile = Annotated[Path | None, typer.Option("--mapping", help="Which column is which field, a TOML file.")]
Crs = Annotated[str | None, typer.Option("--crs", help="Of the coordinates that come in: EPSG:3059.")]


@register_app.command()
def create(
    store: Store,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Of register: water_intake, …", show_default=False)],
    crs: Annotated[str, typer.Option("--crs", help="That places are kept in: EPSG:3059.")] = "EPSG:4326",
    geometry: Annotated[
        Literal["point", "line", "polygon"] | None, typer.Option("--geometry", help="Where the kind takes any.")
    ] = None,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """Make an empty register that keeps its history."""
    with exit_codes(debug):
        from sheltermap.registers import RegisterStore

        RegisterStore.create(store, kind, crs=crs, geometry=geometry, lang=lang)


@register_app.command()
def add(
    store: Store,
    why: Why,
    values: Set = None,
    source: From = None,
    by: By = None,
    since: Since = None,
    mapping: MappingFile = None,
    crs: Crs = None,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """Add an object (--set id=W1 --set kind=well --set lon=24.1 --set lat=56.9), or the rows of a file."""
    with exit_codes(debug):
        _change("add", store, _rows(values, source), by, why, lang, since=since, mapping=mapping, crs=crs)


@register_app.command()
def update(
    store: Store,
    why: Why,
    row_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Of the row.", show_default=False)] = None,
    values: Set = None,
    source: From = None,
    by: By = None,
    since: Since = None,
    mapping: MappingFile = None,
    crs: Crs = None,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """Change an object (W1 --set volume_m3=120), or those of a file, in the columns that it has."""
    with exit_codes(debug):
        rows = _rows(values, source)
        if (row_id is None) == (source is None):
            raise ValueError("name the row and what to --set, or give a file by --from")
        if row_id is not None:
            rows = {"id": row_id, **_without_id(rows, row_id)}
        _change("update", store, rows, by, why, lang, since=since, mapping=mapping, crs=crs)


@register_app.command()
def close(
    store: Store,
    ids: Ids,
    why: Why,
    by: By = None,
    since: Since = None,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """Say that objects are no more; their rows stay in the history."""
    with exit_codes(debug):
        _change("close", store, ids, by, why, lang, since=since)


@register_app.command()
def reopen(
    store: Store,
    ids: Ids,
    why: Why,
    by: By = None,
    since: Since = None,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """Put closed objects back as they were last."""
    with exit_codes(debug):
        _change("reopen", store, ids, by, why, lang, since=since)


@register_app.command()
def show(
    store: Store,
    row_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Of one row: its history.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="As it was at the end of that day.")] = None,
    as_json: Json = False,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """List the rows, now or as of a day, or the history of one row."""
    with exit_codes(debug):
        from sheltermap.registers import RegisterStore
        from sheltermap.registers.register_lines import history_lines, row_lines

        kept = RegisterStore(store)
        if row_id is not None and as_of is not None:
            raise ValueError("give an id for the history of a row, or --as-of for all rows of a day, not both")
        frame = kept.rows(as_of) if row_id is None else kept.history(row_id)
        if as_json:
            typer.echo(frame.to_json(ensure_ascii=False, default=str, to_wgs84=True, show_bbox=False))
        else:
            lines = history_lines(frame, kept.schema, lang) if row_id else row_lines(kept, frame, as_of, lang)
            for line in lines:
                typer.echo(printable(line))


@register_app.command()
def export(
    store: Store,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new .xlsx, .csv or .gpkg.", show_default=False)],
    as_of: Annotated[str | None, typer.Option("--as-of", help="As it was at the end of that day.")] = None,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """Write a copy for a colleague to edit; `merge` takes it back."""
    with exit_codes(debug):
        from sheltermap.registers import RegisterStore

        RegisterStore(store).export(out, as_of=as_of, lang=lang)


@register_app.command()
def merge(
    store: Store,
    copy: Annotated[Path, typer.Argument(metavar="COPY", help="As it came back.", show_default=False)],
    why: Why,
    by: By = None,
    since: Since = None,
    take: Annotated[
        Literal["mine", "theirs"] | None, typer.Option("--take", help="Whose value where both sides changed one.")
    ] = None,
    missing: Annotated[
        Literal["keep", "close"] | None, typer.Option("--missing", help="What becomes of rows the copy lacks.")
    ] = None,
    settled: Annotated[
        Path | None, typer.Option("--settled", help="The list of conflicts with its column “take” filled in.")
    ] = None,
    conflicts: Annotated[
        Path | None, typer.Option("--conflicts", help="Write the list of conflicts, .csv or .xlsx.")
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", help="Day or revision of the copy, where its copy_of is lost.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    mapping: MappingFile = None,
    crs: Crs = None,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """Take back an edited copy. Exit codes: 0 done, 1 conflicts are open and nothing was changed, 2 bad input."""
    with exit_codes(debug):
        from sheltermap.registers import RegisterStore
        from sheltermap.registers.sheets import write_sheet

        kept = RegisterStore(store)
        rules: dict[str, Any] = {"take": take, "missing": missing, "settled": settled, "base": base}
        given: dict[str, Any] = {"since": since, "mapping": mapping, "crs": crs, "dry_run": dry_run}
        with _refusals_in(lang):
            result = kept.merge(copy, by=by or _user(), why=why, **rules, **given)
        if conflicts is not None:
            write_sheet(result.conflicts, conflicts)
        _print_merge(result, lang)
        if len(result.open):
            raise typer.Exit(FINDINGS)


@register_app.command()
def todo(
    store: Store,
    year: Annotated[int, typer.Option("--year", help="Dates up to its end count.", show_default=False)],
    every_months: Annotated[
        int | None, typer.Option("--every-months", help="Between inspections, where no next one is recorded.")
    ] = None,
    min_volume: Annotated[float | None, typer.Option("--min-volume", help="Smallest volume, m³.")] = None,
    settlements: Annotated[Path | None, typer.Option("--settlements", help="A layer of points or polygons.")] = None,
    within: Annotated[str | None, typer.Option("--within", help="Of a settlement: “500 m”, “2 km”; or metres.")] = None,
    name: Annotated[str, typer.Option("--name", help="Column of the settlements' names.")] = "name",
    central_supply: Annotated[
        str | None, typer.Option("--central-supply", help="Their yes-or-no column: those with yes need no point.")
    ] = None,
    min_return_period: Annotated[
        float | None, typer.Option("--min-return-period", help="Of the flood that structures should hold, years.")
    ] = None,
    crs: Crs = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write the list, .csv or .xlsx.")] = None,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """List what is to be done in a year: inspections, goods past their date, volumes, distances to settlements."""
    with exit_codes(debug):
        import sheltermap as sm
        from sheltermap.analyses.todo import todo as tasks_of
        from sheltermap.registers import RegisterStore
        from sheltermap.registers.register_lines import todo_lines
        from sheltermap.registers.sheets import write_sheet

        kept = RegisterStore(store)
        layer = None if settlements is None else sm.read(settlements, crs=crs)
        limits: dict[str, Any] = {
            "every_months": every_months,
            "min_volume_m3": min_volume,
            "within_m": _metres(within),
        }
        limits["min_return_period_years"] = min_return_period
        towns: dict[str, Any] = {"settlements": layer, "settlement_name": name, "central_supply": central_supply}
        tasks = tasks_of(kept.rows(), kept.kind, year, lang=lang, **limits, **towns)
        if out is not None:
            write_sheet(tasks, out)
        for line in todo_lines(tasks, year, lang):
            typer.echo(printable(line))


def _metres(text: str | None) -> float | None:
    """Return the metres that an option says, with a unit or without."""
    from contextlib import suppress

    from sheltermap.base.limits import Limit

    if text is None:
        return None
    with suppress(ValueError):
        return float(text)
    limit = Limit.parse(text)
    if limit.in_time:
        raise ValueError(f"--within is a distance, “500 m” or “2 km”, not {text}")
    return limit.value


def _rows(values: list[str] | None, source: Path | None) -> Any:
    """Return what `--set` says as a row, or the path of `--from`."""
    if (values is None) == (source is None):
        raise ValueError("say what by --set FIELD=VALUE, or give a file by --from; one of the two")
    if values is None:
        return source
    pairs = [each.partition("=") for each in values]
    wrong = next((name for name, mark, _ in pairs if not mark or not name.strip()), None)
    if wrong is not None:
        raise ValueError(f"--set {wrong}: write FIELD=VALUE")
    names = [name.strip() for name, _, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        said = " and ".join(
            f"--set {name.strip()}={value.strip()}" for name, _, value in pairs if name.strip() == twice
        )
        raise ValueError(f"{said}: a field has one value; say which")
    return {name: value.strip() or None for name, (_, _, value) in zip(names, pairs, strict=True)}


def _without_id(values: dict[str, Any], row_id: str) -> dict[str, Any]:
    """Return what is to be set of a row; ValueError where that is its identifier, under whatever name."""
    from sheltermap.base.suggestions import folded
    from sheltermap.registers.schema import schema

    spellings = {folded(each) for each in schema("shelter").fields["id"].spellings}  # all kinds share the field
    wrong = next((name for name in values if folded(name) in spellings), None)
    if wrong is not None:
        raise ValueError(
            f"--set {wrong}: the row {row_id!r} keeps its identifier for good; leave this out, or close the row and "
            "add one under the new identifier"
        )
    return values


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError):
        raise ValueError("this machine does not say who you are; give --by") from None


def _change(what: str, store: Path, rows: Any, by: str | None, why: str, lang: str, **given: Any) -> None:
    from sheltermap.registers import RegisterStore

    kept = RegisterStore(store)
    with _refusals_in(lang):
        changes = getattr(kept, what)(rows, by=by or _user(), why=why, **given)
    _print_changes(changes, lang)


@contextmanager
def _refusals_in(lang: str) -> Iterator[None]:
    """Say what was refused in the language asked for."""
    from sheltermap.registers import RegisterError

    try:
        yield
    except RegisterError as error:
        raise ValueError(error.told(lang)) from None


def _print_changes(changes: Changes, lang: str) -> None:
    from sheltermap.registers.register_lines import change_lines

    for line in change_lines(changes, lang):
        typer.echo(printable(line))


def _print_merge(result: Merge, lang: str) -> None:
    from sheltermap.base.texts import say
    from sheltermap.registers.register_lines import conflict_lines

    for line in conflict_lines(result.open, lang):
        typer.echo(printable(line))
    if len(result.open):
        typer.echo(say("merge_open", lang, count=len(result.open)))
    elif result.applied:
        _print_changes(result.done, lang)
    else:
        typer.echo(say("merge_would", lang, count=len(result.plan)))
