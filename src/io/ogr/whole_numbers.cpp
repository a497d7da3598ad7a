// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/whole_numbers.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace sheltermap::io {

std::pair<std::int64_t, std::int64_t> range_of(const std::vector<std::int64_t>& numbers,
                                               const std::vector<std::uint8_t>& valid) {
    bool is_first = true;
    std::pair<std::int64_t, std::int64_t> range{0, 0};
    for (std::size_t row = 0; row < numbers.size(); ++row) {
        if (valid[row] == 0) continue;
        range.first = is_first ? numbers[row] : std::min(range.first, numbers[row]);
        range.second = is_first ? numbers[row] : std::max(range.second, numbers[row]);
        is_first = false;
    }
    return range;
}

OGRFieldType type_for(std::pair<std::int64_t, std::int64_t> range) {
    using Small = std::numeric_limits<std::int32_t>;
    constexpr std::int64_t exact = std::int64_t{1} << 53U;  // beyond it a double skips numbers
    if (range.first >= Small::min() && range.second <= Small::max()) return OFTInteger;
    return range.first >= -exact && range.second <= exact ? OFTReal : OFTString;
}

}  // namespace sheltermap::io
