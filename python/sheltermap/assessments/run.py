# SPDX-License-Identifier: Apache-2.0
"""Runs a plan and leaves an assessment: a folder with layers, figures, a report, and what they were made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import sheltermap as sm
from sheltermap.assessments.figure_sheets import write_workbook
from sheltermap.assessments.folder import (
    DICTIONARY,
    GEOPACKAGE,
    NETWORKS,
    PICTURES,
    PROJECT,
    STYLES,
    SUMMARY,
    TABLES,
    fresh_folder,
)
from sheltermap.assessments.former import former
from sheltermap.assessments.printing import installed_browser, print_page
from sheltermap.assessments.recorded_parts import assessment_tables, write_summary
from sheltermap.base import clock, memory, texts
from sheltermap.base.language import REFERENCE
from sheltermap.base.progress import working
from sheltermap.basemap.ground_layers import PREFIX
from sheltermap.dictionary import layers as dictionary
from sheltermap.dictionary.dictionary_sheets import write_dictionary
from sheltermap.dictionary.rounding import rounded
from sheltermap.drawing.shared_places import shared_places
from sheltermap.layers import files
from sheltermap.layers.digest import sha256
from sheltermap.layers.geometry_kinds import by_kind
from sheltermap.layers.unchanging import unchanging
from sheltermap.page.picture_files import write_picture
from sheltermap.plans.plan import Plan, load_plan
from sheltermap.qgis import geopackage_styles, sld
from sheltermap.qgis.project import project_file
from sheltermap.questions.in_blocks import LAYERS
from sheltermap.questions.sources import SAVED_ENDING
from sheltermap.report import build_report
from sheltermap.report.sections import sections
from sheltermap.runs.assessment import Assessment
from sheltermap.runs.large_inputs import as_asked
from sheltermap.runs.layer_words import layer_words
from sheltermap.runs.plan_data import PlanData, read_plan_data, what_is_read
from sheltermap.runs.qgis_project import qgis_project
from sheltermap.runs.rasters import require_unchanged
from sheltermap.runs.running import run_analysis
from sheltermap.streets import kept_tables

if TYPE_CHECKING:
    import geopandas as gpd

    from sheltermap.page.picture import MapPicture
    from sheltermap.report.sections import Section
    from sheltermap.streets.travelling import By

Progress = Callable[[int, int, str], None]
REFUSED_COLUMNS = ["input", "row", "id", "reason", "detail"]


def run(
    plan: str | Path | Plan,
    out_dir: str | Path,
    *,
    against: str | Path | None = None,
    pdf: bool = False,
    pictures: bool = False,
    progress: Progress | None = None,
) -> Assessment:
    """Run a plan and write its assessment folder.

    Parameters
    ----------
    plan : path-like or Plan
        The plan, or its TOML file.
    out_dir : path-like
        Folder to write: new, empty, or an older assessment, which is then replaced in one step. Whatever
        happens on the way, the old folder or the new one stands there, never a part. Folders above it that are
        missing are made.
    against : path-like, optional
        Folder of a former assessment: the first page of the report says what its figures were, and which got
        better or worse. May be `out_dir`.
    pdf : bool
        Also print the report to ``report.pdf``, and ``report.LANG.pdf`` in the plan's other languages, by the Chromium,
        Chrome or Edge of this machine.
    pictures : bool
        Also write each picture of the report to the folder ``pictures``, as PNG and SVG.
    progress : callable, optional
        Called with the number of steps done, of all steps, and the name of the next one.

    Returns
    -------
    Assessment

    Raises
    ------
    PlanError
        If the plan has faults.
    ReadError, CrsError, GeometryError
        If an input cannot be used, or `against` is no assessment.
    WriteError
        If the folder cannot be written, or holds something else; with `pdf`, if there is no browser to print with.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "homes.csv").write_text('''id,people,lon,lat
    ... A,3,24.105,56.950
    ... B,5,24.205,56.950
    ... ''')
    >>> _ = (folder / "shelters.csv").write_text('''id,lon,lat
    ... S1,24.106,56.951
    ... ''')
    >>> _ = (folder / "plan.toml").write_text('''
    ... schema = 1
    ... title = "Shelters"
    ... year = 2026
    ... [inputs]
    ... homes = { path = "homes.csv", crs = "EPSG:4326", id = "id" }
    ... shelters = { path = "shelters.csv", crs = "EPSG:4326", id = "id" }
    ... [[analyses]]
    ... name = "near"
    ... title = "Who has a shelter near"
    ... kind = "coverage"
    ... demand = "homes"
    ... facilities = "shelters"
    ... thresholds_m = [500]
    ... weight = "people"
    ... ''')
    >>> found = sm.run(folder / "plan.toml", folder / "out")
    >>> found.figures.query("figure == 'covered'")[["analysis", "threshold_m", "value"]]
      analysis  threshold_m  value
    1     near        500.0    3.0
    >>> (folder / "out" / "report.html").exists()
    True
    """
    browser = installed_browser() if pdf else None
    plan = plan if isinstance(plan, Plan) else load_plan(plan)
    target = Path(out_dir).resolve()  # before the folder is replaced: it may be the one we stand in
    before = None if against is None else former(against)
    # Whoever asks to be called shows the steps; nobody else does then.
    with working("run", told=progress is None) as work, fresh_folder(target) as fresh:
        steps = steps_of(plan, progress or work.step, further=4 + pdf + pictures)
        assessment = replace(assess(plan, steps, fresh / LAYERS), former=before)
        write_assessment(assessment, fresh, steps, browser=browser, pictures=pictures)
        steps.next("put_in_place")
    steps.finish()
    return _in_place(assessment, target)


def keep(
    assessment: Assessment, out_dir: str | Path, steps: _Steps | None = None, *, against: str | Path | None = None
) -> Assessment:
    """Write the folder of an assessment that was made without one; in all else as `run` does."""
    target = Path(out_dir).resolve()
    assessment = replace(assessment, former=None if against is None else former(against))
    with fresh_folder(target) as fresh:
        write_assessment(assessment, fresh, steps or _Steps(0, None))
    return _in_place(assessment, target)


def _in_place(assessment: Assessment, folder: Path) -> Assessment:
    """Return an assessment whose folder has been put in its place."""
    for outcome in assessment.outcomes:
        if outcome.in_file is not None:
            outcome.in_file.path = folder / LAYERS / outcome.in_file.path.name
    return replace(assessment, folder=folder)


def assess(plan: Plan, steps: _Steps | None = None, answers: Path | None = None) -> Assessment:
    """Read the inputs of a plan and run its analyses, without writing anything but files with `answers`.

    Without a folder for these, inputs that memory is too small for are read all the same.
    """
    steps = steps or _Steps(0, None)
    with working("run", told=not steps.are_told):
        return _assessed(plan, steps, answers)


def _assessed(plan: Plan, steps: _Steps, answers: Path | None) -> Assessment:
    data = read_plan_data(plan, steps.begin, answers)
    memory.give_back()
    with unchanging():
        assessment = _answered(plan, data, steps)
    memory.give_back()
    return assessment


def _answered(plan: Plan, data: PlanData, steps: _Steps) -> Assessment:
    ways: dict[str, By] = {**data.networks, **data.tables}
    outcomes = []
    done_with = _last_uses(plan)
    for number, analysis in enumerate(plan.analyses):
        steps.next("analyse", name=analysis.name)
        outcomes.append(run_analysis(plan, analysis, data.frames, ways, data.rasters, data.basemap, data.large))
        for name in done_with.get(number, ()):
            for outcome in outcomes:
                outcome.context.ask_streets()
            data.networks[name].forget()
            memory.give_back()
    require_unchanged(plan, data.raster_records)
    in_memory = {name: frame for name, frame in data.frames.items() if name not in data.large}
    refused = [sm.refused(frame).assign(input=name) for name, frame in in_memory.items()]
    refused += [each.streamed.refused.assign(input=name) for name, each in data.large.items() if each.streamed]
    return Assessment(
        plan,
        outcomes,
        [as_asked(record, data.large.get(record.name)) for record in data.records],
        in_memory,
        pd.concat(refused, ignore_index=True)[REFUSED_COLUMNS],
        {name: str(version) for name, version in files.versions().items()},
        clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        networks=data.networks,
        network_records=data.network_records,
        tables=data.tables,
        table_records=data.table_records,
        raster_records=data.raster_records,
        basemap=data.basemap,
        basemap_records=data.basemap_records,
    )


def _last_uses(plan: Plan) -> dict[int, list[str]]:
    """Return the networks that no analysis goes along after one, by its number; they are large."""
    last: dict[str, int] = {}
    for number, analysis in enumerate(plan.analyses):
        failing = [each.failing.by for each in plan.scenarios_of(analysis) if each.failing is not None]
        last |= {name: number for name in (getattr(analysis, "by", None), *failing) if name in plan.networks}
    found: dict[int, list[str]] = {}
    for name, number in last.items():
        found.setdefault(number, []).append(name)
    return found


def write_assessment(
    assessment: Assessment, folder: Path, steps: _Steps, *, browser: Path | None = None, pictures: bool = False
) -> None:
    """Write all files of an assessment into an empty folder; a PDF where there is a `browser` to print it."""
    steps.next("write_layers")
    for outcome in assessment.outcomes:
        if outcome.in_file is not None:
            outcome.in_file.bring_to(folder / LAYERS)
    with shared_places(), ThreadPoolExecutor(1) as pool:  # writes layers while maps are drawn, which takes as long
        told = layer_words(assessment)
        geopackage = pool.submit(prepared_geopackage(assessment, told, folder))
        _write_beside(assessment, told, folder, steps, browser=browser, pictures=pictures)
        digest = geopackage.result()
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    digests = {
        path.relative_to(folder).as_posix(): digest if path.name == GEOPACKAGE else sha256(path) for path in written
    }
    write_summary(assessment, digests, folder / SUMMARY)


def prepared_geopackage(assessment: Assessment, told: Sequence[dictionary.Layer], folder: Path) -> Callable[[], str]:
    """Return what writes the layers and tables for GIS, as another thread may do; it gives the file's SHA-256."""
    path, tables = folder / GEOPACKAGE, assessment_tables(assessment)
    words = dictionary.tables(told)
    write = files.prepared(assessment.layers | base_layers(assessment) | tables | words, path)
    project = qgis_project(assessment, told, GEOPACKAGE, [*tables, *words])
    lang = assessment.plan.languages[0]

    def written() -> str:
        write()
        with closing(sqlite3.connect(path)) as connection, connection:
            geopackage_styles.add_styles(connection, project.layers.values(), lang=lang, stamp=assessment.created)
            boxes = geopackage_styles.boxes(connection)
        (folder / PROJECT).write_bytes(project_file(project, boxes, lang))
        sld.write_styles(project.layers.values(), folder / STYLES, lang)
        return sha256(path)

    return written


