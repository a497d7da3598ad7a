// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/coverage/access.hpp"
#include "sheltermap/reach/reach.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Whether a person is covered at a threshold, by way of the reason: `reached` is covered, `missing_geometry` is
/// unknown, everything else is uncovered. A person with a place of unknown position is unknown unless another place is
/// covered. A cost equal to the threshold is covered.
///
/// Throws std::invalid_argument for a threshold that is not a number >= 0 or lies above the reach's limit.
///
///     const auto reasons = reasons_at(access, 500);
///     const CoverageTotals all = coverage_totals(reasons, borderline_at(access, 500, 5), people, {}, 1).front();
///     const double share = all.covered() / all.total();
[[nodiscard]] std::vector<Reason> reasons_at(const Access& access, double threshold);

/// 1 where the cost is so close to the threshold that the error of the coordinates could turn the answer:
/// |cost - threshold| <= cost_error. Rows without a cost give 0.
[[nodiscard]] std::vector<std::uint8_t> borderline_at(const Access& access, double threshold, double cost_error);

/// People by what became of them. The parts sum to the total by construction.
struct CoverageTotals {
    std::array<double, reason_count> by_reason{};  ///< weight per Reason
    double borderline = 0;                         ///< weight of borderline rows, part of the above
    std::int64_t without_weight = 0;               ///< rows whose weight is not known; counted nowhere else

    [[nodiscard]] double covered() const noexcept;
    [[nodiscard]] double unknown() const noexcept;
    [[nodiscard]] double uncovered() const noexcept;
    [[nodiscard]] double total() const noexcept { return covered() + uncovered() + unknown(); }
};

/// Totals per group of rows (an area, say): `group[row]` in 0..groups, or all in group 0 where `group` is empty.
/// `weight` is people per row, NaN where not known; every row weighs 1 where it is empty. `borderline` may be empty.
/// Throws std::invalid_argument where lengths differ, a group is out of range, or a weight is negative or infinite.
[[nodiscard]] std::vector<CoverageTotals> coverage_totals(std::span<const Reason> reasons,
                                                          std::span<const std::uint8_t> borderline,
                                                          std::span<const double> weight,
                                                          std::span<const std::int64_t> group, std::size_t groups);

}  // namespace sheltermap
