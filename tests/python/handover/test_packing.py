# SPDX-License-Identifier: Apache-2.0
"""Packs that are handed over: whole, verifiable, read by what they are for; nothing is called public that is not."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import public_town
import sheltermap as sm
import system_gdal
from in_process import sheltermap
from sheltermap.handover.pack_archive import MARK
from sheltermap.handover.pack_layout import PARTS, part_of
from sheltermap.layers.digest import sha256
from sheltermap.years.earlier import recorded
from system_qgis import has_qgis, in_qgis

PROBE = Path(__file__).parents[2] / "probes" / "project_in_qgis.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an assessment, `2026`, and what was published of it, `public`; do not write into these."""
    place = tmp_path_factory.mktemp("town")
    sm.run(public_town.write_town(place), place / "2026", pictures=True)
    sm.publish(place / "2026", place / "public")
    return place


@pytest.fixture(scope="module")
def packed(made: Path) -> sm.Pack:
    return sm.pack(made / "2026", made / "pack.zip", public=made / "public")


@pytest.fixture(scope="module")
def unpacked(packed: sm.Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(packed.path) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    """A copy of the assessment, to be spoilt."""
    return Path(shutil.copytree(made / "2026", tmp_path / "2026"))


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_every_file_is_there_as_its_checksum_says(packed: sm.Pack, unpacked: Path) -> None:
    assert names_in(unpacked) == packed.files and packed.has_public
    assert (packed.bytes, packed.sha256) == (packed.path.stat().st_size, sha256(packed.path))
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=unpacked, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == len(packed.files) - 1
    with zipfile.ZipFile(packed.path) as archive:
        assert archive.testzip() is None


def test_the_layout_is_as_stated(packed: sm.Pack) -> None:
    assert {name.split("/")[0] for name in packed.files} == {
        *("README.en.md", "README.lv.md", "SHA256SUMS", "sources.en.md", "sources.lv.md", "dictionary.xlsx"),
        *("assessment", "briefing", "geodatabase", "spreadsheet", "public"),
    }
    assert {"briefing/report.html", "briefing/map.html", "briefing/map.lv.html"} <= set(packed.files)
    assert any(name.startswith("briefing/pictures/") for name in packed.files)
    assert {"spreadsheet/figures.xlsx", "spreadsheet/figures.csv"} <= set(packed.files)
    assert {"assessment/project.qgz", "assessment/assessment.gpkg", "public/index.html"} <= set(packed.files)


@pytest.mark.parametrize("lang", ["en", "lv"])
def test_the_readme_has_a_line_for_every_file(packed: sm.Pack, unpacked: Path, lang: str) -> None:
    told = (unpacked / f"README.{lang}.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in told.splitlines() if line.startswith("| `")]
    named = {name.strip("`|, ") for row in rows for name in row[0].split(", ")}
    folders = tuple(name for name in named if name.endswith("/"))
    assert [name for name in packed.files if name not in named and not name.startswith(folders)] == []
    assert "assessment/" not in folders  # or everything in it would have its line
    assert {name for name in named if "/" in name} <= {*packed.files, *folders}
    assert all(any(name.startswith(folder) for name in packed.files) for folder in folders)
    assert "{" not in told  # no word is left open
    layers = {row[0].strip("`| ") for row in rows}
    assert {"near_shelter", "input_shelters"} <= layers


@pytest.mark.parametrize(("lang", "yes", "no", "nothing_but"), [
    ("en", "yes", "no", "Nothing but the folder `public/`."),
    ("lv", "jā", "nē", "Tikai mapi `public/`."),
])  # fmt: skip
def test_only_the_public_folder_may_be_published(
    unpacked: Path, lang: str, yes: str, no: str, nothing_but: str
) -> None:
    told = (unpacked / f"README.{lang}.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in told.splitlines() if line.startswith("| `")]
    answers = {row[0]: row[3] for row in rows if len(row) == 4}
    assert nothing_but in told
    assert {files for files, answer in answers.items() if answer == yes} == {"`public/`"}
    assert set(answers.values()) == {yes, no}


def test_without_a_publication_nothing_may_be_published(made: Path, tmp_path: Path) -> None:
    packed = sm.pack(made / "2026", tmp_path / "pack.zip")
    assert not packed.has_public and not any(name.startswith("public/") for name in packed.files)
    with zipfile.ZipFile(packed.path) as archive:
        told = archive.read("README.en.md").decode()
    assert "**Nothing.**" in told and " yes |" not in told and "`public/" not in told
    assert repr(packed).endswith("nothing in it may be published>")


def test_the_public_folder_tells_no_secret_and_the_rest_says_that_it_does(unpacked: Path) -> None:
    hidden = public_town.SECRETS["not_public"].encode()
    assert hidden in (unpacked / "assessment" / "assessment.gpkg").read_bytes()
    for path in (unpacked / "public").rglob("*"):
        if path.is_file():
            assert hidden not in path.read_bytes(), path


def test_the_same_folder_gives_the_same_bytes(packed: sm.Pack, made: Path, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(made / "2026", tmp_path / "elsewhere"))
    again = sm.pack(moved, tmp_path / "again.zip", public=made / "public")
    assert again.path.read_bytes() == packed.path.read_bytes()
    with zipfile.ZipFile(again.path) as archive:
        assert archive.namelist() == sorted(archive.namelist())


def test_what_is_unpacked_is_an_assessment_that_next_year_is_compared_with(made: Path, unpacked: Path) -> None:
    assert recorded(unpacked / "assessment").figures.equals(recorded(made / "2026").figures)


def test_qgis_opens_the_project_from_where_it_was_unpacked(unpacked: Path, tmp_path: Path) -> None:
    if not has_qgis():
        pytest.skip("QGIS is not installed (Debian: python3-qgis)")
    done = in_qgis(str(PROBE), str(unpacked / "assessment"), str(tmp_path))
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["read"] and seen["error"] == "" and len(seen["layers"]) > 5
    assert [name for name, layer in seen["layers"].items() if not layer["valid"]] == []


def test_gdal_reads_the_geodatabase_and_the_spreadsheet_has_the_figures(unpacked: Path) -> None:
    layers = system_gdal.look(unpacked / "geodatabase" / "assessment.gdb")["layers"]
    read = sm.read(unpacked / "assessment" / "assessment.gpkg", layer="near_shelter", strict=False)
    assert len(layers["near_shelter"]["rows"]) == len(read)
    assert layers["near_shelter"]["alias"] == "A shelter near"
    table = pd.read_csv(unpacked / "spreadsheet" / "figures.csv")
    figures = json.loads((unpacked / "assessment" / "summary.json").read_text())["figures"]
    assert table["value"].tolist() == pytest.approx([each["value"] for each in figures], nan_ok=True)
    assert table["figure"].tolist() == [each["figure"] for each in figures]


@pytest.mark.parametrize("lang", ["en", "lv"])
def test_sources_tell_of_every_input_and_what_is_not_known_of_it(made: Path, unpacked: Path, lang: str) -> None:
    told = (unpacked / f"sources.{lang}.md").read_text(encoding="utf-8")
    for each in json.loads((made / "2026" / "summary.json").read_text())["inputs"]:
        assert f"`{each['path']}`" in told and each["sha256"] in told
    assert public_town.SECRETS["source"] in told and "© the town" in told
    assert told.count({"en": "licence: not said in the plan", "lv": "licence: plānā nav norādīts"}[lang]) == 5


SAMPLES = ("latvia", "liechtenstein", "ogre", "porto_alegre", "sao_miguel")


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_a_run_leaves_has_its_own_line(sample_assessment, sample: str) -> None:
    names = [*names_in(sample_assessment(sample)), "report.pdf", "report.lv.pdf"]
    parts = {name: part_of(f"assessment/{name}") for name in names}
    assert [name for name, part in parts.items() if part is None or part == PARTS[-1]] == []


@pytest.mark.parametrize(("spoil", "told"), [
    (lambda folder: (folder / "report.html").write_text("mine"), r"2026 is not as .* \(changed: report.html\)"),
    (lambda folder: (folder / "map.html").unlink(), r"\(missing: map.html\): run its plan again"),
    (lambda folder: (folder / "letter.txt").touch(), r"\(added: letter.txt\)"),
    (lambda folder: [(folder / f"{n}.txt").touch() for n in "abcde"], r"\(added: a.txt, b.txt, c.txt and 2 more\)"),
    (lambda folder: (folder / "etc").symlink_to("/etc"), r"\(links or devices: etc\)"),
    (lambda folder: os.mkfifo(folder / "pipe"), r"\(links or devices: pipe\)"),
    (lambda folder: (folder / "assessment.gpkg-wal").touch(), r"has files of .* open \(assessment.gpkg-wal\)"),
])  # fmt: skip
def test_a_folder_that_is_not_as_it_was_written_is_refused(own: Path, spoil, told: str) -> None:
    spoil(own)
    with pytest.raises(sm.ReadError, match=told):
        sm.pack(own)
    assert [path.name for path in own.parent.iterdir()] == ["2026"]


def test_a_file_that_became_a_link_is_refused(own: Path) -> None:
    (own / "report.html").rename(own.parent / "report.html")
    (own / "report.html").symlink_to(own.parent / "report.html")
    with pytest.raises(sm.ReadError, match=r"\(links or devices: report.html\)"):
        sm.pack(own)


def test_what_is_no_assessment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sm.ReadError, match="is no assessment: it has no summary"):
        sm.pack(tmp_path, tmp_path.with_name("a.zip"))


def test_a_publication_of_another_assessment_is_refused(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "town"
    other.mkdir()
    sm.run(public_town.write_town(other, year=2025), other / "2025")
    with pytest.raises(sm.ReadError, match="was not published from this assessment"):
        sm.pack(other / "2025", tmp_path / "a.zip", public=made / "public")
    with pytest.raises(sm.ReadError, match="is no publication"):
        sm.pack(made / "2026", tmp_path / "a.zip", public=other)
    changed = Path(shutil.copytree(made / "public", tmp_path / "public"))
    (changed / "notes.txt").write_text("the keys are under the mat")
    with pytest.raises(sm.ReadError, match=r"\(added: notes.txt\): publish again"):
        sm.pack(made / "2026", tmp_path / "a.zip", public=changed)
    assert not (tmp_path / "a.zip").exists()


def test_only_a_pack_as_it_was_written_is_replaced(packed: sm.Pack, made: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    shutil.copy(packed.path, target)
    assert not sm.pack(made / "2026", target).has_public
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("letter.txt", "mine")
    mine = target.read_bytes()
    with pytest.raises(sm.WriteError, match="it is no pack as it was written"):
        sm.pack(made / "2026", target)
    assert target.read_bytes() == mine
    for content in (b"mine", b"PK", b""):
        target.write_bytes(content)
        with pytest.raises(sm.WriteError, match="will not replace"):
            sm.pack(made / "2026", target)
        assert target.read_bytes() == content


def test_an_archive_that_others_marked_or_changed_is_no_pack(packed: sm.Pack, made: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed.path) as old, zipfile.ZipFile(tmp_path / "a.zip", "w") as new:
        new.comment = MARK
        for name in old.namelist():
            new.writestr(name, old.read(name) if name != "README.en.md" else b"corrected by hand")
    with pytest.raises(sm.WriteError, match="will not replace"):
        sm.pack(made / "2026", tmp_path / "a.zip")


@pytest.mark.parametrize(("out", "told"), [
    ("a.tar", "does not end in .zip"),
    ("2026/a.zip", "lies in .*2026, and is not part of it"),
    ("public/a.zip", "lies in .*public, and is not part of it"),
])  # fmt: skip
def test_a_place_that_cannot_be_meant_is_refused(made: Path, out: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        sm.pack(made / "2026", made / out, public=made / "public")


def test_a_place_where_nothing_can_be_written_is_told(made: Path) -> None:
    with pytest.raises(sm.WriteError, match="cannot write /proc/a"):
        sm.pack(made / "2026", "/proc/a.zip")


def test_a_missing_folder_is_told(made: Path, tmp_path: Path) -> None:
    with pytest.raises(sm.WriteError, match="nowhere; make it, or name another place"):
        sm.pack(made / "2026", tmp_path / "nowhere" / "a.zip")


LIMITED = """
import resource, signal, sys
import sheltermap as sm
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    sm.pack(sys.argv[1], sys.argv[2])
except sm.WriteError as error:
    print(error)
    sys.exit(7)
"""


@pytest.mark.parametrize("limit", [0, 10_000, 100_000])
def test_a_full_disk_leaves_the_old_pack_and_says_why(packed: sm.Pack, made: Path, tmp_path: Path, limit: int) -> None:
    target = tmp_path / "a.zip"
    shutil.copy(packed.path, target)
    arguments = [str(made / "2026"), str(target), str(limit)]
    done = subprocess.run([sys.executable, "-c", LIMITED, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (7, "")
    assert str(target) in done.stdout and ".part" not in done.stdout
    assert sha256(target) == packed.sha256
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_the_command_packs_beside_the_folder(own: Path) -> None:
    done = sheltermap("pack", "2026", "--lang", "lv", cwd=own.parent)
    assert done.returncode == 0, done.stderr
    assert "2026.zip" in done.stdout and "README.lv.md tajā pasaka" in done.stdout
    said = sheltermap("pack", own, "--json")
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert told["sha256"] == sha256(own.parent / "2026.zip") and not told["has_public"]
    assert "assessment/summary.json" in told["files"]
    (own / "letter.txt").touch()
    done = sheltermap("pack", own)
    assert done.returncode == 2 and "added: letter.txt" in done.stderr
