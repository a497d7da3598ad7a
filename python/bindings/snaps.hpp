// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/edge_index.hpp"

#include "arrays.hpp"

namespace sheltermap::python {

/// Snapped places, kept in C++ between snapping and the questions.
using Snaps = Rows<Snap>;

}  // namespace sheltermap::python
