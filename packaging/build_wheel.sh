#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the source distribution, and from that wheels for Linux that need nothing of the system but glibc and libgcc: PROJ,
# GEOS, GDAL and SQLite are inside the compiled module, what they read lies beside it, and their licences with the wheel's.
#   packaging/build_wheel.sh [--unchecked] [PYTHON ...]     for /usr/bin/python3, or the interpreters that are named
# Those that packaging/check_wheel.sh finds no fault with come into dist/. The same commit gives the same bytes, wherever the
# checkout lies; packaging/release.sh tries that. SHELTERMAP_DEPS names another folder of packaging/build_deps.sh.
# Needs what scripts/setup installs and what packaging/build_deps.sh asks for, which it calls. A wheel runs where glibc is
# as new as here, or a little older: auditwheel puts the oldest that will do into its name.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
checked=true
if [ "${1:-}" = --unchecked ]; then checked=false; shift; fi
[ "$#" -gt 0 ] || set -- /usr/bin/python3
work=$root/build/wheels
deps=$(realpath -m "${SHELTERMAP_DEPS:-build/deps}")
prefix=$deps/prefix
say() { echo "==> $*"; }

# An environment of its own for each interpreter, with what builds and judges.
environment() {
    local python=$1 venv=$2 wanted
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    mapfile -t wanted < <("$venv/bin/python" scripts/requirements.py build wheel project)
    "$venv/bin/python" -m pip install -q --disable-pip-version-check -c scripts/constraints.txt "${wanted[@]}"
}

# Texts of all that is in the module beside our own code; of headers and of the compiler's library Debian keeps them with
# its packages.
gather_licences() {
    local venv=$1 folder=$2 package
    rm -rf "$folder" && mkdir -p "$folder"
    cp packaging/BUNDLED.md "$prefix"/share/licenses/*.txt "$folder"
    dpkg-query -S /usr/include/{boost,osmium,protozero}/version.hpp "$(realpath "$(g++ -print-file-name=libstdc++.a)")" |
        sed 's/: .*//' | while read -r package; do
            cp "/usr/share/doc/${package%:*}/copyright" "$folder/${package%:*}.txt"
            # shellcheck disable=SC2016  # dpkg's own variables
            dpkg-query -W -f '${source:Package} ${source:Version}\n' "$package" >>"$folder/VERSIONS.txt"
        done
    cp "$venv"/lib/python*/site-packages/pybind11-*.dist-info/licenses/LICENSE "$folder/pybind11.txt"
}

packaging/build_deps.sh "$deps"
# The same sources give the same bytes: times are those of the commit, or of the last release where there is no git.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    day=$(sed -n 's/^## \[[0-9.]*\] - //p' CHANGELOG.md | head -n 1)
    SOURCE_DATE_EPOCH=$(if [ -e .git ]; then git log -1 --format=%ct; else date -ud "$day" +%s; fi)
fi
export SOURCE_DATE_EPOCH
export CFLAGS="-ffile-prefix-map=$root=. -ffile-prefix-map=$deps=./build/deps" LC_ALL=C.UTF-8 TZ=UTC
export CXXFLAGS=$CFLAGS
umask 022
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
    python packaging/sbom.py "$source" "$work/licences" "$work/sbom/sheltermap.cdx.json"
    rm -rf "$folder"/{cmake,raw,wheel}
    PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig CMAKE_PREFIX_PATH=$prefix CMAKE_BUILD_PARALLEL_LEVEL=$(scripts/jobs) \
        python -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation \
        --wheel-dir "$folder/raw" --config-settings=build-dir="$folder/cmake" --config-settings=cmake.define.SHELTERMAP_BUNDLED=ON \
        --config-settings=cmake.define.SHELTERMAP_BUNDLED_LICENCES="$work/licences" \
        --config-settings=cmake.define.SHELTERMAP_BUNDLED_SBOM="$work/sbom" "$source"
    auditwheel repair -z 9 --wheel-dir "$folder/wheel" "$folder/raw/"*.whl
    if $checked; then packaging/check_wheel.sh "$folder/wheel/"*.whl "$python"; fi
    cp "$folder/wheel/"*.whl dist
    cp "$work/sbom/sheltermap.cdx.json" "dist/$(basename "$folder/wheel/"*.whl .whl).cdx.json"
done
