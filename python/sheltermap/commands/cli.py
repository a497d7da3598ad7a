# SPDX-License-Identifier: Apache-2.0
"""The command line. What a command needs is imported when it runs, so that --help answers at once."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sheltermap.commands.console import FAULT, FINDINGS, Debug, Json, Lang, exit_codes, note, printable, require_utf8
from sheltermap.commands.convert_commands import convert
from sheltermap.commands.listing_commands import demands, list_kinds, list_standards, schema
from sheltermap.commands.network_commands import network
from sheltermap.commands.new_commands import new
from sheltermap.commands.pack_commands import pack
from sheltermap.commands.postgis_commands import postgis_app
from sheltermap.commands.publish_commands import Public, print_publication, publish
from sheltermap.commands.register_commands import register_app
from sheltermap.commands.serving_commands import pygeoapi
from sheltermap.commands.shown_steps import Quiet, Verbose, steps
from sheltermap.commands.warn_commands import warn
from sheltermap.commands.why_commands import why

if TYPE_CHECKING:
    from sheltermap.assessments.run import Progress
    from sheltermap.questions.scenario_sources import ScenarioSource
    from sheltermap.runs.assessment import Assessment

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Who has no shelter, water or help near enough: exact on the ellipsoid, every figure with its reason.",
)
PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="The plan, a TOML file.", show_default=False)]


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 findings, 2 bad input, 3 fault, 130 interrupted, 141 unread."""
    warnings.showwarning = note
    require_utf8(sys.argv[1:])
    app(prog_name="sheltermap")


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context, version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False
) -> None:
    if version:
        from importlib.metadata import PackageNotFoundError
        from importlib.metadata import version as installed

        try:
            typer.echo(f"sheltermap {installed('sheltermap')}")
        except PackageNotFoundError:
            typer.echo("sheltermap (from its source tree, not installed)")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command()(new)  # first, as it is for whoever comes first


