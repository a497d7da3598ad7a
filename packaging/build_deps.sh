#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the libraries that a wheel carries inside, static and with hidden symbols: SQLite, PROJ, GEOS, GDAL with the
# drivers that src/io/runtime.cpp registers, and what these unpack with. Their sources are Debian's source packages,
# with Debian's patches, from the archive that this machine's apt is set to.
#   packaging/build_deps.sh [FOLDER]     build/deps by default; FOLDER/prefix is what packaging/build_wheel.sh links
# May be called at any time: finished libraries are recognised and skipped, an interrupted one is gone on with. A
# library is built again when its version, its recipe below or one that it uses has changed. Without FOLDER/sources
# it looks for newer sources. 20 minutes of processor time from empty, and nothing outside FOLDER.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
deps=$(realpath -m "${1:-$root/build/deps}")
prefix=$deps/prefix
# Libraries are told that this is where they are installed: they put it into themselves and read from there what nobody
# names to them. Nothing lies there on the machine that runs them, nor may anybody lay it.
nowhere=/nonexistent
jobs=$("$root/scripts/jobs")
say() { echo "==> $*"; }
stop() { echo "build_deps: $*" >&2; exit 1; }

# Debian's source packages, each behind those it uses.
libraries=(zlib bzip2 libzstd expat sqlite3 proj geos gdal)
declare -A uses=([proj]="sqlite3" [gdal]="zlib libzstd sqlite3 proj geos")

# What its linker does not need of a library it leaves out, for which each function must be a section of its own.
flags="-O2 -DNDEBUG -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections -ffile-prefix-map=$deps=."

check_tools() {
    local tool package missing=()
    while read -r tool package; do
        command -v "$tool" >/dev/null || missing+=("$package")
    done <<'TOOLS'
dpkg-source dpkg-dev
g++ build-essential
cmake cmake
ninja ninja-build
pkg-config pkg-config
autoreconf autoconf
libtoolize libtool
tclsh tcl
unshar sharutils
TOOLS
    [ "${#missing[@]}" -eq 0 ] || stop "these packages are missing: ${missing[*]}"
}

