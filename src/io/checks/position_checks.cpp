// SPDX-License-Identifier: Apache-2.0
#include "geometry/envelope.hpp"
#include "io/checks/refusals.hpp"
#include "io/checks/row_checks.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>

namespace sheltermap::io {
namespace {

/// Whether all are degrees that lie on the Earth; quick, and so it is most of the time.
bool all_on_earth(std::span<const XY> vertices, const Execution& execution) {
    std::atomic<bool> all{true};
    parallel_for(vertices.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        const auto is_on_earth = [](XY at) { return std::abs(at.x) <= 180 && std::abs(at.y) <= 90; };
        if (!std::ranges::all_of(vertices.subspan(begin, end - begin), is_on_earth)) all = false;
    });
    return all;
}

std::string spot(XY at) { return "(" + number_text(at.x) + ", " + number_text(at.y) + ")"; }

std::string swapped_detail(XY at, const Crs& crs) {
    return spot(at) + " is outside the area of " + label(crs) + "; with the axes swapped it fits: are " +
           (crs.is_geographic() ? "longitude and latitude" : "easting and northing") + " swapped?";
}

std::string outside_detail(XY at, const Crs& crs) {
    const bool may_be_degrees = std::abs(at.x) <= 180 && std::abs(at.y) <= 90;
    if (!crs.is_geographic() || may_be_degrees) {
        return spot(at) + " is outside the area of " + label(crs) + " (" + crs.name() + "): is the CRS right?";
    }
    // LKS-92 and LKS-2020 in metres, generously around Latvia.
    const auto in_latvia = [](double easting, double northing) {
        return easting > 250'000 && easting < 850'000 && northing > 100'000 && northing < 500'000;
    };
    const bool looks_latvian = in_latvia(at.x, at.y) || in_latvia(at.y, at.x);
    return spot(at) + " are not degrees" +
           (looks_latvian ? "; if these are LKS-92 metres pass crs='EPSG:3059'"
                          : "; pass the CRS they are in with crs=");
}

}  // namespace

void check_positions(Layer& layer, const Execution& execution) {
    const Crs& crs = *layer.crs;
    if (crs.is_lonlat() && all_on_earth(layer.geometry.vertices, execution)) return;
    // One corner for a point, two for a box.
    const auto rows = usable_rows(layer);
    std::vector<std::size_t> first_corners;
    std::vector<XY> corners;
    for (const std::size_t row : rows) {
        const auto vertices = layer.geometry.row_vertices(row);
        first_corners.push_back(corners.size());
        const Envelope box = envelope(vertices);
        corners.push_back({box.min_x, box.min_y});
        if (vertices.size() > 1) corners.push_back({box.max_x, box.max_y});
    }
    first_corners.push_back(corners.size());
    const auto verdicts = plausibility(corners, crs, execution);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t corner = first_corners[i]; corner < first_corners[i + 1]; ++corner) {
            if (verdicts[corner] == Plausibility::plausible) continue;
            const bool is_swapped = verdicts[corner] == Plausibility::swapped;
            refuse(layer, rows[i], is_swapped ? reason::swapped_axes : reason::outside_crs,
                   is_swapped ? swapped_detail(corners[corner], crs) : outside_detail(corners[corner], crs));
            break;
        }
    }
}

}  // namespace sheltermap::io
