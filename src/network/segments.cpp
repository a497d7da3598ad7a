// SPDX-License-Identifier: Apache-2.0
#include "network/segments.hpp"

#include <bit>
#include <cmath>
#include <numeric>

namespace sheltermap {

Segments::Segments(const Streets& streets) {
    double extent = 0;
    for (std::uint32_t street = 0; street < streets.streets.size(); ++street) {
        for (auto i = streets.offsets[street] + 1; i < streets.offsets[street + 1]; ++i) {
            const std::uint32_t first = streets.vertices[i - 1];
            const std::uint32_t second = streets.vertices[i];
            const XY from = grid_xy(streets.points[first]);
            const XY to = grid_xy(streets.points[second]);
            if (first == second) continue;
            segments_.push_back({street, first, second, i - 1, from, to});
            extent += std::abs(to.x - from.x) + std::abs(to.y - from.y);
        }
    }
    // As wide as an average segment is long, so that on average one passes two or three cells, be there long ones or
    // not.
    constexpr double least_cell_e7 = 1'000;
    const double mean_e7 = segments_.empty() ? 0 : extent / static_cast<double>(segments_.size());
    cells_per_e7_ = 1 / std::max(least_cell_e7, mean_e7);
    std::vector<Pass> passes;
    passes.reserve(3 * segments_.size());
    for (std::uint32_t i = 0; i < segments_.size(); ++i) add_passes(i, passes);
    put_into_buckets(passes);
}

std::int64_t Segments::cell_of(double e7) const noexcept {
    return static_cast<std::int64_t>(std::floor(e7 * cells_per_e7_));
}

void Segments::put_into_buckets(const std::vector<Pass>& passes) {
    const auto bits = std::max(1U, static_cast<unsigned>(std::bit_width(passes.size())));
    bucket_shift_ = 64 - bits;
    bucket_begin_.assign((std::size_t{1} << bits) + 1, 0);
    for (const Pass& pass : passes) ++bucket_begin_[bucket_of(pass.cell) + 1];
    std::partial_sum(bucket_begin_.begin(), bucket_begin_.end(), bucket_begin_.begin());
    passes_.resize(passes.size());
    std::vector<std::size_t> next(bucket_begin_.begin(), bucket_begin_.end() - 1);
    for (const Pass& pass : passes) passes_[next[bucket_of(pass.cell)]++] = pass;
}

void Segments::add_passes(std::uint32_t segment, std::vector<Pass>& passes) const {
    const auto [low, high] =
        std::minmax(segments_[segment].from, segments_[segment].to, [](XY a, XY b) { return a.y < b.y; });
    const double slope = high.y > low.y ? (high.x - low.x) / (high.y - low.y) : 0;
    const auto [west, east] = std::minmax(low.x, high.x);
    const std::int64_t last_row = cell_of(high.y);
    for (std::int64_t row = cell_of(low.y); row <= last_row; ++row) {
        // Where the segment is within the row, and a unit more, which is more than rounding may take away.
        double begin = low.y == high.y ? low.x : low.x + slope * (static_cast<double>(row) / cells_per_e7_ - low.y);
        double end = low.y == high.y ? high.x : begin + slope / cells_per_e7_;
        if (begin > end) std::swap(begin, end);
        const std::int64_t last = cell_of(std::min(end + 1, east));
        for (std::int64_t column = cell_of(std::max(begin - 1, west)); column <= last; ++column) {
            passes.push_back({key(column, row), segment});
        }
    }
}

}  // namespace sheltermap
