// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geodesy/crs.hpp"

#include <optional>
#include <string>

namespace sheltermap {

struct Crs::State {
    std::string name, code, wkt;
    std::string operand;   ///< the definition PROJ computes with
    bool shipped = false;  ///< computed with our own definition, unknown to PROJ
    bool geographic = false;
    bool lonlat = false;
    std::optional<AreaOfUse> area;
    std::optional<XY> false_origin;
};

}  // namespace sheltermap
