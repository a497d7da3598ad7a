// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/reach/reach.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Who is sent where: pairs of demand row and facility with people, by row and then by facility.
///
///     const std::vector<std::int64_t> families{4, 5}, places{6, 6};
///     const Sent sent = sent_in_order(reach, families, places, Turn::pairs);
///     for (std::size_t pair = 0; pair < sent.size(); ++pair)
///         std::cout << sent.people[pair] << " of home " << sent.row[pair] << " go to " << sent.facility[pair] << "\n";
struct Sent {
    std::vector<std::int32_t> row;
    std::vector<std::int32_t> facility;
    std::vector<std::int64_t> people;
    std::vector<double> cost;            ///< per person, in the unit of the reach
    std::vector<std::int64_t> unserved;  ///< per demand row: those without a place
    std::vector<std::int64_t> load;      ///< per facility: those who come

    [[nodiscard]] std::size_t size() const noexcept { return row.size(); }
};

}  // namespace sheltermap
