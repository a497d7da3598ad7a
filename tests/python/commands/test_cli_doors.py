"""One gate for what is opened, whatever the command: devices, pipes and what is nested without an end."""

import json
import os
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.commands.cli import app
from sheltermap.commands.console import BAD_INPUT

PIPE = "is a device or a pipe, not a file"
PLAN = """
schema = 1
title = "Who has a shelter"
languages = ["en"]

[inputs.homes]
path = "{homes}"
id = "id"

[inputs.shelters]
path = "shelters.xlsx"
crs = "EPSG:4326"

[[analyses]]
kind = "coverage"
name = "shelters"
title = "Shelters"
demand = "homes"
facilities = "shelters"
weight = "people"
thresholds_m = [500]
"""
HOMES = [{"id": "h1", "people": 3, "lon": 24.1, "lat": 56.9}, {"id": "h2", "people": 5, "lon": 24.5, "lat": 56.9}]


def told(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    return result.exit_code, result.stderr


def sheet(path: Path, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    sheet(tmp_path / "shelters.xlsx", [["id", "x", "y"], ["s1", 24.1001, 56.9]])
    sheet(tmp_path / "homes.xlsx", [list(HOMES[0]), *([*each.values()] for each in HOMES)])
    (tmp_path / "homes.json").write_text(json.dumps(HOMES))
    marks = "".join(
        f"<Placemark><name>{each['id']}</name><ExtendedData><Data name='id'><value>{each['id']}</value></Data>"
        f"<Data name='people'><value>{each['people']}</value></Data></ExtendedData>"
        f"<Point><coordinates>{each['lon']},{each['lat']}</coordinates></Point></Placemark>"
        for each in HOMES
    )
    (tmp_path / "homes.kml").write_text(f"<kml><Document>{marks}</Document></kml>")
    return tmp_path / "plan.toml"


@pytest.mark.parametrize("homes", ["homes.xlsx", "homes.json", "homes.kml"])
def test_spreadsheets_lists_and_kml_are_read_by_plans_and_stores(homes: str, plan: Path, tmp_path: Path) -> None:
    plan.write_text(PLAN.format(homes=homes))
    assert told("run", plan, "-o", tmp_path / "out", "--quiet") == (0, "")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    values = {each["figure"]: each["value"] for each in summary["figures"]}
    assert (values["covered"], values["total"]) == (3, 8)
    store = sm.RegisterStore.create(tmp_path / "store.gpkg", "demand")
    assert store.add(tmp_path / homes, by="A. Liepa", why="survey").added == ["h1", "h2"]


def test_pipes_and_devices_are_opened_by_no_command(plan: Path, tmp_path: Path) -> None:
    sm.RegisterStore.create(tmp_path / "store.gpkg", "demand")
    for ending in ("csv", "xlsx", "json", "kml", "parquet", "gpkg", "zip", "toml", "graph", "osm"):
        os.mkfifo(tmp_path / f"pipe.{ending}")
    for ending in ("csv", "xlsx", "json", "kml", "parquet", "gpkg", "zip"):
        code, said = told("inspect", tmp_path / f"pipe.{ending}", "--as", "demand")
        assert (code, PIPE in said) == (BAD_INPUT, True)
        plan.write_text(PLAN.format(homes=f"pipe.{ending}"))
        code, said = told("run", plan, "-o", tmp_path / "out")
        assert (code, PIPE in said) == (BAD_INPUT, True)
    for arguments in (
        ("register", "add", tmp_path / "store.gpkg", "--from", tmp_path / "pipe.xlsx", "--why", "survey"),
        ("validate", tmp_path / "pipe.toml"),
        ("validate", "/dev/zero"),
        ("inspect", tmp_path / "homes.xlsx", "--as", "demand", "--mapping", tmp_path / "pipe.toml"),
    ):
        code, said = told(*arguments)
        assert (code, PIPE in said) == (BAD_INPUT, True)
    with pytest.raises(sm.ReadError):
        sm.Network.load(tmp_path / "pipe.graph")
    with pytest.raises(sm.ReadError):
        sm.Network.from_osm(tmp_path / "pipe.osm", "walk")


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000, "[" + ".".join("a" * 20_000) + "]\nx = 1", "a = " + "{b=" * 3000]
)
def test_a_plan_or_mapping_that_is_nested_without_an_end_is_one_error(text: str, plan: Path, tmp_path: Path) -> None:
    plan.write_text(text)
    assert told("validate", plan) == (
        BAD_INPUT,
        f"sheltermap: {plan}: is not TOML: it is nested more than 64 levels deep\n",
    )
    code, said = told("inspect", tmp_path / "homes.xlsx", "--as", "demand", "--mapping", plan)
    assert (code, "nested more than 64 levels deep" in said) == (BAD_INPUT, True)


def test_json_that_is_nested_without_an_end_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[" * 100_000)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "summary.json").write_text("[" * 100_000)
    for arguments in (
        ("inspect", tmp_path / "a.json", "--as", "demand"),
        ("compare", tmp_path / "out", tmp_path / "out"),
    ):
        code, said = told(*arguments)
        assert (code, "a fault in sheltermap" in said) == (BAD_INPUT, False)


def test_too_little_memory_is_told_as_such(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("sheltermap.registers.inspect", short)
    code, said = told("inspect", plan.parent / "homes.xlsx", "--as", "demand")
    assert code == BAD_INPUT and "not enough memory on this machine: split the data" in said
