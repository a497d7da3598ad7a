# SPDX-License-Identifier: Apache-2.0
"""Print requirements of pyproject.toml, one a line: `requirements.py build project test lint`."""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
lists = {
    "build": project["build-system"]["requires"],
    "project": project["project"]["dependencies"],
    **project["dependency-groups"],
}
print("\n".join(requirement for name in sys.argv[1:] for requirement in lists[name]))
