// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/raster/zonal.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/sum.hpp"
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geodesy/lonlat_measure.hpp"

#include "base/scratch.hpp"
#include "block_window.hpp"
#include "cell_areas.hpp"
#include "cell_fractions.hpp"
#include "cell_runs.hpp"
#include "cells_of_edge.hpp"
#include "grid_places.hpp"
#include "placed_zones.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace sheltermap {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t strip_rows = 256;
constexpr std::int64_t window_cells = std::int64_t{1} << 23U;
constexpr std::size_t zones_per_block = 8;

/// What is known of a zone so far; rows are added from the first to the last.
struct ZoneSums {
    Sum cells, void_cells, sum, area, void_area;
    double least = infinity, greatest = -infinity;
    std::map<double, Sum> classes;
};

/// Of a row of cells.
struct RowSums {
    double cells = 0, void_cells = 0, sum = 0, area = 0, void_area = 0;
    double lean = 0, void_lean = 0;  // see CellFractions
};

class Zonal {
public:
    Zonal(const GeometryColumn& zones, const CellSource& source, const ZonalOptions& options,
          const Execution& execution)
        : zones_(zones),
          source_(source),
          options_(options),
          execution_(execution),
          grid_(source.grid()),
          placed_(zones, grid_, turn_of(source.crs()), execution),
          sums_(zones.size()),
          window_(source) {
        if (options.areas) areas_.emplace(grid_, source.crs());
    }

    ZonalStatistics run() {
        const std::int64_t down = source_.block_rows();
        const std::int64_t rows = (strip_rows + down - 1) / down * down;
        std::vector<const PlacedZone*> active;
        auto next = placed_.placed().begin();
        while (next != placed_.placed().end() || !active.empty()) {
            const std::int64_t first =
                active.empty() ? next->window.row / rows * rows : strip_end_;  // strips without zones are passed over
            strip_end_ = std::min(grid_.rows, first + rows);
            for (; next != placed_.placed().end() && next->window.row < strip_end_; ++next) active.push_back(&*next);
            read_strip(active, first);
            std::erase_if(active,
                          [&](const PlacedZone* each) { return each->window.row + each->window.rows <= strip_end_; });
        }
        return result();
    }

private:
    void read_strip(const std::vector<const PlacedZone*>& active, std::int64_t first_row);
    void read_window(const std::vector<const PlacedZone*>& active, const CellWindow& bounds);
    void add_zone(const PlacedZone& placed, const CellWindow& part, CellFractions& fractions);
    void add_line(const PlacedZone& placed, const CellWindow& part);
    struct Part {
        double fraction, lean;
    };
    void add_cell(ZoneSums& zone, RowSums& row, double value, double area, const Part& part) const;
    void add_run(ZoneSums& zone, RowSums& row, const double* values, const double* areas, std::size_t count) const;
    void add_class(ZoneSums& zone, double value, double cells) const;
    void require_few_classes() const;
    [[nodiscard]] ZonalStatistics result() const;
    void add_outside_areas(ZonalStatistics& found) const;

    const GeometryColumn& zones_;
    const CellSource& source_;
    const ZonalOptions& options_;
    const Execution& execution_;
    Grid grid_;
    PlacedZones placed_;
    std::optional<CellAreas> areas_;
    std::vector<ZoneSums> sums_;
    BlockWindow window_;
    std::vector<double> areas_of_window_;  // of its cells, where they differ within rows
    std::int64_t strip_end_ = 0;
    ScratchPool<CellFractions> fractions_;
};

/// The cells that two windows share; no columns or rows where they share none.
CellWindow common(const CellWindow& one, const CellWindow& other) {
    const std::int64_t column = std::max(one.column, other.column), row = std::max(one.row, other.row);
    return {.column = column,
            .row = row,
            .columns = std::min(one.column + one.columns, other.column + other.columns) - column,
            .rows = std::min(one.row + one.rows, other.row + other.rows) - row};
}

void Zonal::read_strip(const std::vector<const PlacedZone*>& active, std::int64_t first_row) {
    std::int64_t first = grid_.columns, end = 0;
    for (const PlacedZone* each : active) {
        first = std::min(first, each->window.column);
        end = std::max(end, each->window.column + each->window.columns);
    }
    const std::int64_t across = source_.block_columns();
    const std::int64_t columns =
        std::max(across, window_cells / (strip_end_ - first_row) / across * across);  // bounds what is in memory
    for (std::int64_t column = first / across * across; column < end; column += columns) {
        read_window(active, {.column = column,
                             .row = first_row,
                             .columns = std::min(columns, end - column),
                             .rows = strip_end_ - first_row});
    }
}

