# SPDX-License-Identifier: Apache-2.0
"""The output folder: old or new, never a part, and nothing of anybody else's lost."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.assessments.run import run
from small_plan import PLAN, write_town


def content_of(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def is_whole(folder: Path) -> bool:
    """Every file the summary lists is there, with its SHA-256, and no other."""
    found = content_of(folder)
    del found["summary.json"]
    return found == json.loads((folder / "summary.json").read_text(encoding="utf-8"))["files"]


def test_an_older_assessment_is_replaced(tmp_path):
    plan = write_town(tmp_path)
    run(plan, tmp_path / "out")
    plan.write_text(PLAN.replace("Small town", "Larger town"), encoding="utf-8")
    run(plan, tmp_path / "out")
    assert "Larger town" in (tmp_path / "out" / "summary.json").read_text(encoding="utf-8")
    assert is_whole(tmp_path / "out")


def test_what_people_changed_in_an_assessment_is_kept_and_named(tmp_path):
    plan, out = write_town(tmp_path), tmp_path / "out"
    run(plan, out)
    with closing(sqlite3.connect(out / "assessment.gpkg")) as database, database:  # as QGIS keeps a project
        database.execute("CREATE TABLE qgis_projects (name TEXT, metadata BLOB, content BLOB)")
    changed = content_of(out)
    with pytest.raises(sm.WriteError, match=r"out: files of it were changed since it was written \(assessment\.gpkg\)"):
        run(plan, out)
    assert content_of(out) == changed
    (out / "geojson" / "shelter.geojson").write_text("{}", encoding="utf-8")
    with pytest.raises(sm.WriteError, match=r"\(assessment\.gpkg, geojson/shelter\.geojson\)"):
        run(plan, out)
    (out / "assessment.gpkg").rename(tmp_path / "mine.gpkg")
    (out / "geojson" / "shelter.geojson").unlink()
    run(plan, out)  # nothing of theirs is in it any more
    assert is_whole(out)


def test_a_link_to_what_is_not_there_yet_is_followed(tmp_path):
    plan = write_town(tmp_path)
    (tmp_path / "last").symlink_to("2026")
    run(plan, tmp_path / "last")
    assert (tmp_path / "last").is_symlink() and is_whole(tmp_path / "2026")


def test_a_name_as_long_as_the_file_system_takes_is_taken(tmp_path):
    out = tmp_path / ("ā" * 127)
    run(write_town(tmp_path), out)
    run(tmp_path / "plan.toml", out)
    assert is_whole(out)


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "out").mkdir()
    run(write_town(tmp_path), tmp_path / "out")
    assert is_whole(tmp_path / "out")


@pytest.mark.parametrize("name", ["thesis.docx", "summary.json"])
def test_a_folder_with_something_else_is_refused_and_untouched(tmp_path, name):
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text('{"schema": "another program"}', encoding="utf-8")
    before = content_of(out)
    with pytest.raises(sm.WriteError, match=name):
        run(write_town(tmp_path), out)
    assert content_of(out) == before


def test_a_file_somebody_put_beside_an_assessment_is_not_lost(tmp_path):
    plan = write_town(tmp_path)
    run(plan, tmp_path / "out")
    (tmp_path / "out" / "project.qgz").write_text("a QGIS project")
    before = content_of(tmp_path / "out")
    with pytest.raises(sm.WriteError, match=r"project\.qgz"):
        run(plan, tmp_path / "out")
    assert content_of(tmp_path / "out") == before


@pytest.mark.parametrize("place", ["plan.toml", "plan.toml/2026/first", "/proc/sheltermap", "/proc/sheltermap/2026"])
def test_a_place_that_cannot_be_written_is_told(tmp_path, place):
    plan = write_town(tmp_path)
    with pytest.raises(sm.WriteError, match="cannot write"):
        run(plan, tmp_path / place)


def test_folders_above_it_that_are_missing_are_made_and_left_only_where_the_run_succeeds(tmp_path):
    plan = write_town(tmp_path / "town")
    (tmp_path / "there").mkdir()
    homes = tmp_path / "town" / "homes.csv"
    fine = homes.read_bytes()
    homes.write_text("no table of homes\n", encoding="utf-8")
    for place in ("there/out/2026", "out/2026"):
        with pytest.raises(sm.ReadError):
            run(plan, tmp_path / place)
        assert sorted(each.name for each in tmp_path.iterdir()) == ["there", "town"]
        assert list((tmp_path / "there").iterdir()) == []
    homes.write_bytes(fine)
    run(plan, tmp_path / "there" / "out" / "2026")
    assert is_whole(tmp_path / "there" / "out" / "2026")
    assert [each.name for each in (tmp_path / "there" / "out").iterdir()] == ["2026"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_told(tmp_path):
    plan = write_town(tmp_path / "town")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(sm.WriteError, match="Permission denied"):
        run(plan, closed / "out")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_full_disk_is_told_and_leaves_the_old_assessment(tmp_path, part):
    plan = write_town(tmp_path)
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=False, capture_output=True, text=True
    )
    if mount.returncode != 0:
        pytest.skip(f"no small disk here: {mount.stderr.strip()}")
    try:
        run(plan, disk / "out")
        before = content_of(disk / "out")
        needed = sum(path.stat().st_size for path in (disk / "out").rglob("*"))
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize
        (disk / "filler").write_bytes(b"\0" * (free - int(part * needed)))
        with pytest.raises(sm.WriteError, match="free"):
            run(plan, disk / "out")
        assert content_of(disk / "out") == before
        assert sorted(path.name for path in disk.iterdir()) == ["filler", "out"]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_run_killed_at_any_moment_leaves_the_old_assessment_or_the_new_one(tmp_path):
    plan, out = write_town(tmp_path), tmp_path / "out"
    run(plan, out)
    old = (out / "summary.json").read_bytes()
    # The child says when it has begun, so that the moments fall into the run and not into its imports.
    child = "import sys; from sheltermap.assessments.run import run; print('begun', flush=True); run(*sys.argv[1:])"
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", child, plan, tmp_path / "other"], check=True, capture_output=True)
    whole_s = time.monotonic() - started
    killed = 0
    for moment in range(12):
        with subprocess.Popen([sys.executable, "-c", child, plan, out], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(whole_s * moment / 12)
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
        assert is_whole(out)
    assert killed > 0
    run(plan, out)  # and what they left behind is cleared away by the next run
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []
    assert (out / "summary.json").read_bytes() != old