@app.command()
def run(
    plan: PlanFile,
    out: Annotated[
        Path,
        typer.Option("-o", "--out", help="Folder for the assessment: new, empty, or an older one.", show_default=False),
    ],
    against: Annotated[
        Path | None, typer.Option("--against", help="A former assessment: the report says what its figures were.")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Print the report to report.pdf, by Chromium.")] = False,
    pictures: Annotated[bool, typer.Option("--pictures", help="Write its pictures as PNG and SVG.")] = False,
    public: Public = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Run a plan and leave an assessment folder: layers, figures, report."""
    with exit_codes(debug):
        from sheltermap.assessments.run import run as run_plan

        if public is not None:
            from sheltermap.public.publication_folder import check_publication_folder

            check_publication_folder(public.resolve())
        if Path.cwd().is_relative_to(out.resolve()):
            out = out.resolve()  # we stand in the folder that is replaced: only its full path leads there afterwards
        with steps(quiet=quiet, verbose=verbose) as progress:
            assessment = run_plan(plan, out, against=against, pdf=pdf, pictures=pictures, progress=progress)
        if as_json:
            typer.echo((out / "summary.json").read_text(encoding="utf-8"), nl=False)
        elif not quiet:
            _print_assessment(assessment, out)
        if public is not None:
            from sheltermap.public.publishing import publish as publish_assessment

            print_publication(publish_assessment(out, public), assessment.plan.languages[0], quiet=quiet or as_json)


@app.command()
def validate(
    plan: PlanFile,
    no_data: Annotated[bool, typer.Option("--no-data", help="Look at the plan alone, not at what it reads.")] = False,
    debug: Debug = False,
) -> None:
    """Validate a plan and the data that it reads, and say what it will do; every fault is told at once."""
    with exit_codes(debug):
        from sheltermap.base import texts
        from sheltermap.plans.plan import load_plan
        from sheltermap.runs.plan_data import read_plan_data, what_is_read

        loaded = load_plan(plan)
        with steps(quiet=no_data, verbose=False) as progress:
            data = None if no_data else read_plan_data(loaded, _told_to(progress, what_is_read(loaded)))
        lang = loaded.languages[0]
        typer.echo(printable(loaded.title.get(lang)))
        lines = [("input", name, source.said) for name, source in loaded.inputs.items()]
        lines += [("network", name, streets.place) for name, streets in loaded.networks.items()]
        lines += [("table", name, costs.place) for name, costs in loaded.tables.items()]
        lines += [("raster", name, raster.path) for name, raster in loaded.rasters.items()]
        lines += [("base_map", name, path) for name, path in loaded.map.files.items()]
        lines += [("scenario", each.id, _hazard(each, lang)) for each in loaded.scenarios]
        lines += [
            ("standard", each.id, f"{demands(each, lang)}, {texts.say(each.status, lang)}") for each in loaded.standards
        ]
        lines = [(texts.say(f"planned.{what}", lang), name, said) for what, name, said in lines]
        lines += [(analysis.kind, analysis.name, analysis.title.get(lang)) for analysis in loaded.analyses]
        for what, name, said in lines:
            typer.echo(printable(f"  {what:<13} {name:<24} {said}"))
        for record in data.records if data is not None else []:
            rows = texts.counted("validated.rows", record.rows)[lang]
            if record.refused:
                rows += ", " + texts.counted("validated.refused", record.refused)[lang]
            crs = record.crs
            if record.crs_by_columns:
                crs += f" ({texts.say('crs_by_columns', lang, columns=record.crs_by_columns)})"
            typer.echo(printable(texts.say("validated.read", lang, name=record.name, rows=rows, crs=crs)))
            for told in record.notes:
                typer.echo(printable(f"  {told}"))


def _told_to(progress: Progress, total: int) -> Callable[[str], None]:
    """Return who counts the steps of reading a plan's data for a bar."""
    done = iter(range(total))
    return lambda step: progress(next(done, total), total, step)


def _hazard(scenario: ScenarioSource, lang: str) -> str:
    from sheltermap.base import texts
    from sheltermap.base.scenarios import hazard_words
    from sheltermap.questions.scenario_tables import likelihood_words

    return (
        f"{hazard_words(scenario.hazard)[lang]}, {likelihood_words(scenario)[lang]}, {texts.say(scenario.status, lang)}"
    )


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The register, as it is.", show_default=False)],
    kind: Annotated[str, typer.Option("--as", metavar="KIND", help="Of register: shelter, water_intake, …")],
    mapping: Annotated[Path | None, typer.Option("--mapping", help="Which column is which field, a TOML file.")] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Of the coordinates: EPSG:3059.")] = None,
    layer: Annotated[str | None, typer.Option("--layer", help="Of a file with several; of XLSX the sheet.")] = None,
    min_return_period: Annotated[
        float | None, typer.Option("--min-return-period", help="Of the flood that structures should hold, years.")
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Check a register row by row: what is wrong and what to do. Exit codes: 0 nothing, 1 findings, 2 bad input."""
    with exit_codes(debug):
        from sheltermap.registers import inspect as inspect_register
        from sheltermap.registers.register_lines import lines

        asked: dict[str, Any] = {"crs": crs, "layer": layer, "min_return_period_years": min_return_period}
        found = inspect_register(file, kind, mapping, **asked)
        if as_json:
            import json

            typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1, allow_nan=False))
        else:
            for line in lines(found, lang):
                typer.echo(printable(line))
        if not found.is_clean:
            raise typer.Exit(FINDINGS)


@app.command()
def template(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Of register: shelter, …", show_default=False)],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new .gpkg, .xlsx or .csv.", show_default=False)],
    crs: Annotated[str, typer.Option("--crs", help="Of a GeoPackage: EPSG:3059.")] = "EPSG:4326",
    geometry: Annotated[
        Literal["point", "line", "polygon"] | None, typer.Option("--geometry", help="Where the kind takes any.")
    ] = None,
    lang: Lang = "en",
    debug: Debug = False,
) -> None:
    """Write an empty register: QGIS shows it with labels and drop-downs, a spreadsheet with drop-downs."""
    with exit_codes(debug):
        from sheltermap.registers import template as write_template

        write_template(kind, out, lang=lang, crs=crs, geometry=geometry)


app.command()(convert)


@app.command()
def compare(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="OLDER… NEWER", help="Assessments, the oldest first; two or more.", show_default=False),
    ],
    report: Annotated[Path | None, typer.Option("--report", help="Write a page with maps: change.html.")] = None,
    layers: Annotated[Path | None, typer.Option("--layers", help="Write layers and tables: change.gpkg.")] = None,
    lang: Lang = "en",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Say what changed between two years and why; years before them tell how old the gaps are."""
    with exit_codes(debug):
        from sheltermap.years import compare as compare_years
        from sheltermap.years.year_lines import comparison_lines

        if len(folders) < 2:
            raise ValueError("name at least two assessments, the oldest first")
        change = compare_years(*folders[-2:], earlier=folders[:-2])
        if report is not None:
            change.write_page(report)
        if layers is not None:
            change.write_layers(layers)
        if as_json:
            import json

            typer.echo(json.dumps(change.to_dict(), ensure_ascii=False, indent=1, allow_nan=False))
        else:
            for line in comparison_lines(change, lang):
                typer.echo(printable(line))


@app.command()
def check(
    plan: PlanFile,
    against: Annotated[Path | None, typer.Option("--against", help="The assessment to compare with.")] = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="What fails, with commas: check,coverage_fell,gap_opened,…")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Keep the assessment in this folder.")] = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML for a CI server.")] = None,
    lang: Lang = "en",
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only what fails, and errors.")] = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Run a plan and fail if things are worse than it allows. Exit codes: 0 fine, 1 worse, 2 bad input, 3 fault."""
    with exit_codes(debug):
        from sheltermap.assessments.folder import check_target, write_text
        from sheltermap.assessments.overwriting import check_junit
        from sheltermap.assessments.run import assess, keep, steps_of
        from sheltermap.plans.plan import load_plan
        from sheltermap.years import check as check_years
        from sheltermap.years.earlier import recorded
        from sheltermap.years.gate import FAIL_ON, kinds
        from sheltermap.years.year_lines import gate_lines

        wanted = FAIL_ON if fail_on is None else kinds(fail_on)
        # Whatever may be wrong is found before anything is replaced, and what is compared with is never replaced.
        if out is not None:
            out = out.resolve()
            if against is not None and out == against.resolve():
                raise ValueError(f"-o and --against are both {out}: it would be replaced; keep the new one elsewhere")
            check_target(out)
        if junit is not None:
            check_junit(junit)
        former = None if against is None else recorded(against)
        began = monotonic()
        loaded = load_plan(plan)
        beside = None if out is None else out.parent
        with steps(quiet=quiet, verbose=verbose) as progress, TemporaryDirectory(prefix=".", dir=beside) as answers:
            counted = steps_of(loaded, progress, further=1 if out is None else 3)
            made = assess(loaded, counted, Path(answers))
            if against is None:
                counted.next("judge")
            else:
                counted.next("compare", folder=str(against))
            result = check_years(made, former, fail_on=wanted)
            if out is not None:
                keep(made, out, counted, against=against)
            counted.finish()
        if junit is not None:
            write_text(junit, result.junit(str(plan), monotonic() - began))
        if as_json:
            import json

            typer.echo(json.dumps(result.to_dict(), ensure_ascii=False, indent=1, allow_nan=False))
        else:
            for line in gate_lines(result, lang, failed_only=quiet):
                typer.echo(printable(line))
        if not result.passed:
            raise typer.Exit(FINDINGS)


@app.command()
def doctor(as_json: Json = False, debug: Debug = False) -> None:
    """Say what is at work here, whether it computes, reads and writes right, and what to do where it does not."""
    with exit_codes(debug):
        from sheltermap.commands.doctor import as_data, examine, healthy, told

        findings = examine()
        if as_json:
            import json

            typer.echo(json.dumps(as_data(findings), ensure_ascii=False, indent=1))
        else:
            for line in told(findings):
                typer.echo(printable(line))
        if not healthy(findings):
            raise typer.Exit(FAULT)


app.command()(list_standards)
app.command()(list_kinds)
app.command()(schema)
app.command()(network)
app.command()(warn)
app.command()(why)
app.command()(publish)
app.command()(pack)
app.add_typer(register_app, name="register")
app.add_typer(postgis_app, name="postgis")
app.command()(pygeoapi)


def _print_assessment(assessment: Assessment, out: Path) -> None:
    """Print the key figures, what they leave out, and where to look."""
    from rich.console import Console
    from rich.text import Text

    from sheltermap.base import texts
    from sheltermap.report.terminal import terminal_lines

    class Terminal(Console):
        def on_broken_pipe(self) -> None:  # rich would end with 1, which means findings
            raise BrokenPipeError

    say = partial(texts.say, lang=assessment.plan.languages[0])
    console = Terminal(highlight=False, soft_wrap=True)
    for text, style in terminal_lines(assessment):
        console.print(Text(printable(text), style=style))
    console.print(Text.assemble((f"{say('left.assessment')} ", "bold"), f"{printable(str(out))}{os.sep}"))
    left = {
        "report": f"{out / 'report.html'}",
        "map": f"{page}" if (page := out / "map.html").is_file() else "",
        "layers": f"{out / 'project.qgz'} (QGIS), {out / 'assessment.gpkg'}, {out / 'geojson'}{os.sep}",
        "figures": f"{out / 'summary.json'}",
    }
    for what, where in left.items():
        if where:
            console.print(printable(f"  {say(f'left.{what}'):<11} {where}"), markup=False)
