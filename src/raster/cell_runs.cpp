// SPDX-License-Identifier: Apache-2.0
#include "cell_runs.hpp"

#include "base/vector_clones.hpp"
#include <algorithm>
#include <array>
#include <limits>

namespace sheltermap {
namespace {

constexpr std::size_t lanes = 16;  // added up side by side, in the same order on every processor
using Lanes = std::array<double, lanes>;

inline double total(const Lanes& each) {
    double sum = 0;
    for (const double lane : each) sum += lane;
    return sum;
}

}  // namespace

SHELTERMAP_VECTOR_CLONES RunSums run_sums(const double* values, std::size_t count) noexcept {
    Lanes cells{}, sums{};
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (std::size_t k = 0; k < lanes; ++k) {
            const double value = values[i + k];
            const bool known = value == value;
            sums[k] += known ? value : 0.0;
            cells[k] += known ? 1.0 : 0.0;
        }
    }
    for (std::size_t k = 0; i < count; ++i, ++k) {
        const double value = values[i];
        if (value != value) continue;
        sums[k] += value;
        cells[k] += 1.0;
    }
    return {total(cells), total(sums)};
}

SHELTERMAP_VECTOR_CLONES RunExtremes run_extremes(const double* values, std::size_t count) noexcept {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Lanes least, greatest;
    least.fill(infinity);
    greatest.fill(-infinity);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (std::size_t k = 0; k < lanes; ++k) {  // comparisons with NaN are false
            const double value = values[i + k];
            least[k] = value < least[k] ? value : least[k];
            greatest[k] = value > greatest[k] ? value : greatest[k];
        }
    }
    for (; i < count; ++i) {
        least[0] = values[i] < least[0] ? values[i] : least[0];
        greatest[0] = values[i] > greatest[0] ? values[i] : greatest[0];
    }
    return {*std::ranges::min_element(least), *std::ranges::max_element(greatest)};
}

SHELTERMAP_VECTOR_CLONES RunAreas run_areas(const double* values, const double* areas, std::size_t count) noexcept {
    Lanes known{}, unknown{};
    for (std::size_t i = 0; i < count; ++i) {
        const bool is_known = values[i] == values[i];
        known[i % lanes] += is_known ? areas[i] : 0.0;
        unknown[i % lanes] += is_known ? 0.0 : areas[i];
    }
    return {total(known), total(unknown)};
}

SHELTERMAP_VECTOR_CLONES void float_values(const float* numbers, double* values, std::size_t count,
                                           double nodata) noexcept {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = static_cast<double>(numbers[i]);
        values[i] = number == nodata ? none : number;
    }
}

}  // namespace sheltermap
