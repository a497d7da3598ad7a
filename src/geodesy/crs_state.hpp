// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "sheltermap/geodesy/crs.hpp"

namespace sheltermap {

struct Crs::State {
    std::string name, code, wkt;
    std::string operand;  ///< the definition PROJ computes with
    bool geographic = false;
    bool lonlat = false;
    std::optional<AreaOfUse> area;
};

}  // namespace sheltermap