# apt with the source packages of what the machine's apt takes its packages from; its own lists stay as they are.
apt_sources() {
    local command=$1; shift
    "$command" -q -o Dir::Etc::SourceList="$deps/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$deps/apt/lists" -o Dir::Cache="$deps/apt/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}
list_sources() {
    say "Lists of source packages"
    mkdir -p "$deps/apt/lists/partial" "$deps/apt/cache"
    # A key that apt does not know of stays unexpanded. In this order the archive comes before its security suite.
    # shellcheck disable=SC2016  # apt's own variables
    apt-get indextargets --format 'deb-src [signed-by=$(SIGNED_BY)] $(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' "Origin: $(. /etc/os-release; echo "${ID^}")" |
        sed 's/\[signed-by=\(\$(SIGNED_BY)\)\?\] //' | sort -ru >"$deps/apt/sources.list"
    [ -s "$deps/apt/sources.list" ] || stop "apt knows no archive of this system; call apt-get update first"
    apt_sources apt-get update >"$deps/apt.log" 2>&1 || { tail -n 20 "$deps/apt.log" >&2; stop "apt-get update failed"; }
}

# The newest version whose files are really there: a mirror may list more than it holds, and what it lacks may be mended
# faults. The wheel's list of versions says so.
fetch_source() {
    local name=$1 version newest="" folder=$deps/sources/$1
    [ ! -e "$folder/complete" ] || return 0
    [ -e "$deps/apt/listed" ] || { list_sources; touch "$deps/apt/listed"; }
    rm -rf "$folder" && mkdir -p "$folder"
    while read -r version; do
        newest=${newest:-$version}
        say "Source of $name $version"
        if (cd "$folder" && apt_sources apt-get source --download-only "$name=$version") >>"$deps/apt.log" 2>&1; then
            [ "$version" = "$newest" ] || echo "; $newest was not to be had" >"$folder/missed"
            echo "$version" >"$folder/complete"
            return
        fi
    done < <(apt_sources apt-cache showsrc --only-source "$name" | sed -n 's/^Version: //p' | sort -urV)
    tail -n 20 "$deps/apt.log" >&2
    stop "no source of $name is to be had"
}
unpack() {
    rm -rf "$deps/src/$1" "$deps/build/$1"
    mkdir -p "$deps/src" "$deps/build/$1"
    dpkg-source --no-check -x "$deps/sources/$1/"*.dsc "$deps/src/$1"
}

# --- how each is built; called in its source folder ---

with_cmake() {
    local name=$1 source=$2; shift 2
    cmake -S "$source" -B "$deps/build/$name" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_C_FLAGS_RELEASE="$flags" -DCMAKE_CXX_FLAGS_RELEASE="$flags -fvisibility-inlines-hidden" \
        -DCMAKE_INSTALL_PREFIX="$nowhere" -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_PREFIX_PATH="$prefix" \
        -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF "$@"
    cmake --build "$deps/build/$name" -j "$jobs"
    DESTDIR=$deps/build/$name/installed cmake --install "$deps/build/$name"
    cp -a "$deps/build/$name/installed$nowhere/." "$prefix"
    # A C++ compiler adds its own library by itself, and a static one where it is asked for.
    sed -i "s#$nowhere#$prefix#g; s/ -lstdc++//g" "$prefix/lib/pkgconfig/"*.pc
}
keep_licence() { install -D -m 644 "$2" "$prefix/share/licenses/$1.txt"; }

build_zlib() {
    CFLAGS=$flags ./configure --static --prefix="$prefix"
    make -j "$jobs" libz.a
    make install
    keep_licence zlib LICENSE
}
build_bzip2() {
    make -j "$jobs" CFLAGS="$flags -D_FILE_OFFSET_BITS=64" libbz2.a
    install -D -m 644 libbz2.a -t "$prefix/lib"
    install -D -m 644 bzlib.h -t "$prefix/include"
    keep_licence bzip2 LICENSE
}
build_libzstd() {
    with_cmake libzstd build/cmake -DZSTD_BUILD_SHARED=OFF -DZSTD_BUILD_PROGRAMS=OFF -DZSTD_BUILD_TESTS=OFF \
        -DZSTD_MULTITHREAD_SUPPORT=OFF -DZSTD_LEGACY_SUPPORT=OFF -DCMAKE_C_FLAGS=-DZSTD_TRACE=0
    keep_licence libzstd LICENSE
}
build_expat() {
    cd expat
    autoreconf -fi
    ./configure --prefix="$prefix" --disable-shared --without-xmlwf --without-docbook --without-examples \
        --without-tests CFLAGS="$flags"
    # arc4random is of glibc 2.36; getrandom serves as well, on older systems too.
    sed -i '/define HAVE_ARC4RANDOM/d' expat_config.h
    make -j "$jobs"
    make install
    rm -r "$prefix/lib/cmake/expat-"*  # names a shared library
    keep_licence expat COPYING
}
build_sqlite3() {
    # Of Debian's options those that files or queries show. Extensions cannot be left out: GDAL calls for them, and says
    # so where they are missing, although nobody lets it load one.
    local options="-DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_RTREE=1 -DSQLITE_ENABLE_COLUMN_METADATA
        -DSQLITE_SECURE_DELETE -DSQLITE_MAX_VARIABLE_NUMBER=250000 -DSQLITE_USE_URI=1"
    autoreconf -fi
    ./configure --prefix="$prefix" --disable-shared --disable-tcl --disable-readline --enable-load-extension \
        CFLAGS="$flags $options"
    make -j "$jobs" sqlite3.h libsqlite3.la sqlite3
    make install
    keep_licence sqlite3 debian/copyright
}
build_proj() {
    # Grids of Debian's proj-data, so that coordinates are the same as from source; heights are not asked for, and the
    # Swiss grids there bear names that PROJ does not look for.
    unshar -c -d data debian/datumgrids.shar
    rm data/egm96_15.gtx
    with_cmake proj . -DBUILD_APPS=OFF -DENABLE_CURL=OFF -DENABLE_TIFF=OFF -DEXE_SQLITE3="$prefix/bin/sqlite3"
    keep_licence proj COPYING
}
build_geos() {
    with_cmake geos . -DBUILD_GEOSOP=OFF -DBUILD_BENCHMARKS=OFF -DBUILD_DOCUMENTATION=OFF
    keep_licence geos COPYING
}
build_gdal() {
    local internal=() library
    for library in TIFF GEOTIFF JPEG JPEG12 JSONC LERC SHAPELIB; do internal+=("-DGDAL_USE_${library}_INTERNAL=ON"); done
    with_cmake gdal . -DBUILD_APPS=OFF -DBUILD_PYTHON_BINDINGS=OFF -DBUILD_JAVA_BINDINGS=OFF \
        -DBUILD_CSHARP_BINDINGS=OFF -DENABLE_GNM=OFF \
        -DGDAL_BUILD_OPTIONAL_DRIVERS=OFF -DOGR_BUILD_OPTIONAL_DRIVERS=OFF -DGDAL_ENABLE_DRIVER_AAIGRID=ON \
        -DOGR_ENABLE_DRIVER_SQLITE=ON -DOGR_ENABLE_DRIVER_GPKG=ON -DOGR_ENABLE_DRIVER_FLATGEOBUF=ON \
        -DOGR_ENABLE_DRIVER_OPENFILEGDB=ON \
        -DGDAL_USE_EXTERNAL_LIBS=OFF -DGDAL_USE_INTERNAL_LIBS=OFF "${internal[@]}" \
        -DGDAL_USE_LIBKML=OFF -DGDAL_USE_OPENJPEG=OFF -DGDAL_USE_ICONV=ON \
        -DGDAL_USE_ZLIB=ON -DGDAL_USE_ZSTD=ON -DGDAL_USE_SQLITE3=ON -DGDAL_USE_GEOS=ON
    keep_licence gdal LICENSE.TXT
}

# --- one after the other ---

build() {
    local name=$1 mark=$2 status
    [ "$(cat "$deps/done/$name" 2>/dev/null)" != "$mark" ] || return 0
    say "$name $(cat "$deps/sources/$name/complete")"
    local log=$deps/log/$name.log
    # Not in a condition, in which bash would go on after a command that failed.
    set +e
    (
        set -e
        if [ "$(cat "$deps/begun/$name" 2>/dev/null)" != "$mark" ]; then
            unpack "$name"
            echo "$mark" >"$deps/begun/$name"
        fi
        cd "$deps/src/$name"
        "build_$name"
    ) >"$log" 2>&1
    status=$?
    set -e
    [ "$status" -eq 0 ] || { tail -n 30 "$log" >&2; stop "$name failed (all output: $log)"; }
    echo "$mark" >"$deps/done/$name"
}

check_tools
mkdir -p "$deps"/{sources,done,begun,log,apt} "$prefix"
rm -f "$deps/apt/listed"
for name in "${libraries[@]}"; do fetch_source "$name"; done
for name in "${libraries[@]}"; do
    recipe=$(declare -f with_cmake "build_$name"; cat "$deps/sources/$name/complete")
    for used in ${uses[$name]:-}; do recipe+=$(cat "$deps/done/$used"); done
    build "$name" "$(sha256sum <<<"$flags $recipe")"
done
for name in "${libraries[@]}"; do
    echo "$name $(cat "$deps/sources/$name/complete")$(cat "$deps/sources/$name/missed" 2>/dev/null || true)"
done >"$prefix/share/licenses/VERSIONS.txt"
(cd "$deps/sources" && sha256sum -- */*.dsc */*.tar.*) >"$prefix/share/licenses/SOURCES.txt"
say "All there: $prefix"
cat "$prefix/share/licenses/VERSIONS.txt"
