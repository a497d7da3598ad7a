// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/raster/voids.hpp"

#include "block_window.hpp"
#include "grid_places.hpp"
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <tuple>

namespace sheltermap {
namespace {

constexpr double most_window_cells = 1 << 26;
constexpr double slack = 1.02;  // of distances reckoned by the size of the place's own cell
constexpr double far = std::numeric_limits<double>::infinity();

/// A place with its cell, and how large cells are there.
struct Seeker {
    std::size_t place;
    LonLat at;
    std::int64_t column, row;
    double off_column, off_row;  // from the middle of the cell, in cells
    double width_m, height_m;    // of a cell
    std::int64_t block;
};

/// Cells that may be the nearest of a place.
struct Candidate {
    std::size_t seeker;
    std::int64_t row, column;
    double value;
};

class Search {
public:
    Search(const CellSource& source, double within_m, double above, const Execution& execution)
        : source_(source),
          grid_(source.grid()),
          within_m_(within_m),
          above_(above),
          execution_(execution),
          window_(source) {}

    NearestValues run(std::span<const XY> places) {
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        NearestValues found{std::vector<double>(places.size(), none), std::vector<double>(places.size(), none)};
        const std::vector<Seeker> seekers = placed(places);
        for (auto first = seekers.begin(); first != seekers.end();) {
            const auto end =
                std::find_if(first, seekers.end(), [&](const Seeker& each) { return each.block != first->block; });
            search({first, end}, found);
            first = end;
        }
        return found;
    }

private:
    [[nodiscard]] std::vector<Seeker> placed(std::span<const XY> places) const;
    void search(std::span<const Seeker> seekers, NearestValues& found);
    [[nodiscard]] CellWindow around(std::span<const Seeker> seekers) const;
    void add_candidates(const Seeker& seeker, std::size_t number, std::vector<Candidate>& candidates) const;

