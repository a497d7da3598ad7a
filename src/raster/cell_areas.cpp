// SPDX-License-Identifier: Apache-2.0
#include "cell_areas.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geodesy/lonlat_measure.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include "geodesy/area_from_parallel.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace sheltermap {
namespace {

constexpr double far_apart_m = 10'000;
constexpr std::int64_t most_apart = 64;

/// Weights of three values at 0, 1 and 2 for one at t.
std::array<double, 3> quadratic(double t) { return {(t - 1) * (t - 2) / 2, t * (2 - t), t * (t - 1) / 2}; }

}  // namespace

CellAreas::CellAreas(const Grid& grid, const Crs& crs) : grid_(grid), crs_(crs), one_per_row_(crs.is_lonlat()) {
    if (one_per_row_) return;
    const double in_the_middle = measured({.column = grid.columns / 2, .row = grid.rows / 2, .columns = 1, .rows = 1},
                                          1, {.threads = 1, .stop = {}})[0];
    if (in_the_middle > 0) {
        apart_ = static_cast<std::int64_t>(
            std::clamp(far_apart_m / std::sqrt(in_the_middle), 1.0, static_cast<double>(most_apart)));
    }
}

double CellAreas::of_row(std::int64_t row) const {
    const double from = std::clamp(grid_.corner.y + static_cast<double>(row) * grid_.step.y, -90.0, 90.0);
    const double to = std::clamp(grid_.corner.y + static_cast<double>(row + 1) * grid_.step.y, -90.0, 90.0);
    const double south = std::min(from, to), north = std::max(from, to);
    return AreaFromParallel(south).area_m2({0, north}, {grid_.step.x, north});
}

double CellAreas::growth_of_row(std::int64_t row) const {
    constexpr double radians = std::numbers::pi / 180;
    const double middle = grid_.corner.y + (static_cast<double>(row) + 0.5) * grid_.step.y;
    if (std::abs(middle) >= 90) return 0;
    // Of the area per degree, cos φ / (1 - e² sin² φ)² but for a factor.
    const double s = std::sin(middle * radians), c = std::cos(middle * radians);
    return (4 * wgs84_e2 * s * c / (1 - wgs84_e2 * s * s) - s / c) * grid_.step.y * radians;
}

/// Every `apart`th cell of the window's columns and rows.
std::vector<double> CellAreas::measured(const CellWindow& window, std::int64_t apart,
                                        const Execution& execution) const {
    const std::int64_t across = (window.columns + apart - 1) / apart, down = (window.rows + apart - 1) / apart;
    std::vector<XY> corners;
    corners.reserve(static_cast<std::size_t>(4 * across * down));
    for (std::int64_t i = 0; i < down; ++i) {
        const double top = grid_.corner.y + static_cast<double>(window.row + i * apart) * grid_.step.y;
        for (std::int64_t j = 0; j < across; ++j) {
            const double left = grid_.corner.x + static_cast<double>(window.column + j * apart) * grid_.step.x;
            corners.insert(corners.end(), {{left, top},
                                           {left + grid_.step.x, top},
                                           {left + grid_.step.x, top + grid_.step.y},
                                           {left, top + grid_.step.y}});
        }
    }
    const std::vector<LonLat> places = to_lonlat(corners, crs_, execution);
    GeometryColumn cells;
    for (std::size_t i = 0; i < places.size(); i += 4) {
        std::array<XY, 5> ring{};
        bool is_known = true;
        for (std::size_t k = 0; k < ring.size(); ++k) {
            const LonLat place = places[i + k % 4];
            is_known = is_known && has_position(place);
            // The same turn round the Earth for all corners.
            ring[k] = {places[i].lon + std::remainder(place.lon - places[i].lon, 360.0), place.lat};
        }
        if (!is_known) {
            cells.append_missing();
            continue;
        }
        cells.begin_row(GeometryType::polygon);
        cells.begin_part();
        cells.append_ring(ring);
    }
    std::vector<double> areas = geodesic_area_m2(cells, execution);
    for (std::size_t i = 0; i < areas.size(); ++i) {
        if (crs_.is_geographic() && cells.types[i] != GeometryType::missing) areas[i] = lonlat_area_m2(cells, i);
    }
    return areas;
}

std::vector<double> CellAreas::of_cells(const CellWindow& window, const Execution& execution) const {
    const std::int64_t patch = 2 * apart_;
    const std::int64_t first_column = window.column / patch * patch, first_row = window.row / patch * patch;
    const auto count = static_cast<std::size_t>(window.columns * window.rows);
    std::vector<double> areas(count, 0.0);
    const auto put = [&](const CellWindow& part, auto area_of) {
        for (std::int64_t row = part.row; row < part.row + part.rows; ++row) {
            double* const into = areas.data() + (row - window.row) * window.columns - window.column;
            for (std::int64_t column = part.column; column < part.column + part.columns; ++column)
                into[column] = area_of(row, column);
        }
    };
    const auto put_measured = [&](const CellWindow& part) {
        const std::vector<double> each = measured(part, 1, execution);
        put(part, [&](std::int64_t row, std::int64_t column) {
            const double area = each[static_cast<std::size_t>((row - part.row) * part.columns + column - part.column)];
            return std::isfinite(area) ? area : 0.0;
        });
    };
    if (apart_ == 1) {
        put_measured(window);
        return areas;
    }
    const std::int64_t across = (window.column + window.columns - 1 - first_column) / patch + 1;
    const std::int64_t down = (window.row + window.rows - 1 - first_row) / patch + 1;
    const CellWindow around{
        .column = first_column, .row = first_row, .columns = across * patch + 1, .rows = down * patch + 1};
    const std::vector<double> node = measured(around, apart_, execution);
    const std::int64_t nodes_across = 2 * across + 1;
    for (std::int64_t i = 0; i < down; ++i) {
        for (std::int64_t j = 0; j < across; ++j) {
            const std::int64_t row = std::max(window.row, first_row + i * patch);
            const std::int64_t column = std::max(window.column, first_column + j * patch);
            const CellWindow part{
                .column = column,
                .row = row,
                .columns = std::min(window.column + window.columns, first_column + (j + 1) * patch) - column,
                .rows = std::min(window.row + window.rows, first_row + (i + 1) * patch) - row};
            std::array<std::array<double, 3>, 3> known{};
            bool are_known = true;
            for (std::size_t k = 0; k < 9; ++k) {
                known[k / 3][k % 3] = node[static_cast<std::size_t>(2 * i * nodes_across + 2 * j) +
                                           k / 3 * static_cast<std::size_t>(nodes_across) + k % 3];
                are_known = are_known && std::isfinite(known[k / 3][k % 3]);
            }
            if (!are_known) {
                put_measured(part);
                continue;
            }
            const auto apart = static_cast<double>(apart_);
            for (std::int64_t r = part.row; r < part.row + part.rows; ++r) {
                const auto down_weight = quadratic(static_cast<double>(r - first_row - i * patch) / apart);
                std::array<double, 3> along{};
                for (std::size_t k = 0; k < 3; ++k) {
                    along[k] =
                        down_weight[0] * known[0][k] + down_weight[1] * known[1][k] + down_weight[2] * known[2][k];
                }
                put({part.column, r, part.columns, 1}, [&](std::int64_t, std::int64_t c) {
                    const auto weight = quadratic(static_cast<double>(c - first_column - j * patch) / apart);
                    return weight[0] * along[0] + weight[1] * along[1] + weight[2] * along[2];
                });
            }
        }
    }
    return areas;
}

}  // namespace sheltermap
