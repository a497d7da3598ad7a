# SPDX-License-Identifier: Apache-2.0
"""scripts/version: what a checkout, a clone without tags, a copy and an archive say that they are."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT

# What the user or the machine has set for git does not matter here.
ALONE = {
    **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
    **dict.fromkeys(("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"), os.devnull),
    **{f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}
HASH = re.compile(r"[0-9a-f]{12}")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", folder, *arguments], env=ALONE, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def version(folder: Path, *options: str) -> str:
    script = [folder / "scripts" / "version", *options]
    done = subprocess.run(script, env=ALONE, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.strip()


def without_hash(folder: Path) -> str:
    return HASH.sub("HASH", version(folder))


def commit(folder: Path) -> None:
    with (folder / "CHANGELOG.md").open("a") as changes:
        changes.write("- A change.\n")
    git(folder, "commit", "--quiet", "--all", "--message", "Change")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What scripts/version reads, without git; its last release is 1.2.9."""
    folder = tmp_path / "copy"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "version", folder / "scripts")
    for name in (".git_archival", ".gitattributes"):
        shutil.copy(ROOT / name, folder)
    changes = "## [Unreleased]\n\n## [1.2.9] - 2030-02-01\n\n## [1.2.8] - 2030-01-01\n"
    (folder / "CHANGELOG.md").write_text(changes)
    return folder


@pytest.fixture
def clone(copy: Path) -> Path:
    """The same as a repository with one commit and no tag."""
    git(copy, "init", "--quiet")
    git(copy, "add", "--all")
    git(copy, "commit", "--quiet", "--message", "All")
    return copy


def test_a_tag_is_the_version(clone):
    git(clone, "tag", "v1.3.0")
    assert version(clone) == version(clone, "--development") == "1.3.0"


def test_after_a_tag_come_developments_of_the_next_version(clone):
    git(clone, "tag", "-a", "v1.3.0", "-m", "Release")
    for _ in range(11):
        commit(clone)
    assert without_hash(clone) == "1.3.1.dev11+gHASH"
    assert version(clone, "--development") == "1.3.1.dev0"
    assert version(clone).endswith(git(clone, "rev-parse", "HEAD")[:12])


def test_what_is_changed_is_no_release(clone):
    git(clone, "tag", "v1.3.0")
    (clone / "CHANGELOG.md").write_text("changed\n")
    assert version(clone) == "1.3.1.dev0+dirty"
    commit(clone)
    (clone / "CHANGELOG.md").write_text("changed again\n")
    assert without_hash(clone) == "1.3.1.dev1+gHASH.dirty"


@pytest.mark.parametrize("tag", ["v1.4.0rc1", "v1.4.0-rc1", "1.4.0", "version", "v2"])
def test_tags_of_no_release_do_not_count(clone, tag):
    git(clone, "tag", "v1.3.0")
    commit(clone)
    git(clone, "tag", tag)
    assert without_hash(clone) == "1.3.1.dev1+gHASH"


def test_a_clone_without_tags_goes_by_the_last_release_of_the_changelog(clone, tmp_path):
    git(clone, "tag", "v1.3.0")
    commit(clone)
    commit(clone)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--no-tags", f"file://{clone}", str(shallow))
    assert without_hash(shallow) == "1.2.10.dev0+gHASH"


def test_a_copy_without_git_goes_by_it_too(copy):
    assert version(copy) == version(copy, "--development") == "1.2.10.dev0"


def test_a_copy_inside_another_repository_does_not_take_its_tags(clone, tmp_path):
    git(clone, "tag", "v7.0.0")
    inside = clone / "copies" / "sheltermap"
    (inside / "scripts").mkdir(parents=True)
    for name in ("scripts/version", "CHANGELOG.md", ".git_archival"):
        shutil.copy(clone / name, inside / name)
    assert version(inside) == "1.2.10.dev0"


@pytest.mark.parametrize(("commits", "says"), [(0, "1.3.0"), (2, "1.3.1.dev2+gHASH")])
def test_an_archive_of_git_knows_its_tag(clone, tmp_path, commits, says):
    git(clone, "tag", "v1.3.0")
    for _ in range(commits):
        commit(clone)
    assert without_hash(archived(clone, tmp_path)) == says


def test_an_archive_of_git_without_tags_knows_its_commit(clone, tmp_path):
    assert without_hash(archived(clone, tmp_path)) == "1.2.10.dev0+gHASH"


def archived(clone: Path, folder: Path) -> Path:
    git(clone, "archive", "--output", str(folder / "archive.tar"), "HEAD")
    shutil.unpack_archive(folder / "archive.tar", folder / "archive")
    return folder / "archive"


def test_a_source_distribution_has_it_written_down(copy):
    (copy / "PKG-INFO").write_text("Metadata-Version: 2.4\nName: sheltermap\nVersion: 1.3.0\nSummary: Version: 9\n")
    assert version(copy) == "1.3.0"


def test_a_machine_without_git_builds_as_well(clone, tmp_path):
    git(clone, "tag", "v1.3.0")
    (tmp_path / "programs").mkdir()
    for name in ("dirname", "sed", "head", "cut", "grep"):
        (tmp_path / "programs" / name).symlink_to(shutil.which(name))
    script = ["/bin/sh", clone / "scripts" / "version"]
    done = subprocess.run(script, env={"PATH": str(tmp_path / "programs")}, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("1.2.10.dev0\n", "")