void Zonal::read_window(const std::vector<const PlacedZone*>& active, const CellWindow& bounds) {
    std::vector<std::pair<const PlacedZone*, CellWindow>> parts;
    CellWindow cells = bounds;
    for (const PlacedZone* each : active) {
        const CellWindow part = common(each->window, bounds);
        if (part.columns > 0 && part.rows > 0) parts.emplace_back(each, part);
    }
    if (parts.empty()) return;
    // Two turns of one zone would add to it at once: they go one after the other.
    std::ranges::stable_sort(parts, {}, [](const auto& each) { return each.first->zone; });
    window_.move_to(cells);
    for (const auto& [zone, part] : parts) window_.need(part);
    window_.read(execution_);
    if (areas_ && !areas_->is_one_per_row()) areas_of_window_ = areas_->of_cells(window_.cells(), execution_);
    std::vector<std::size_t> first_of_zone;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i == 0 || parts[i].first->zone != parts[i - 1].first->zone) first_of_zone.push_back(i);
    }
    first_of_zone.push_back(parts.size());
    parallel_for(first_of_zone.size() - 1, zones_per_block, execution_, [&](std::size_t begin, std::size_t end) {
        fractions_.lend([&](CellFractions& fractions) {
            for (std::size_t i = first_of_zone[begin]; i < first_of_zone[end]; ++i) {
                const auto& [placed, part] = parts[i];
                if (is_areal(zones_.types[placed->zone])) {
                    add_zone(*placed, part, fractions);
                } else {
                    add_line(*placed, part);
                }
            }
        });
    });
    if (options_.classes) require_few_classes();
}

void Zonal::add_zone(const PlacedZone& placed, const CellWindow& part, CellFractions& fractions) {
    ZoneSums& zone = sums_[placed.zone];
    const CellWindow& origin = placed.window;
    fractions.begin({part.column - origin.column, part.row - origin.row, part.columns, part.rows});
    placed_.for_each_edge(placed, [&](XY from, XY to, double sign) { fractions.add_edge(from, to, sign); });
    const double least_fraction = hair_of_cell * std::min(1.0, placed_.size_of(placed.zone));
    const CellWindow& window = window_.cells();
    RowSums row;
    std::int64_t row_of_sums = -1;
    const double* values = nullptr;
    const double* areas = nullptr;
    double row_area = 0, row_growth = 0;
    const auto finish_row = [&] {
        zone.cells.add(row.cells);
        zone.void_cells.add(row.void_cells);
        zone.sum.add(row.sum);
        if (!areas_) return;
        const bool by_row = areas_->is_one_per_row();
        zone.area.add(by_row ? (row.cells + row_growth * row.lean) * row_area : row.area);
        zone.void_area.add(by_row ? (row.void_cells + row_growth * row.void_lean) * row_area : row.void_area);
    };
    const auto go_to_row = [&](std::int64_t local) {
        if (local == row_of_sums) return;
        if (row_of_sums >= 0) finish_row();
        row = {};
        row_of_sums = local;
        const std::int64_t on_grid = local + origin.row;
        values = window_.row(on_grid) + origin.column - window.column;
        if (!areas_) return;
        if (areas_->is_one_per_row()) {
            row_area = areas_->of_row(on_grid);
            row_growth = areas_->growth_of_row(on_grid);
        } else {
            areas = areas_of_window_.data() + (on_grid - window.row) * window.columns + origin.column - window.column;
        }
    };
    fractions.visit(
        [&](std::int64_t local_row, std::int64_t column, double fraction, double lean) {
            if (fraction < least_fraction) return;
            go_to_row(local_row);
            add_cell(zone, row, values[column], areas != nullptr ? areas[column] : 0, {fraction, lean});
        },
        [&](std::int64_t local_row, std::int64_t column, std::int64_t end) {
            go_to_row(local_row);
            add_run(zone, row, values + column, areas != nullptr ? areas + column : nullptr,
                    static_cast<std::size_t>(end - column));
        });
    if (row_of_sums >= 0) finish_row();
}

void Zonal::add_line(const PlacedZone& placed, const CellWindow& part) {
    ZoneSums& zone = sums_[placed.zone];
    const CellWindow& window = window_.cells();
    const double least_length = hair_of_cell * std::min(1.0, placed_.size_of(placed.zone));
    placed_.for_each_edge(placed, [&](XY from, XY to, double) {
        for_each_cell_of_edge(
            from, to, {part.column - placed.window.column, part.row - placed.window.row, part.columns, part.rows},
            [&](std::int64_t row, std::int64_t column, double share) {
                const double length = share * placed_.length(placed.zone, to.x - from.x, to.y - from.y);
                if (length < least_length) return;
                const std::int64_t on_grid = column + placed.window.column - window.column;
                RowSums sums;
                add_cell(zone, sums, window_.row(row + placed.window.row)[on_grid], 0, {length, 0});
                zone.cells.add(sums.cells);
                zone.void_cells.add(sums.void_cells);
                zone.sum.add(sums.sum);
            });
    });
}

