// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/linked_places.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/index/place_index.hpp"

#include "geodesy/ecef.hpp"
#include "geodesy/latitudes.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>

namespace sheltermap {
namespace {

using CellKey = std::array<std::int64_t, 3>;

struct CellKeyHash {
    std::size_t operator()(const CellKey& key) const noexcept {
        std::uint64_t hash = 0;
        for (const std::int64_t part : key) hash = (hash ^ static_cast<std::uint64_t>(part)) * 0x9E3779B97F4A7C15U;
        return static_cast<std::size_t>(hash ^ (hash >> 32U));
    }
};

/// Groups as trees; the root of a group is its smallest row.
class Groups {
public:
    explicit Groups(std::size_t rows) : parent_(rows) {
        for (std::size_t row = 0; row < rows; ++row) parent_[row] = row;
    }
    std::size_t root(std::size_t row) {
        while (parent_[row] != row) row = parent_[row] = parent_[parent_[row]];
        return row;
    }
    void join(std::size_t a, std::size_t b) {
        a = root(a);
        b = root(b);
        parent_[std::max(a, b)] = std::min(a, b);
    }

private:
    std::vector<std::size_t> parent_;
};

/// The places of one cube, and their index once another cube asks.
struct Cell {
    std::vector<std::size_t> rows;
    std::vector<LonLat> places;
    std::optional<PlaceIndex> index;
};

/// Earth-centred space in cubes so small that places of one cube are within the distance of each other whatever way
/// they lie; only pairs of cubes that still belong to different groups are looked into.
class Grid {
public:
    Grid(std::span<const LonLat> places, double distance_m) : distance_m_(distance_m), side_(side_for(distance_m)) {
        for (std::size_t row = 0; row < places.size(); ++row) {
            if (!has_position(places[row])) continue;
            const CellKey key = key_of(to_ecef(places[row]));
            const auto [at, fresh] = number_of_.try_emplace(key, cells_.size());
            if (fresh) {
                cells_.emplace_back();
                keys_.push_back(key);
            }
            cells_[at->second].rows.push_back(row);
            cells_[at->second].places.push_back(places[row]);
        }
    }

    void join_into(Groups& groups, const Execution& execution) {
        for (const Cell& cell : cells_) {
            for (const std::size_t row : cell.rows) groups.join(cell.rows.front(), row);
        }
        for (std::size_t number = 0; number < cells_.size(); ++number) {
            if (execution.stop.stop_requested()) throw Cancelled();
            join_neighbours(groups, number);
        }
    }

private:
    // A chord of 2 r sin(d / 2r) has no geodesic longer than d (see longest_geodesic_m); it is the cube's diagonal,
    // less a little for the rounding of earth-centred coordinates.
    static double side_for(double distance_m) {
        const double r = wgs84_b_m * wgs84_b_m / wgs84_a_m;
        return (2 * r * std::sin(distance_m / (2 * r)) - 1e-6) / std::numbers::sqrt3;
    }

    [[nodiscard]] CellKey key_of(const Ecef& at) const {
        CellKey key{};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            key[axis] = static_cast<std::int64_t>(std::floor(at[axis] / side_));
        }
        return key;
    }

    // No chord is longer than its geodesic, so places within the distance are at most two cubes apart on each axis.
    void join_neighbours(Groups& groups, std::size_t number) {
        constexpr std::int64_t span = 2;
        const CellKey& at = keys_[number];
        for (std::int64_t x = 0; x <= span; ++x) {
            for (std::int64_t y = x == 0 ? 0 : -span; y <= span; ++y) {
                for (std::int64_t z = x == 0 && y == 0 ? 1 : -span; z <= span; ++z) {
                    const auto other = number_of_.find({at[0] + x, at[1] + y, at[2] + z});
                    if (other != number_of_.end()) join_cells(groups, cells_[number], cells_[other->second]);
                }
            }
        }
    }

    void join_cells(Groups& groups, Cell& a, Cell& b) const {
        if (groups.root(a.rows.front()) == groups.root(b.rows.front())) return;
        Cell& larger = a.rows.size() < b.rows.size() ? b : a;
        const Cell& smaller = a.rows.size() < b.rows.size() ? a : b;
        if (!larger.index) larger.index.emplace(larger.places);
        for (const LonLat place : smaller.places) {
            if (larger.index->find(place, {.k = 1, .max_distance_m = distance_m_}).empty()) continue;
            return groups.join(a.rows.front(), b.rows.front());
        }
    }

    double distance_m_;
    double side_;
    std::unordered_map<CellKey, std::size_t, CellKeyHash> number_of_;
    std::vector<CellKey> keys_;
    std::vector<Cell> cells_;
};

}  // namespace

std::vector<std::int64_t> linked_places(std::span<const LonLat> places, double distance_m, const Execution& execution) {
    if (!(distance_m >= 1 && distance_m <= 1'000'000)) {
        throw std::invalid_argument("places are joined within 1 m to 1,000 km, not " + std::to_string(distance_m));
    }
    require_latitudes(places, "places");
    Groups groups(places.size());
    Grid(places, distance_m).join_into(groups, execution);
    std::vector<std::int64_t> number(places.size(), -1);
    std::int64_t next = 0;
    for (std::size_t row = 0; row < places.size(); ++row) {
        if (!has_position(places[row])) continue;
        const std::size_t root = groups.root(row);  // the smallest row, so its number is known by now
        number[row] = root == row ? next++ : number[root];
    }
    return number;
}

}  // namespace sheltermap
