// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/base/reason.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/index/place_index.hpp"
#include "sheltermap/index/shape_index.hpp"
#include "sheltermap/reach/reach.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace sheltermap {

/// What some consecutive rows of a Reach have; pairs of the first of them are offsets[0] to offsets[1].
struct ReachedRows {
    std::span<const std::int64_t> offsets;  ///< one more than rows
    std::span<const std::int32_t> facility;
    std::span<const double> cost;  ///< may be empty where costs were not asked for; then pairs of a row have no order
    std::span<const Reason> reason;
};

/// A reach that is gone through block by block, by those who only want sums over its pairs: these are more than a
/// machine holds where many facilities are near.
///
///     const ReachInBlocks near(homes, PlaceIndex(shelters), 1'000);
///     const std::vector<std::int64_t> to_choose_from = near.counts();
///
/// Pairs are those that geodesic_reach finds, looked for anew in every round. Keeps the facilities, and views of the
/// rest.
class ReachInBlocks {
public:
    /// Of a reach that is held.
    ReachInBlocks(const Reach& reach);  // NOLINT(*-explicit-*): who takes blocks takes any reach
    /// As the crow flies, every facility within a distance in metres. Throws std::invalid_argument for a latitude
    /// outside [-90, 90] or a distance that is not finite or negative.
    ReachInBlocks(std::span<const LonLat> demand, PlaceIndex facilities, double max_distance_m);
    ReachInBlocks(std::span<const LonLat> demand, ShapeIndex facilities, double max_distance_m);

    /// Number of demand rows, and the cost above which nothing was looked for.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] double limit() const noexcept { return limit_; }

    /// Calls `use(first, rows)` for blocks of rows from `first` on, on several threads, as parallel_for does.
    using Use = std::function<void(std::size_t first, const ReachedRows& rows)>;
    void visit(bool with_costs, const Execution& execution, const Use& use) const;

    /// How many facilities each demand row reaches.
    [[nodiscard]] std::vector<std::int64_t> counts(const Execution& execution = {}) const;

private:
    using Block =
        std::function<void(std::size_t begin, std::size_t end, bool with_costs, const std::stop_token&, const Use&)>;

    std::size_t size_;
    double limit_;
    Block block_;  // calls what it is given once, for the rows from begin to end
};

}  // namespace sheltermap
