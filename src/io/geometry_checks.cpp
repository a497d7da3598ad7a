// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/validity.hpp"

#include "refusals.hpp"
#include "row_checks.hpp"
#include <algorithm>
#include <cmath>
#include <string>

namespace sheltermap::io {
namespace {

bool is_finite(std::span<const XY> vertices) {
    return std::ranges::all_of(vertices, [](XY at) { return std::isfinite(at.x) && std::isfinite(at.y); });
}

const char* reason_for(const GeometryColumn& column, std::size_t row) {
    if (column.types[row] == GeometryType::missing || column.row_vertices(row).empty()) return reason::missing_geometry;
    return is_finite(column.row_vertices(row)) ? reason::invalid_geometry : reason::bad_coordinate;
}

std::string square_metres(double area) { return std::to_string(std::llround(area)) + " m²"; }

/// Puts a repaired polygon in the place of a row's; false and the reason in `fault` where it cannot be done.
bool repair(Layer& layer, std::size_t row, GeometryColumn& repaired, std::string& fault) {
    try {
        GeometryColumn mended = repaired_polygon(layer.geometry, row);
        GeometryColumn before;
        before.append_row(layer.geometry, row);
        const double area_before = geodesic_area_m2(to_lonlat(before, *layer.crs)).front();
        const double area_after = geodesic_area_m2(to_lonlat(mended, *layer.crs)).front();
        layer.notes.push_back("row " + std::to_string(row + 1) + " was repaired (" + fault + "): its area was " +
                              square_metres(area_before) + " and is " + square_metres(area_after));
        layer.repaired.push_back(static_cast<std::int64_t>(row) + 1);
        repaired = std::move(mended);
        return true;
    } catch (const GeometryError& error) {
        fault += "; it cannot be repaired" + (error.what() == fault ? std::string() : ": " + std::string(error.what()));
        return false;
    }
}

std::vector<std::string> faults_of(const GeometryColumn& column, const std::vector<std::size_t>& rows,
                                   const Execution& execution) {
    std::vector<std::string> faults(rows.size());
    parallel_for(rows.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) faults[i] = geometry_fault(column, rows[i]);
    });
    return faults;
}

}  // namespace

void check_geometries(Layer& layer, InvalidGeometry policy, const Execution& execution) {
    const auto rows = usable_rows(layer);
    auto faults = faults_of(layer.geometry, rows, execution);
    std::vector<std::pair<std::size_t, GeometryColumn>> repaired;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (faults[i].empty()) continue;
        const char* why = reason_for(layer.geometry, rows[i]);
        const bool may_repair = policy == InvalidGeometry::repair && why == reason::invalid_geometry &&
                                is_areal(layer.geometry.types[rows[i]]);
        GeometryColumn mended;
        if (may_repair && repair(layer, rows[i], mended, faults[i])) {
            repaired.emplace_back(rows[i], std::move(mended));
        } else {
            refuse(layer, rows[i], why, faults[i]);
        }
    }
    if (repaired.empty()) return;
    GeometryColumn result;
    auto next = repaired.begin();
    for (std::size_t row = 0; row < layer.geometry.size(); ++row) {
        if (next != repaired.end() && next->first == row) {
            result.append_row(next->second, 0);
            ++next;
        } else {
            result.append_row(layer.geometry, row);
        }
    }
    layer.geometry = std::move(result);
}

}  // namespace sheltermap::io