def _write_beside(
    assessment: Assessment,
    told: Sequence[dictionary.Layer],
    folder: Path,
    steps: _Steps,
    *,
    browser: Path | None,
    pictures: bool,
) -> None:
    """Write everything but the GeoPackage and the summary."""
    (folder / "geojson").mkdir()
    columns = {each.name: each.columns for each in told}
    for name, layer in assessment.geojson_layers.items():
        for part, rows in by_kind(name, rounded(layer, columns[name])):
            sm.write({part: rows}, folder / "geojson" / f"{part}.geojson")
    if assessment.networks:
        (folder / NETWORKS).mkdir()
    for name, network in assessment.networks.items():  # a later year asks what the streets of this one were
        network.save(folder / NETWORKS / f"{name}{SAVED_ENDING}")
    if assessment.tables:
        (folder / TABLES).mkdir()
    for name, table in assessment.tables.items():
        kept_tables.save(table, folder / TABLES / f"{name}{kept_tables.ENDING}")
    steps.next("write_map")
    maps = assessment.maps()
    for name, shown in maps.items():
        (folder / name).write_text(shown.html, encoding="utf-8", newline="\n")
    memory.give_back()
    steps.next("write_report")
    found, unknown = sections(assessment)
    languages = assessment.plan.languages
    page = folder / "report.html"
    page.write_text(build_report(assessment, found, unknown, maps=maps), encoding="utf-8", newline="\n")
    memory.give_back()
    write_workbook(assessment, found, folder / "figures.xlsx")
    created = datetime.fromisoformat(assessment.created)
    write_dictionary(told, folder / DICTIONARY, lang=languages[0], created=created)
    if pictures:
        steps.next("write_pictures")
        (folder / PICTURES).mkdir()
        for name, picture in named_pictures(found):
            write_picture(picture, folder / PICTURES / name, languages[0])
    if browser is not None:
        steps.next("print_report")
        for lang in languages:
            pdf = folder / ("report.pdf" if lang == languages[0] else f"report.{lang}.pdf")
            print_page(page, pdf, browser=browser, lang=lang, created=assessment.created)


