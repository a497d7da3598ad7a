# SPDX-License-Identifier: Apache-2.0
"""The scripts that set the checkout up."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT

WHEN_UNLOCKED = ROOT / "scripts" / "when_unlocked"


@pytest.fixture
def apt(tmp_path: Path) -> dict[str, str]:
    """An environment in which apt-get has lists, packages and locks of its own, and nothing to fetch."""
    if shutil.which("apt-get") is None:
        pytest.skip("apt-get is not installed")
    for folder in ("state/lists/partial", "cache/archives/partial", "dpkg/updates"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dpkg" / "status").touch()
    (tmp_path / "apt.conf").write_text(
        f'Dir::State "{tmp_path}/state"; Dir::State::Status "{tmp_path}/dpkg/status"; Dir::Cache "{tmp_path}/cache";\n'
        'Dir::Etc::SourceList "/dev/null"; Dir::Etc::SourceParts "/dev/null";\n'
        'APT::Update::Post-Invoke-Success ""; #clear APT::Update;\n'
    )
    return {**os.environ, "APT_CONFIG": str(tmp_path / "apt.conf")}


@pytest.mark.parametrize(
    ("lock", "command"),
    [
        ("state/lists/lock", ["apt-get", "update"]),
        ("dpkg/lock-frontend", ["apt-get", "install", "--yes"]),
    ],
)
def test_a_held_lock_is_waited_for_and_named(apt, tmp_path, lock, command):
    with (tmp_path / lock).open("w") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        waiting = subprocess.Popen([WHEN_UNLOCKED, *command], env=apt, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr is not None
        said = waiting.stderr.readline()
        assert waiting.poll() is None, said
    _, rest = waiting.communicate(timeout=300)
    assert waiting.returncode == 0, rest
    assert "Waiting for another process" in said
    assert str(tmp_path / lock) in said
    assert str(os.getpid()) in said


def test_another_failure_is_not_waited_for(apt):
    done = subprocess.run(
        [WHEN_UNLOCKED, "apt-get", "install", "--yes", "no-such-package"], env=apt, capture_output=True, text=True
    )
    assert done.returncode == 100
    assert "Unable to locate package" in done.stdout
    assert done.stderr == ""
