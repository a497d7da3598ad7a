#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the source distribution, and from that wheels for Linux that need nothing of the system but glibc and libgcc: PROJ,
# GEOS, GDAL and SQLite are inside the compiled module, what they read lies beside it, and their licences with the wheel's.
#   packaging/build_wheel.sh [PYTHON ...]     for /usr/bin/python3, or the interpreters that are named
# Those that packaging/check_wheel.sh finds no fault with come into dist/.
# Needs what scripts/setup installs and what packaging/build_deps.sh asks for, which it calls. A wheel runs where glibc is
# as new as here, or a little older: auditwheel puts the oldest that will do into its name.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
[ "$#" -gt 0 ] || set -- /usr/bin/python3
work=$root/build/wheels
prefix=$root/build/deps/prefix
say() { echo "==> $*"; }

# An environment of its own for each interpreter, with what builds and judges.
environment() {
    local python=$1 venv=$2 wanted
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    mapfile -t wanted < <("$venv/bin/python" scripts/requirements.py build wheel)
    "$venv/bin/python" -m pip install -q --disable-pip-version-check -c scripts/constraints.txt "${wanted[@]}"
}

# Texts of all that is in the module beside our own code; of headers Debian keeps them with its packages.
gather_licences() {
    local venv=$1 folder=$2 package
    rm -rf "$folder" && mkdir -p "$folder"
    cp packaging/BUNDLED.md "$prefix"/share/licenses/*.txt "$folder"
    for package in libboost-dev libosmium2-dev libprotozero-dev; do
        cp "/usr/share/doc/$package/copyright" "$folder/$package.txt"
    done
    cp "$venv"/lib/python*/site-packages/pybind11-*.dist-info/licenses/LICENSE "$folder/pybind11.txt"
}

packaging/build_deps.sh
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}  # the same sources give the same bytes
export SOURCE_DATE_EPOCH
source=""
for python in "$@"; do
    tag=$("$python" -c 'import sys; print(sys.implementation.cache_tag)')
    folder=$work/$tag
    say "$("$python" -V)"
    environment "$python" "$folder/venv"
    export PATH="$folder/venv/bin:$PATH"
    if [ -z "$source" ]; then
        rm -rf "$work/source" && mkdir -p "$work/source"
        name=$(python -c 'from scikit_build_core.build import build_sdist; print(build_sdist("dist"))' | tail -n 1)
        tar -xzf "dist/$name" -C "$work/source"
        source=$(echo "$work"/source/*)
    fi
    gather_licences "$folder/venv" "$work/licences"
    rm -rf "$folder"/{cmake,raw,wheel}
    PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig CMAKE_PREFIX_PATH=$prefix CMAKE_BUILD_PARALLEL_LEVEL=$(scripts/jobs) \
        python -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation \
        --wheel-dir "$folder/raw" --config-settings=build-dir="$folder/cmake" --config-settings=cmake.define.SHELTERMAP_BUNDLED=ON \
        --config-settings=cmake.define.SHELTERMAP_BUNDLED_LICENCES="$work/licences" "$source"
    auditwheel repair -z 9 --wheel-dir "$folder/wheel" "$folder/raw/"*.whl
    packaging/check_wheel.sh "$folder/wheel/"*.whl "$python"
    cp "$folder/wheel/"*.whl dist
done
