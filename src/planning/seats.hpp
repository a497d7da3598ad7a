// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/planning/sent.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Throws std::invalid_argument where people or places do not fit a reach: other lengths, a number below 0, or more
/// people than 64 bits hold.
void require_people_and_places(const Reach& reach, std::span<const std::int64_t> people,
                               std::span<const std::int64_t> places);

/// The people of each pair of a reach as a Sent; `seated` has an entry per pair of the reach.
[[nodiscard]] Sent sent_of(const Reach& reach, std::span<const std::int64_t> people, std::size_t facilities,
                           const std::vector<std::int64_t>& seated);

}  // namespace sheltermap