    const CellSource& source_;
    Grid grid_;
    double within_m_, above_;
    const Execution& execution_;
    BlockWindow window_;
};

std::vector<Seeker> Search::placed(std::span<const XY> places) const {
    std::vector<Seeker> seekers;
    std::vector<XY> points;
    const std::int64_t across = source_.block_columns(), down = source_.block_rows();
    const std::int64_t blocks_across = (grid_.columns + across - 1) / across;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const CellAt cell = cell_at(grid_, turn_of(source_.crs()), places[i]);
        if (!is_inside(grid_, cell)) continue;
        const double row_at = (places[i].y - grid_.corner.y) / grid_.step.y;
        double column_at = (places[i].x - grid_.corner.x) / grid_.step.x;
        if (turn_of(source_.crs()) > 0)  // whole turns away
            column_at = cell.column + 0.5 +
                        std::remainder((column_at - cell.column - 0.5) * grid_.step.x, 360.0) / grid_.step.x;
        const auto column = static_cast<std::int64_t>(cell.column), row = static_cast<std::int64_t>(cell.row);
        seekers.push_back({.place = i,
                           .at = {},
                           .column = column,
                           .row = row,
                           .off_column = column_at - cell.column - 0.5,
                           .off_row = row_at - cell.row - 0.5,
                           .width_m = 0,
                           .height_m = 0,
                           .block = row / down * blocks_across + column / across});
        const XY place = places[i];
        points.insert(points.end(), {place, {place.x + grid_.step.x, place.y}, {place.x, place.y - grid_.step.y}});
    }
    const std::vector<LonLat> on_earth = to_lonlat(points, source_.crs(), execution_);
    for (std::size_t i = 0; i < seekers.size(); ++i) {
        seekers[i].at = on_earth[3 * i];
        seekers[i].width_m = geodesic_distance_m(on_earth[3 * i], on_earth[3 * i + 1]);
        seekers[i].height_m = geodesic_distance_m(on_earth[3 * i], on_earth[3 * i + 2]);
    }
    std::erase_if(seekers, [](const Seeker& each) { return !(each.width_m > 0) || !(each.height_m > 0); });
    std::ranges::stable_sort(seekers, {}, &Seeker::block);
    return seekers;
}

/// All cells that are near enough to one of the places.
CellWindow Search::around(std::span<const Seeker> seekers) const {
    double left = far, right = -far, top = far, bottom = -far;
    for (const Seeker& each : seekers) {
        const double columns = std::ceil(slack * within_m_ / each.width_m) + 1;
        const double rows = std::ceil(slack * within_m_ / each.height_m) + 1;
        left = std::min(left, static_cast<double>(each.column) - columns);
        right = std::max(right, static_cast<double>(each.column) + columns + 1);
        top = std::min(top, static_cast<double>(each.row) - rows);
        bottom = std::max(bottom, static_cast<double>(each.row) + rows + 1);
    }
    left = std::max(left, 0.0);
    top = std::max(top, 0.0);
    right = std::min(right, static_cast<double>(grid_.columns));
    bottom = std::min(bottom, static_cast<double>(grid_.rows));
    if ((right - left) * (bottom - top) > most_window_cells) {
        throw Error("the nearest cell with a value is looked for within " +
                    std::to_string(static_cast<std::int64_t>(within_m_)) +
                    " m, which are too many cells of this raster to hold at once; look nearer");
    }
    return {.column = static_cast<std::int64_t>(left),
            .row = static_cast<std::int64_t>(top),
            .columns = static_cast<std::int64_t>(right - left),
            .rows = static_cast<std::int64_t>(bottom - top)};
}

/// Looks at cells in squares around the place until none farther out can be nearer.
void Search::add_candidates(const Seeker& seeker, std::size_t number, std::vector<Candidate>& candidates) const {
    const CellWindow& cells = window_.cells();
    const std::size_t before = candidates.size();
    std::vector<double> reckoned;
    double best = within_m_;
    const double least_m = std::min(seeker.width_m, seeker.height_m);
    const auto look = [&](std::int64_t row, std::int64_t column) {
        if (row < cells.row || row >= cells.row + cells.rows || column < cells.column ||
            column >= cells.column + cells.columns)
            return;
        const double value = window_.row(row)[column - cells.column];
        if (!(value > above_)) return;
        const double east = (static_cast<double>(column - seeker.column) - seeker.off_column) * seeker.width_m;
        const double down = (static_cast<double>(row - seeker.row) - seeker.off_row) * seeker.height_m;
        const double distance = std::hypot(east, down);
        if (distance > slack * best) return;
        best = std::min(best, distance);
        reckoned.push_back(distance);
        candidates.push_back({number, row, column, value});
    };
    const std::int64_t last = std::max(cells.columns, cells.rows);
    for (std::int64_t away = 0; away <= last && (static_cast<double>(away) - 0.5) * least_m <= slack * best; ++away) {
        for (std::int64_t row = seeker.row - away; row <= seeker.row + away; ++row) {
            const bool is_outer = row == seeker.row - away || row == seeker.row + away;
            const std::int64_t step = is_outer || away == 0 ? 1 : 2 * away;
            for (std::int64_t column = seeker.column - away; column <= seeker.column + away; column += step)
                look(row, column);
        }
    }
    std::size_t kept = before;
    for (std::size_t i = 0; i < reckoned.size(); ++i) {
        if (reckoned[i] <= slack * best) candidates[kept++] = candidates[before + i];
    }
    candidates.resize(kept);
}

void Search::search(std::span<const Seeker> seekers, NearestValues& found) {
    const CellWindow cells = around(seekers);
    window_.move_to(cells);
    window_.need(cells);
    window_.read(execution_);
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < seekers.size(); ++i) add_candidates(seekers[i], i, candidates);
    std::ranges::sort(candidates, {}, [](const Candidate& each) { return std::tuple(each.row, each.column); });
    std::vector<XY> middles;
    middles.reserve(candidates.size());
    for (const Candidate& each : candidates) {
        middles.push_back({grid_.corner.x + (static_cast<double>(each.column) + 0.5) * grid_.step.x,
                           grid_.corner.y + (static_cast<double>(each.row) + 0.5) * grid_.step.y});
    }
    const std::vector<LonLat> on_earth = to_lonlat(middles, source_.crs(), execution_);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Seeker& seeker = seekers[candidates[i].seeker];
        const double distance = geodesic_distance_m(seeker.at, on_earth[i]);
        double& nearest = found.distance_m[seeker.place];
        if (!(distance <= within_m_) || nearest <= distance) continue;
        nearest = distance;
        found.value[seeker.place] = candidates[i].value;
    }
}

}  // namespace

NearestValues nearest_values(std::span<const XY> places, const CellSource& source, double within_m, double above,
                             const Execution& execution) {
    return Search(source, within_m, above, execution).run(places);
}

}  // namespace sheltermap
