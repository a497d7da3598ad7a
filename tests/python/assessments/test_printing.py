# SPDX-License-Identifier: Apache-2.0
"""Reports as PDF: whole, in each language, numbered; without a browser one sentence and nothing else."""

import stat
import sys
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.assessments import printing
from small_plan import PLAN, write_town

CHROMIUM = Path("/usr/bin/chromium")
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
SMALL = PLAN.split("[[analyses]]")[0] + "[[analyses]]" + PLAN.split("[[analyses]]")[1]


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@needs_chromium
def test_the_report_is_printed_in_every_language_and_the_same_each_time(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    plan = write_town(tmp_path, plan=SMALL)
    found = []
    for name in ("one", "two"):
        sm.run(plan, tmp_path / name, pdf=True)
        found.append([(tmp_path / name / each).read_bytes() for each in ("report.pdf", "report.lv.pdf")])
    assert found[0] == found[1]
    english, latvian = found[0]
    assert english != latvian
    for content in (english, latvian):
        assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
        assert b"(D:20231114221320" in content  # when the assessment was made
        assert content.count(b"/Type /Page\n") > 1
        assert b"/MediaBox [0 0 594" in content or b"/MediaBox [0 0 595" in content  # A4
        assert b"/StructTreeRoot" in content  # read aloud in its order
        assert b"file:" not in content  # no link to where it was made
    assert b"/Lang (en" in english and b"/Lang (lv" in latvian
    sm.run(plan, tmp_path / "one")  # an assessment of ours, which may be replaced
    assert not (tmp_path / "one" / "report.pdf").exists()


def test_without_a_browser_nothing_is_begun(tmp_path, monkeypatch):
    monkeypatch.setenv("SHELTERMAP_BROWSER", str(tmp_path / "none"))
    with pytest.raises(sm.WriteError, match=r"SHELTERMAP_BROWSER is '.*none', which is no program"):
        sm.run(write_town(tmp_path, plan=SMALL), tmp_path / "out", pdf=True)
    monkeypatch.delenv("SHELTERMAP_BROWSER")
    monkeypatch.setattr(printing, "NAMES", ())
    monkeypatch.setattr(printing, "PLACES", ())
    with pytest.raises(sm.WriteError, match="neither Chromium nor Chrome nor Edge was found; install one"):
        sm.run(tmp_path / "plan.toml", tmp_path / "out", pdf=True)
    assert not (tmp_path / "out").exists()


def test_a_browser_that_fails_leaves_the_old_folder_as_it_was(tmp_path, monkeypatch):
    plan = write_town(tmp_path, plan=SMALL)
    sm.run(plan, tmp_path / "out")
    before = (tmp_path / "out" / "summary.json").read_bytes()
    failing = program(tmp_path / "browser", "import sys; sys.exit('no room for me here')")
    monkeypatch.setenv("SHELTERMAP_BROWSER", str(failing))
    with pytest.raises(sm.WriteError, match=r"cannot print report\.pdf: .*browser left no PDF \(no room for me here\)"):
        sm.run(plan, tmp_path / "out", pdf=True)
    assert (tmp_path / "out" / "summary.json").read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_browser_that_hangs_is_ended_with_its_children(tmp_path, monkeypatch):
    text = "import os, subprocess, sys, time\n"
    text += f"open({str(tmp_path / 'pid')!r}, 'w').write(str(subprocess.Popen(['sleep', '600']).pid))\ntime.sleep(600)"
    monkeypatch.setattr(printing, "PATIENCE_S", 5)
    with pytest.raises(sm.WriteError, match="took more than 5 s"):
        printing.print_page(
            tmp_path / "x.html",
            tmp_path / "x.pdf",
            browser=program(tmp_path / "browser", text),
            lang="en",
            created="2027-01-01T00:00:00Z",
        )
    child = int((tmp_path / "pid").read_text())
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().split()[2] in "ZX"
    assert not (tmp_path / "x.pdf").exists()
