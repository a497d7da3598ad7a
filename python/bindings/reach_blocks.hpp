// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/reach/reach_in_blocks.hpp"

#include <pybind11/pybind11.h>

namespace sheltermap::python {

/// A reach in blocks and the Python object that it views.
struct ReachBlocks {
    pybind11::object viewed;
    ReachInBlocks blocks;
};

}  // namespace sheltermap::python
