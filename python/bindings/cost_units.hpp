// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/cost_unit.hpp"

#include <pybind11/pybind11.h>

#include <string>

namespace sheltermap::python {

/// The unit that Python calls so.
inline CostUnit to_unit(const std::string& unit) {
    if (unit == "metres") return CostUnit::metres;
    if (unit == "seconds") return CostUnit::seconds;
    throw pybind11::value_error("unit must be 'metres' or 'seconds', not '" + unit + "'");
}

}  // namespace sheltermap::python
