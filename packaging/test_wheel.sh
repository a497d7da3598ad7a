#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs all Python tests against a wheel in an environment that has nothing else but what tests ask for, where PROJ_DATA,
# PROJ_LIB and GDAL_DATA lead nowhere (packaging/data_nowhere.py).
#   packaging/test_wheel.sh WHEEL [PYTHON [PYTEST'S ARGUMENTS ...]]     with /usr/bin/python3
# 25 minutes of processor time. Needs this checkout and the system's packages of scripts/setup --tests; what is missing there
# is skipped as ever. The environment stays in build/wheel-tests for the next time.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
wheel=$(realpath "$1")
python=${2:-/usr/bin/python3}
shift "$(( $# < 2 ? $# : 2 ))"
cd "$root"
venv=$root/build/wheel-tests/$("$python" -c 'import sys; print(sys.implementation.cache_tag)')
say() { echo "==> $*"; }

# Of the checkout, not of the wheel, and not without what builds it.
left_out=(
    # Compares with a stub that pybind11-stubgen and ruff make, of the group lint.
    tests/python/test_package.py::test_the_stub_of_the_compiled_module_is_up_to_date
    # Builds a wheel, by scikit-build-core.
    tests/python/map/test_page.py::test_the_package_ships_the_page_and_its_library
)

say "Environment: $venv"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
mapfile -t wanted < <("$python" scripts/requirements.py test)
"$venv/bin/python" -m pip install -q --disable-pip-version-check -c scripts/constraints.txt "$wheel" "${wanted[@]}"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --force-reinstall "$wheel"
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
cp packaging/data_nowhere.py "$site"
echo "import data_nowhere" >"$site/data_nowhere.pth"

unset PYTHONPATH
export PROJ_DATA=/nonexistent PROJ_LIB=/nonexistent GDAL_DATA=/nonexistent PATH="$venv/bin:$PATH"
say "What is tested"
python - "$site" <<'LOOK'
import ctypes, os, subprocess, sys

import sheltermap

told = ctypes.CDLL(None).getenv
told.restype = ctypes.c_char_p
assert told(b"PROJ_DATA") == told(b"PROJ_LIB") == told(b"GDAL_DATA") == b"/nonexistent", "libraries do not see it"
assert "PROJ_DATA" not in os.environ, "Python sees it"
assert subprocess.run(["/bin/sh", "-c", 'test -z "$PROJ_DATA"']).returncode == 0, "other programs see it"
script = "from ctypes import *; f = CDLL(None).getenv; f.restype = c_char_p; assert f(b'PROJ_DATA') == b'/nonexistent'"
assert subprocess.run([sys.executable, "-c", script]).returncode == 0, "the environment's own programs do not see it"
assert sheltermap.__file__.startswith(sys.argv[1]), sheltermap.__file__
print(f"    sheltermap {sheltermap.__version__}, {sheltermap.__file__}")
LOOK

say "Python tests"
python -m pytest -q -n "$(scripts/jobs)" --dist worksteal "${left_out[@]/#/--deselect=}" "${@:-tests/python}"
