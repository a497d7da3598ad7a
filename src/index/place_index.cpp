// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/place_index.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "geodesy/ecef.hpp"
#include "geodesy/latitudes.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

constexpr std::size_t leaf_size = 8;
/// Far above the rounding of earth-centred coordinates (about 1 nm) and of the inverse (15 nm).
constexpr double slack_m = 1e-6;
constexpr double infinity = std::numeric_limits<double>::infinity();

double square(double value) { return value * value; }

/// Rows of places with a position, those at the very same spot side by side, lowest row first.
std::vector<std::int32_t> rows_by_spot(std::span<const LonLat> places) {
    std::vector<std::int32_t> rows;
    for (std::size_t row = 0; row < places.size(); ++row) {
        if (has_position(places[row])) rows.push_back(static_cast<std::int32_t>(row));
    }
    std::sort(rows.begin(), rows.end(), [&](std::int32_t a, std::int32_t b) {
        const LonLat& p = places[static_cast<std::size_t>(a)];
        const LonLat& q = places[static_cast<std::size_t>(b)];
        if (p.lon != q.lon) return p.lon < q.lon;
        if (p.lat != q.lat) return p.lat < q.lat;
        return a < b;
    });
    return rows;
}

/// The candidates of one query: spots that no bound has ruled out yet.
class Candidates {
public:
    Candidates(std::size_t k, double max_distance_m) : k_(k), limit_(max_distance_m + slack_m) {}

    /// Chords above this cannot be among the k nearest, for a geodesic is never shorter than its chord.
    [[nodiscard]] double limit_squared() const noexcept { return limit_ * limit_; }

    void offer(std::size_t spot, std::size_t places_there, double chord_squared) {
        spots_.push_back({spot, chord_squared});
        if (k_ == all_places) return;
        note_chord(chord_squared, places_there);
        if (spots_.size() > 64 + 4 * k_) drop_beyond_limit();
    }

    /// Spots left, each with its chord within the final limit.
    [[nodiscard]] std::span<const std::size_t> remaining() {
        drop_beyond_limit();
        order_.clear();
        for (const Spot& spot : spots_) order_.push_back(spot.index);
        return order_;
    }

private:
    struct Spot {
        std::size_t index;
        double chord_squared;
    };

    /// Keeps the k smallest chords; the longest geodesic over the k-th is as far as a k-th nearest can be.
    void note_chord(double chord_squared, std::size_t places_there) {
        for (std::size_t i = 0; i < std::min(places_there, k_); ++i) {
            if (nearest_.size() == k_) {
                if (chord_squared >= nearest_.front()) return;
                std::pop_heap(nearest_.begin(), nearest_.end());
                nearest_.pop_back();
            }
            nearest_.push_back(chord_squared);
            std::push_heap(nearest_.begin(), nearest_.end());
        }
        if (nearest_.size() == k_) {
            limit_ = std::min(limit_, longest_geodesic_m(std::sqrt(nearest_.front()) + slack_m) + slack_m);
        }
    }

    void drop_beyond_limit() {
        std::erase_if(spots_, [limit = limit_squared()](const Spot& spot) { return spot.chord_squared > limit; });
    }

    std::size_t k_;
    double limit_;
    std::vector<Spot> spots_;
    std::vector<double> nearest_;  // squared chords, a heap of the k smallest, largest in front
    std::vector<std::size_t> order_;
};

}  // namespace

