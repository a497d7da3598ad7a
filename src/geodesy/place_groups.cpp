// SPDX-License-Identifier: Apache-2.0
#include "geodesy/place_groups.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>

namespace sheltermap {
namespace {

constexpr std::size_t places_per_block = 65'536;
constexpr std::size_t most_groups = 100;      // more, and the layer is scattered: nothing in it is far from the rest
constexpr std::size_t most_stray_cells = 20;  // more, and the group is a country of its own

std::size_t index_of(double degrees, double lowest, std::size_t cells) {
    return static_cast<std::size_t>(std::clamp(degrees - lowest, 0.0, static_cast<double>(cells - 1)));
}

/// The cell a row is counted in.
std::size_t cell_of(const Envelope& box) { return MarkedCells::cell_of({box.min_x, box.min_y}); }

/// The distance of two boxes in longitude and latitude.
double metres_between(const Envelope& a, const Envelope& b) {
    const double east = std::fmod(b.min_x - a.max_x + 720, 360);  // from one to the other, eastwards and westwards
    const double west = std::fmod(a.min_x - b.max_x + 720, 360);
    const bool side_by_side = a.min_x > b.max_x || b.min_x > a.max_x;
    const double lon = side_by_side ? std::min(east, west) : 0;
    const double lowest = std::max(a.min_y, b.min_y);
    const double highest = std::min(a.max_y, b.max_y);
    if (lowest > highest) return geodesic_distance_m(LonLat{0, lowest}, LonLat{lon, highest});
    const double lat = std::max(std::abs(lowest), std::abs(highest));  // meridians are closest there
    return geodesic_distance_m(LonLat{0, lat}, LonLat{lon, lat});
}

}  // namespace

std::size_t MarkedCells::cell_of(LonLat at) noexcept {
    return index_of(at.lat, -90, count / columns) * columns + index_of(at.lon, -180, columns);
}

void MarkedCells::mark(const Envelope& box) noexcept {
    const std::size_t first = cell_of({box.min_x, box.min_y});
    const std::size_t last = cell_of({box.max_x, box.max_y});
    for (std::size_t row = first / columns; row <= last / columns; ++row) {
        for (std::size_t column = first % columns; column <= last % columns; ++column)
            marked_.set(row * columns + column);
    }
}

std::vector<std::uint16_t> MarkedCells::groups() const {
    std::vector<std::uint16_t> group(count, 0);
    std::uint16_t last = 0;
    std::vector<std::size_t> open;
    for (std::size_t seed = 0; seed < count; ++seed) {
        if (!marked_[seed] || group[seed] != 0) continue;
        group[seed] = ++last;
        open.push_back(seed);
        while (!open.empty()) {
            const std::size_t row = open.back() / columns;
            const std::size_t column = open.back() % columns;
            open.pop_back();
            for (std::size_t r = row == 0 ? 0 : row - 1; r <= std::min(row + 1, count / columns - 1); ++r) {
                for (const std::size_t c : {(column + columns - 1) % columns, column, (column + 1) % columns}) {
                    const std::size_t next = r * columns + c;
                    if (!marked_[next] || group[next] != 0) continue;
                    group[next] = last;
                    open.push_back(next);
                }
            }
        }
    }
    return group;
}

bool lie_together(std::span<const XY> lonlat, const Execution& execution) {
    MarkedCells all;
    std::mutex merging;
    parallel_for(lonlat.size(), places_per_block, execution, [&](std::size_t begin, std::size_t end) {
        MarkedCells mine;
        for (const XY at : lonlat.subspan(begin, end - begin)) {
            if (std::isfinite(at.x) && std::isfinite(at.y)) mine.mark(LonLat{at.x, at.y});
        }
        const std::scoped_lock lock(merging);
        all.mark(mine);
    });
    return std::ranges::none_of(all.groups(), [](std::uint16_t group) { return group > 1; });
}

PlaceGroups::PlaceGroups(std::span<const Envelope> boxes) {
    MarkedCells cells;
    for (const Envelope& box : boxes) {
        if (!box.empty()) cells.mark(box);
    }
    const auto groups = cells.groups();
    const std::size_t number = *std::ranges::max_element(groups);
    if (number < 2 || number > most_groups) return;
    std::vector<std::size_t> rows_in(number + 1, 0);
    for (const Envelope& box : boxes) {
        if (!box.empty()) ++rows_in[groups[cell_of(box)]];
    }
    const auto most = static_cast<std::size_t>(std::ranges::max_element(rows_in) - rows_in.begin());
    for (const std::size_t rows : rows_in) placed_ += rows;
    if (2 * rows_in[most] > placed_) measure(boxes, groups, most);
}

void PlaceGroups::measure(std::span<const Envelope> boxes, const std::vector<std::uint16_t>& groups, std::size_t most) {
    std::map<std::size_t, Envelope> covered;  // by cell, what its rows reach
    std::map<std::size_t, ApartRows> apart;   // by group
    for (std::size_t row = 0; row < boxes.size(); ++row) {
        if (boxes[row].empty()) continue;
        const std::size_t cell = cell_of(boxes[row]);
        covered[cell].add(boxes[row]);
        if (groups[cell] != most) apart[groups[cell]].rows.push_back(row);
    }
    std::map<std::size_t, std::vector<Envelope>> reached;
    for (const auto& [cell, box] : covered) reached[groups[cell]].push_back(box);
    boxes_of_most_ = reached[most];
    for (auto& [group, rows] : apart) {
        if (reached[group].size() > most_stray_cells) continue;
        rows.gap_m = std::numeric_limits<double>::infinity();
        for (const Envelope& mine : reached[group]) {
            for (const auto& [other, theirs] : reached) {
                if (other == group) continue;
                for (const Envelope& box : theirs) rows.gap_m = std::min(rows.gap_m, metres_between(mine, box));
            }
        }
        apart_.push_back(std::move(rows));
    }
}

bool PlaceGroups::is_scattered() const noexcept {
    std::size_t rows = 0;
    for (const ApartRows& group : apart_) rows += group.rows.size();
    return apart_.size() > 1 && 5 * rows >= placed_;
}

double PlaceGroups::reach_of_most_m() const {
    double farthest = 0;
    for (const Envelope& box : boxes_of_most_) farthest = std::max(farthest, metres_between(boxes_of_most_[0], box));
    return farthest;
}

double PlaceGroups::metres_to_most(LonLat at) const {
    Envelope place;
    place.add(XY{at.lon, at.lat});
    double nearest = std::numeric_limits<double>::infinity();
    for (const Envelope& box : boxes_of_most_) nearest = std::min(nearest, metres_between(place, box));
    return nearest;
}

}  // namespace sheltermap
