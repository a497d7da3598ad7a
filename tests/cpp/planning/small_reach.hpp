// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/reach/reach.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace sheltermap {

/// A reach of rows that reach some facilities at small whole costs, of a generator whose numbers are the same anywhere.
inline Reach random_reach(std::mt19937& random, std::size_t rows, std::size_t facilities, std::uint32_t dearest = 9) {
    Reach reach;
    for (std::size_t row = 0; row < rows; ++row) {
        std::vector<std::pair<double, std::int32_t>> own;
        for (std::size_t facility = 0; facility < facilities; ++facility) {
            if (random() % 4 != 0) own.emplace_back(random() % dearest, static_cast<std::int32_t>(facility));
        }
        std::ranges::sort(own);
        for (const auto& [cost, facility] : own) {
            reach.cost.push_back(cost);
            reach.facility.push_back(facility);
        }
        reach.offsets.push_back(static_cast<std::int64_t>(reach.facility.size()));
        reach.reason.push_back(own.empty() ? Reason::too_far : Reason::reached);
    }
    return reach;
}

/// Whole numbers from 0 to `largest`.
inline std::vector<std::int64_t> random_numbers(std::mt19937& random, std::size_t count, std::uint32_t largest) {
    std::vector<std::int64_t> numbers(count);
    for (std::int64_t& each : numbers) each = random() % (largest + 1);
    return numbers;
}

}  // namespace sheltermap