/// A kd-tree over earth-centred coordinates. Spots lie in the order of its leaves, axis by axis; the splits lie in heap
/// order, so that no node needs a pointer.
class PlaceIndex::Tree {
public:
    explicit Tree(std::span<const LonLat> places) : size_(places.size()) {
        const std::vector<std::int32_t> rows = rows_by_spot(places);
        with_position_ = rows.size();
        collect_spots(places, rows);
        std::vector<std::size_t> order(spots_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        splits_.resize(2 * (spots_.size() / leaf_size + 1) * 2);
        if (!order.empty()) build(order, 0, 0, order.size());
        lay_out(order, rows);
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t with_position() const noexcept { return with_position_; }

    void find(LonLat from, const NearestOptions& options, std::vector<Neighbour>& found) const {
        if (spots_.empty() || options.k == 0) return;
        const Ecef at = to_ecef(from);
        Candidates candidates(options.k, options.max_distance_m);
        visit(candidates, at, 0, 0, spots_.size(), Ecef{}, 0);
        const std::size_t first = found.size();
        for (const std::size_t spot : candidates.remaining()) append_spot(from, spot, options, found);
        const auto begin = found.begin() + static_cast<std::ptrdiff_t>(first);
        std::sort(begin, found.end(), comes_before);
        if (found.size() - first > options.k) found.resize(first + options.k);
    }

private:
    struct Split {
        std::uint32_t axis;
        double at;
    };

    void collect_spots(std::span<const LonLat> places, const std::vector<std::int32_t>& rows) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const LonLat place = places[static_cast<std::size_t>(rows[i])];
            if (spots_.empty() || spots_.back() != place) {
                spots_.push_back(place);
                first_row_.push_back(i);
            }
        }
        first_row_.push_back(rows.size());
        coordinates_.resize(3 * spots_.size());
        for (std::size_t i = 0; i < spots_.size(); ++i) {
            const Ecef at = to_ecef(spots_[i]);
            std::copy(at.begin(), at.end(), coordinates_.begin() + static_cast<std::ptrdiff_t>(3 * i));
        }
    }

    /// Half of the spots, in whole leaves.
    static std::size_t middle(std::size_t begin, std::size_t end) {
        const std::size_t leaves = (end - begin + leaf_size - 1) / leaf_size;
        return begin + leaves / 2 * leaf_size;
    }

    [[nodiscard]] std::uint32_t widest_axis(const std::vector<std::size_t>& order, std::size_t begin,
                                            std::size_t end) const {
        Ecef low{infinity, infinity, infinity};
        Ecef high{-infinity, -infinity, -infinity};
        for (std::size_t i = begin; i < end; ++i) {
            for (std::size_t axis = 0; axis < 3; ++axis) {
                low[axis] = std::min(low[axis], coordinates_[3 * order[i] + axis]);
                high[axis] = std::max(high[axis], coordinates_[3 * order[i] + axis]);
            }
        }
        std::uint32_t widest = 0;
        for (std::uint32_t axis = 1; axis < 3; ++axis) {
            if (high[axis] - low[axis] > high[widest] - low[widest]) widest = axis;
        }
        return widest;
    }

    void build(std::vector<std::size_t>& order, std::size_t node, std::size_t begin, std::size_t end) {
        if (end - begin <= leaf_size) return;
        const std::uint32_t axis = widest_axis(order, begin, end);
        const std::size_t mid = middle(begin, end);
        const auto iterator = [&](std::size_t i) { return order.begin() + static_cast<std::ptrdiff_t>(i); };
        std::nth_element(iterator(begin), iterator(mid), iterator(end), [&](std::size_t a, std::size_t b) {
            const double p = coordinates_[3 * a + axis];
            const double q = coordinates_[3 * b + axis];
            return p != q ? p < q : a < b;
        });
        if (node >= splits_.size()) splits_.resize(node + 1);
        splits_[node] = {.axis = axis, .at = coordinates_[3 * order[mid] + axis]};
        build(order, 2 * node + 1, begin, mid);
        build(order, 2 * node + 2, mid, end);
    }

    /// Puts everything in leaf order: coordinates axis by axis, spots, and the rows at each spot.
    void lay_out(const std::vector<std::size_t>& order, const std::vector<std::int32_t>& rows) {
        std::vector<LonLat> spots(order.size());
        std::vector<std::size_t> first_row{0};
        for (auto& axis : axes_) axis.resize(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            spots[i] = spots_[order[i]];
            for (std::size_t axis = 0; axis < 3; ++axis) axes_[axis][i] = coordinates_[3 * order[i] + axis];
            for (std::size_t r = first_row_[order[i]]; r < first_row_[order[i] + 1]; ++r) rows_.push_back(rows[r]);
            first_row.push_back(rows_.size());
        }
        spots_ = std::move(spots);
        first_row_ = std::move(first_row);
        coordinates_ = {};
    }

