// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/edge_index.hpp"

#include <vector>

namespace sheltermap::python {

/// Snapped places, kept in C++ between snapping and the questions.
struct Snaps {
    std::vector<Snap> rows;
};

}  // namespace sheltermap::python
