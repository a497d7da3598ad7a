// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace sheltermap {

/// What there is to add up of cells that lie side by side; NaN is a cell without a value.
struct RunSums {
    double cells = 0;  ///< with a value
    double sum = 0;
};
[[nodiscard]] RunSums run_sums(const double* values, std::size_t count) noexcept;

struct RunExtremes {
    double least, greatest;  ///< infinite where no cell has a value
};
[[nodiscard]] RunExtremes run_extremes(const double* values, std::size_t count) noexcept;

/// The areas of cells with a value, and of those without one.
struct RunAreas {
    double known = 0, unknown = 0;
};
[[nodiscard]] RunAreas run_areas(const double* values, const double* areas, std::size_t count) noexcept;

/// The values of numbers as files hold them, NaN for those that stand for none.
void float_values(const float* numbers, double* values, std::size_t count, double nodata) noexcept;

}  // namespace sheltermap
