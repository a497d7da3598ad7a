// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include "geometry/envelope.hpp"
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Where a point is with regard to a polygon.
enum class Location : std::uint8_t { outside, boundary, inside };

/// Whether a point lies inside an areal row or on the boundary of a ring. Rings count by the even-odd rule; exact.
/// Looks at every edge: for more than some ten points a PreparedPolygon is quicker.
[[nodiscard]] bool covers(const GeometryColumn& column, std::size_t row, XY point) noexcept;

/// An areal row made ready for many point tests: its edges are listed in horizontal bands, so that a test looks only at
/// those level with the point. Immutable; refers to the column, which must outlive it.
class PreparedPolygon {
public:
    /// Throws std::length_error for a row of more than 2^32 - 1 vertices.
    PreparedPolygon(const GeometryColumn& column, std::size_t row);
    PreparedPolygon(GeometryColumn&& column, std::size_t row) = delete;

    /// Empty where the row has no vertices.
    [[nodiscard]] const Envelope& envelope() const noexcept { return box_; }

    [[nodiscard]] Location locate(XY point) const noexcept;
    /// As the function of that name.
    [[nodiscard]] bool covers(XY point) const noexcept { return locate(point) != Location::outside; }

private:
    /// Calls `visit(i)` for every edge, from vertex i of the row to the next, that reaches into the bands that `low` to
    /// `high` reach into; for an edge in several bands several times. Bands outside the envelope are its outermost.
    template <class Visit>
    void visit_edges(double low, double high, Visit visit) const {
        if (edges_.empty()) return;
        const std::uint32_t end = band_begin_[band_of(high) + 1];
        for (std::uint32_t i = band_begin_[band_of(low)]; i < end; ++i) visit(edges_[i]);
    }
    [[nodiscard]] std::size_t band_of(double y) const noexcept {
        const double band = (y - box_.min_y) * bands_per_unit_;
        return static_cast<std::size_t>(std::clamp(band, 0.0, last_band_));
    }
    [[nodiscard]] Location locate_exactly(XY point) const noexcept;
    void sort_into_bands(const GeometryColumn& column, std::size_t row);

    std::span<const XY> vertices_;
    Envelope box_;
    double bands_per_unit_ = 0;
    double last_band_ = 0;
    std::vector<std::uint32_t> edges_;       // by their first vertex, band by band
    std::vector<std::uint32_t> band_begin_;  // bands + 1
};

}  // namespace sheltermap