def named_pictures(found: Iterable[Section]) -> Iterator[tuple[str, MapPicture]]:
    """Give the pictures of a report with the names of their files: by analysis, numbered."""
    for section in found:
        for number, picture in enumerate(section.maps, start=1):
            yield f"{section.name}-{number}", picture


def base_layers(assessment: Assessment) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the base map, which the GeoPackage holds for QGIS."""
    basemap = assessment.basemap
    return {} if basemap is None else {f"{PREFIX}{name}": layer for name, layer in basemap.layers.items()}


def steps_of(plan: Plan, progress: Progress | None, further: int) -> _Steps:
    """Return what counts the steps of a plan, its data and its analyses, and `further` ones after these."""
    return _Steps(what_is_read(plan) + len(plan.analyses) + further, progress, plan.languages[0])


class _Steps:
    """Counts the steps of a run and tells who wants to know, in the plan's language."""

    def __init__(self, total: int, progress: Progress | None, lang: str = REFERENCE):
        self._done, self._total, self._progress, self._lang = 0, total, progress, lang
        self.are_told = progress is not None

    def begin(self, text: str) -> None:
        """Tell what begins now."""
        if self._progress is not None:
            self._progress(self._done, self._total, text)
        self._done += 1

    def next(self, step: str, **named: str) -> None:
        """Tell that a step begins now, by its word among the texts."""
        self.begin(texts.say(f"doing.{step}", self._lang, **named))

    def finish(self) -> None:
        """Tell that all is done."""
        if self._progress is not None:
            self._progress(self._total, self._total, texts.say("doing.done", self._lang))
