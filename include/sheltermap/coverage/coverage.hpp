// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/coverage/access.hpp"

#include <cstdint>
#include <vector>

namespace sheltermap {

/// Whether a person is covered at a threshold, by way of the reason: `reached` is covered, `missing_geometry` and
/// `not_in_table` are unknown, everything else is uncovered. A person with a place of which nothing is known is unknown
/// unless another place is covered. A cost equal to the threshold is covered.
///
/// Throws std::invalid_argument for a threshold that is not a number >= 0 or lies above the reach's limit.
///
///     const auto reasons = reasons_at(access, 500);
///     const auto unsure = borderline_at(access, 500, 5);
[[nodiscard]] std::vector<Reason> reasons_at(const Access& access, double threshold);

/// 1 where the cost is so close to the threshold that the error of the coordinates could turn the answer:
/// |cost - threshold| <= cost_error. Rows without a cost give 0.
[[nodiscard]] std::vector<std::uint8_t> borderline_at(const Access& access, double threshold, double cost_error);

}  // namespace sheltermap
