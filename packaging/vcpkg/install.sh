#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fetches vcpkg and builds the libraries of vcpkg.json with it, static, for packaging/cibuildwheel.toml. Untried; see there.
#   packaging/vcpkg/install.sh FOLDER LICENCES     they come into FOLDER/libraries, their licences into LICENCES
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
folder=$1 licences=$2
case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) triplet=x64-linux ;;
    Linux-aarch64) triplet=arm64-linux ;;
    Darwin-x86_64) triplet=x64-osx ;;
    Darwin-arm64) triplet=arm64-osx ;;
    *) triplet=x64-windows-static-md ;;
esac
if [ ! -d "$folder/.git" ]; then git clone https://github.com/microsoft/vcpkg "$folder"; fi
"$folder"/bootstrap-vcpkg.sh -disableMetrics
"$folder"/vcpkg install --triplet "$triplet" --x-manifest-root "$here" --x-install-root "$folder/installed"
rm -rf "$folder/libraries" && cp -R "$folder/installed/$triplet" "$folder/libraries"
mkdir -p "$licences"
cp "$here/../BUNDLED.md" "$licences"
for copyright in "$folder"/libraries/share/*/copyright; do
    cp "$copyright" "$licences/$(basename "$(dirname "$copyright")").txt"
done