    /// `beside` holds, per axis, how far the query lies outside the node's box; `squared` is their squared length.
    void visit(Candidates& candidates, const Ecef& at, std::size_t node, std::size_t begin, std::size_t end,
               const Ecef& beside, double squared) const {
        if (end - begin <= leaf_size) return scan_leaf(candidates, at, begin, end);
        const Split split = splits_[node];
        const std::size_t mid = middle(begin, end);
        const double offset = at[split.axis] - split.at;
        Ecef farther = beside;
        farther[split.axis] = offset;
        const double far_squared = squared - square(beside[split.axis]) + square(offset);
        const bool left_first = offset < 0;
        if (left_first) {
            visit(candidates, at, 2 * node + 1, begin, mid, beside, squared);
        } else {
            visit(candidates, at, 2 * node + 2, mid, end, beside, squared);
        }
        // The subtraction may round below the true value, never by more than the slack the limit carries.
        if (far_squared > candidates.limit_squared()) return;
        if (left_first) {
            visit(candidates, at, 2 * node + 2, mid, end, farther, far_squared);
        } else {
            visit(candidates, at, 2 * node + 1, begin, mid, farther, far_squared);
        }
    }

    void scan_leaf(Candidates& candidates, const Ecef& at, std::size_t begin, std::size_t end) const {
        std::array<double, leaf_size> chord_squared;  // NOLINT(*-member-init): filled up to where it is read
        for (std::size_t i = begin; i < end; ++i) {
            chord_squared[i - begin] =
                square(axes_[0][i] - at[0]) + square(axes_[1][i] - at[1]) + square(axes_[2][i] - at[2]);
        }
        for (std::size_t i = begin; i < end; ++i) {
            if (chord_squared[i - begin] <= candidates.limit_squared()) {
                candidates.offer(i, first_row_[i + 1] - first_row_[i], chord_squared[i - begin]);
            }
        }
    }

    void append_spot(LonLat from, std::size_t spot, const NearestOptions& options,
                     std::vector<Neighbour>& found) const {
        const double distance = geodesic_distance_m(from, spots_[spot]);
        if (distance > options.max_distance_m) return;
        const std::size_t places_there = first_row_[spot + 1] - first_row_[spot];
        for (std::size_t i = 0; i < std::min(options.k, places_there); ++i) {
            found.push_back({rows_[first_row_[spot] + i], distance});
        }
    }

    std::size_t size_ = 0;
    std::size_t with_position_ = 0;
    std::vector<LonLat> spots_;           // distinct positions
    std::vector<std::size_t> first_row_;  // spots + 1: rows at spot s are rows_[first_row_[s]] .. [s + 1]
    std::vector<std::int32_t> rows_;
    std::vector<double> coordinates_;  // while building only
    std::array<std::vector<double>, 3> axes_;
    std::vector<Split> splits_;
};

PlaceIndex::PlaceIndex(std::span<const LonLat> places) {
    if (places.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw std::invalid_argument("more than 2^31 - 1 places");
    }
    require_latitudes(places, "places");
    tree_ = std::make_unique<const Tree>(places);
}
PlaceIndex::~PlaceIndex() = default;
PlaceIndex::PlaceIndex(PlaceIndex&&) noexcept = default;
PlaceIndex& PlaceIndex::operator=(PlaceIndex&&) noexcept = default;

std::size_t PlaceIndex::size() const noexcept { return tree_->size(); }
std::size_t PlaceIndex::with_position() const noexcept { return tree_->with_position(); }

std::vector<Neighbour> PlaceIndex::find(LonLat from, const NearestOptions& options) const {
    std::vector<Neighbour> found;
    find(from, options, found);
    return found;
}

void PlaceIndex::find(LonLat from, const NearestOptions& options, std::vector<Neighbour>& found) const {
    if (has_position(from)) tree_->find(from, options, found);
}

}  // namespace sheltermap
