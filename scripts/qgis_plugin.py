# SPDX-License-Identifier: Apache-2.0
"""Makes the zip that QGIS installs as a plugin: the same bytes from the same sources."""

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLUGIN = ROOT / "qgis_plugin" / "sheltermap_qgis"
ENDINGS = {".py", ".json", ".svg", ".txt"}
DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell


def make(target: Path) -> None:
    """Write the zip beside `target`, then put it in its place."""
    files = {path.relative_to(PLUGIN.parent): path for path in PLUGIN.rglob("*") if path.suffix in ENDINGS}
    files[Path(PLUGIN.name, "LICENSE")] = ROOT / "LICENSE"
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    with zipfile.ZipFile(fresh, "w") as archive:
        for name in sorted(files, key=Path.as_posix):
            entry = zipfile.ZipInfo(name.as_posix(), DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name].read_bytes(), zipfile.ZIP_DEFLATED, 9)
    fresh.replace(target)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "sheltermap-qgis-plugin.zip")
