// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geodesy/crs.hpp"

#include <optional>
#include <string>

namespace sheltermap::io {

/// The system of a layer: what the file names, or what the caller gave (`given`, may be empty) where it names none.
/// `where` is for messages: "layer 'zones' in flood.shp".
/// Throws CrsError where there is neither, or where they contradict each other.
[[nodiscard]] Crs choose_crs(const std::optional<Crs>& in_file, const std::string& given, const std::string& where);

/// WGS 84 under its usual code, whatever name a file uses for longitude and latitude.
[[nodiscard]] Crs with_usual_code(const Crs& crs);

}  // namespace sheltermap::io
