// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/validity.hpp"

#include "io/checks/refusals.hpp"
#include "io/checks/row_checks.hpp"
#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

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

struct GeometryFault {
    std::size_t row;
    std::string why;
};

/// What is wrong with rows that are not on the list yet, in order of rows.
std::vector<GeometryFault> faults_of(const Layer& layer, const Execution& execution) {
    const auto is_refused = refused_flags(layer);
    const std::size_t rows = layer.geometry.size();
    std::vector<std::vector<GeometryFault>> by_block((rows + rows_per_block - 1) / rows_per_block);
    parallel_for(rows, rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            if (is_refused[row] != 0) continue;
            if (auto why = geometry_fault(layer.geometry, row); !why.empty())
                by_block[begin / rows_per_block].push_back({row, std::move(why)});
        }
    });
    std::vector<GeometryFault> faults;
    for (auto& block : by_block) std::ranges::move(block, std::back_inserter(faults));
    return faults;
}

}  // namespace

void check_geometries(Layer& layer, InvalidGeometry policy, const Execution& execution) {
    std::vector<std::pair<std::size_t, GeometryColumn>> repaired;
    for (GeometryFault& fault : faults_of(layer, execution)) {
        const char* why = reason_for(layer.geometry, fault.row);
        const bool may_repair = policy == InvalidGeometry::repair && why == reason::invalid_geometry &&
                                is_areal(layer.geometry.types[fault.row]);
        GeometryColumn mended;
        if (may_repair && repair(layer, fault.row, mended, fault.why)) {
            repaired.emplace_back(fault.row, std::move(mended));
        } else {
            refuse(layer, fault.row, why, std::move(fault.why));
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
