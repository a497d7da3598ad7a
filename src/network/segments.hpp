// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/network/streets.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace sheltermap {

/// A point on a grid of 1e-7 degrees as a plane one, in units of the grid: whole numbers, so that tests are exact.
inline XY grid_xy(GridPoint at) noexcept { return {static_cast<double>(at.lon_e7), static_cast<double>(at.lat_e7)}; }

/// From one vertex of a street to the next.
struct Segment {
    std::uint32_t street;
    std::uint32_t first, second;  ///< entries of Streets::points
    std::uint64_t vertex;         ///< that of `first` in Streets::vertices
    XY from, to;
};

/// The segments of streets, by the cells of a grid that they pass.
class Segments {
public:
    explicit Segments(const Streets& streets);

    [[nodiscard]] std::size_t size() const noexcept { return segments_.size(); }
    [[nodiscard]] const Segment& operator[](std::size_t i) const noexcept { return segments_[i]; }

    /// Calls `visit(segment)` for every one that passes a cell which a box around `at` meets; some several times.
    template <class Visit>
    void near(XY at, double lon_e7, double lat_e7, Visit visit) const {
        const std::int64_t last_column = cell_of(at.x + lon_e7);
        const std::int64_t last_row = cell_of(at.y + lat_e7);
        for (std::int64_t row = cell_of(at.y - lat_e7); row <= last_row; ++row) {
            for (std::int64_t column = cell_of(at.x - lon_e7); column <= last_column; ++column) {
                const std::uint64_t cell = key(column, row);
                for (const Pass& pass : bucket(bucket_of(cell))) {
                    if (pass.cell == cell) visit(segments_[pass.segment]);
                }
            }
        }
    }
    /// Calls `visit(one, other)` for every two whose boxes meet and that pass the same cell; some several times.
    template <class Visit>
    void pairs(Visit visit) const {
        pairs(0, buckets(), visit);
    }
    /// In how many parts the pairs can be looked at, one beside the other.
    [[nodiscard]] std::size_t buckets() const noexcept { return bucket_begin_.size() - 1; }
    template <class Visit>
    void pairs(std::size_t first_bucket, std::size_t last_bucket, Visit visit) const {
        std::vector<std::pair<Pass, double>> here;  // with their western ends
        for (std::size_t i = first_bucket; i < last_bucket; ++i) {
            here.clear();
            for (const Pass& pass : bucket(i)) here.emplace_back(pass, west(pass.segment));
            std::sort(here.begin(), here.end(), [](const auto& a, const auto& b) {
                return std::tie(a.first.cell, a.second) < std::tie(b.first.cell, b.second);
            });
            for (auto one = here.begin(); one != here.end(); ++one) {
                const Segment& segment = segments_[one->first.segment];
                const double east = std::max(segment.from.x, segment.to.x);
                for (auto other = one + 1; other != here.end() && other->first.cell == one->first.cell; ++other) {
                    if (other->second > east) break;
                    if (level(segment, segments_[other->first.segment]))
                        visit(segment, segments_[other->first.segment]);
                }
            }
        }
    }

private:
    struct Pass {
        std::uint64_t cell;
        std::uint32_t segment;
    };
    [[nodiscard]] std::size_t bucket_of(std::uint64_t cell) const noexcept {
        const std::uint64_t mixed = (cell ^ (cell >> 32U)) * 0x9E3779B97F4A7C15U;
        return static_cast<std::size_t>(mixed >> bucket_shift_);
    }
    [[nodiscard]] std::span<const Pass> bucket(std::size_t i) const noexcept {
        return std::span(passes_).subspan(bucket_begin_[i], bucket_begin_[i + 1] - bucket_begin_[i]);
    }
    [[nodiscard]] double west(std::uint32_t i) const { return std::min(segments_[i].from.x, segments_[i].to.x); }
    static bool level(const Segment& a, const Segment& b) {
        const auto [a_south, a_north] = std::minmax(a.from.y, a.to.y);
        const auto [b_south, b_north] = std::minmax(b.from.y, b.to.y);
        return a_south <= b_north && b_south <= a_north;
    }
    [[nodiscard]] std::int64_t cell_of(double e7) const noexcept;
    static std::uint64_t key(std::int64_t column, std::int64_t row) noexcept {
        constexpr std::int64_t shift = std::int64_t{1} << 31U;  // cells are at least one unit wide
        return (static_cast<std::uint64_t>(row + shift) << 32U) | static_cast<std::uint64_t>(column + shift);
    }
    void add_passes(std::uint32_t segment, std::vector<Pass>& passes) const;
    void put_into_buckets(const std::vector<Pass>& passes);

    std::vector<Segment> segments_;
    double cells_per_e7_ = 1;
    std::vector<Pass> passes_;               // bucket by bucket: hashing the cells is quicker than sorting them
    std::vector<std::size_t> bucket_begin_;  // buckets + 1
    unsigned bucket_shift_ = 63;
};

}  // namespace sheltermap
