// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/reason.hpp"

#include <pybind11/numpy.h>

#include <cstdint>
#include <vector>

namespace sheltermap::python {

/// Reasons as their codes, over the memory of `owner`; the enum's underlying type is NumPy's uint8.
inline pybind11::array_t<std::uint8_t> codes_view(const std::vector<Reason>& reasons, pybind11::handle owner) {
    return {{static_cast<pybind11::ssize_t>(reasons.size())},
            {pybind11::ssize_t{1}},
            reinterpret_cast<const std::uint8_t*>(reasons.data()),
            owner};
}

}  // namespace sheltermap::python