void Zonal::add_cell(ZoneSums& zone, RowSums& row, double value, double area, const Part& part) const {
    const double fraction = part.fraction;
    if (std::isnan(value)) {
        row.void_cells += fraction;
        row.void_area += fraction * area;
        row.void_lean += part.lean;
        return;
    }
    row.cells += fraction;
    row.lean += part.lean;
    row.sum += fraction * value;
    row.area += fraction * area;
    if (options_.extremes) {
        zone.least = std::min(zone.least, value);
        zone.greatest = std::max(zone.greatest, value);
    }
    if (options_.classes) add_class(zone, value, fraction);
}

void Zonal::add_run(ZoneSums& zone, RowSums& row, const double* values, const double* areas, std::size_t count) const {
    const RunSums found = run_sums(values, count);
    row.cells += found.cells;
    row.void_cells += static_cast<double>(count) - found.cells;
    row.sum += found.sum;
    if (areas != nullptr) {
        const RunAreas each = run_areas(values, areas, count);
        row.area += each.known;
        row.void_area += each.unknown;
    }
    if (options_.extremes) {
        const RunExtremes extremes = run_extremes(values, count);
        zone.least = std::min(zone.least, extremes.least);
        zone.greatest = std::max(zone.greatest, extremes.greatest);
    }
    if (!options_.classes) return;
    for (std::size_t i = 0; i < count;) {
        std::size_t same = i + 1;
        while (same < count && values[same] == values[i]) ++same;
        if (!std::isnan(values[i])) add_class(zone, values[i], static_cast<double>(same - i));
        i = same;
    }
}

void Zonal::add_class(ZoneSums& zone, double value, double cells) const {
    if (value != std::floor(value)) {
        throw Error("shares are of classes, which are whole numbers, and a cell holds " + std::to_string(value) +
                    "; ask for the mean, or make classes of the values first");
    }
    zone.classes[value].add(cells);
    if (zone.classes.size() > options_.most_classes) require_few_classes();
}

void Zonal::require_few_classes() const {
    std::set<double> all;
    for (const ZoneSums& zone : sums_) {
        for (const auto& [value, cells] : zone.classes) all.insert(value);
        if (all.size() > options_.most_classes) {
            throw Error("shares are of classes, and the raster holds more than " +
                        std::to_string(options_.most_classes) +
                        " different values; ask for the mean, or make classes of the values first");
        }
    }
}

ZonalStatistics Zonal::result() const {
    ZonalStatistics found;
    if (options_.classes) found.class_offsets.push_back(0);
    for (std::size_t z = 0; z < sums_.size(); ++z) {
        const ZoneSums& zone = sums_[z];
        const bool is_missing = zones_.types[z] == GeometryType::missing;
        const auto known = [&](double value) { return is_missing ? nan : value; };
        const double cells = zone.cells.value(), void_cells = zone.void_cells.value();
        const double rest = placed_.size_of(z) - cells - void_cells;
        const double rounding = hair_of_cell * placed_.size_of(z);
        found.cells.push_back(known(cells));
        found.void_cells.push_back(known(void_cells));
        found.outside_cells.push_back(known(rest > rounding ? rest : 0));
        found.sum.push_back(known(zone.sum.value()));
        if (options_.extremes) {
            found.least.push_back(zone.least <= zone.greatest ? zone.least : nan);
            found.greatest.push_back(zone.least <= zone.greatest ? zone.greatest : nan);
        }
        if (options_.areas) {
            found.area_m2.push_back(known(zone.area.value()));
            found.void_m2.push_back(known(zone.void_area.value()));
        }
        if (!options_.classes) continue;
        for (const auto& [value, sum] : zone.classes) {
            found.class_value.push_back(value);
            found.class_cells.push_back(sum.value());
        }
        found.class_offsets.push_back(static_cast<std::int64_t>(found.class_value.size()));
    }
    if (options_.areas) add_outside_areas(found);
    return found;
}

void Zonal::add_outside_areas(ZonalStatistics& found) const {
    GeometryColumn outside;
    std::vector<std::size_t> rows;
    found.outside_m2 = found.outside_cells;  // 0, and NaN for missing zones
    for (std::size_t z = 0; z < sums_.size(); ++z) {
        if (!is_areal(zones_.types[z]) || !(found.outside_cells[z] > 0)) continue;
        outside.append_row(zones_, z);
        rows.push_back(z);
    }
    if (!source_.crs().is_lonlat()) outside = to_lonlat(outside, source_.crs(), 0.01, execution_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::size_t z = rows[i];
        found.outside_m2[z] = std::max(0.0, lonlat_area_m2(outside, i) - found.area_m2[z] - found.void_m2[z]);
    }
}

}  // namespace

ZonalStatistics zonal_statistics(const GeometryColumn& zones, const CellSource& source, const ZonalOptions& options,
                                 const Execution& execution) {
    return Zonal(zones, source, options, execution).run();
}

}  // namespace sheltermap
