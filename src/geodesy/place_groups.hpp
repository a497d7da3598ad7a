// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"

#include "geometry/envelope.hpp"
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Cells of one degree on the Earth, those that hold something marked.
class MarkedCells {
public:
    static constexpr std::size_t columns = 360;
    static constexpr std::size_t count = columns * 180;

    void mark(LonLat at) noexcept { marked_.set(cell_of(at)); }
    void mark(const Envelope& box) noexcept;
    void mark(const MarkedCells& other) noexcept { marked_ |= other.marked_; }
    [[nodiscard]] static std::size_t cell_of(LonLat at) noexcept;
    /// The group of every cell, from 1 in the order of cells: marked ones that touch, at corners too. 0: not marked.
    [[nodiscard]] std::vector<std::uint16_t> groups() const;

private:
    std::bitset<count> marked_;
};

/// Whether the cells of all places touch: then no row lies far from all others. Quick, and so it is most of the time.
[[nodiscard]] bool lie_together(std::span<const XY> lonlat, const Execution& execution);

/// Rows that lie together and apart from all others.
struct ApartRows {
    std::vector<std::size_t> rows;
    double gap_m = 0;
};

/// The groups of rows that do not belong to the one that holds more than half of them; none where no group does.
class PlaceGroups {
public:
    /// Boxes in longitude and latitude, points having no size; empty ones lie nowhere.
    explicit PlaceGroups(std::span<const Envelope> boxes);

    [[nodiscard]] const std::vector<ApartRows>& apart() const noexcept { return apart_; }
    /// Whether the rows lie here and there: several groups apart, and a fifth of all rows in them.
    [[nodiscard]] bool is_scattered() const noexcept;
    /// Metres between a place and the rows of the largest group, good to some kilometres.
    [[nodiscard]] double metres_to_most(LonLat at) const;
    /// Metres from a part of the largest group to the one farthest from it: more than half of how wide it is.
    [[nodiscard]] double reach_of_most_m() const;

private:
    void measure(std::span<const Envelope> boxes, const std::vector<std::uint16_t>& groups, std::size_t most);

    std::vector<Envelope> boxes_of_most_;  ///< what the rows of the largest group cover, cell by cell
    std::vector<ApartRows> apart_;
    std::size_t placed_ = 0;  ///< rows that lie somewhere
};

}  // namespace sheltermap
