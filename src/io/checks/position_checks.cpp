// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/placement.hpp"

#include "geodesy/place_groups.hpp"
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

constexpr double hair_deg = 1e-9;  // 0.1 mm: what arithmetic with degrees leaves beyond 180

/// Degrees a hair beyond the Earth's last are brought back; what lies farther out is left.
void trim_degrees(std::span<XY> vertices, const Execution& execution) {
    const auto trim = [](double& degrees, double last) {
        if (std::abs(degrees) > last && std::abs(degrees) <= last + hair_deg) degrees = std::copysign(last, degrees);
    };
    parallel_for(vertices.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (XY& at : vertices.subspan(begin, end - begin)) {
            trim(at.x, 180);
            trim(at.y, 90);
        }
    });
}

/// Whether all are degrees of places on Earth, none of them (0, 0), and none far from the others; quick, and so it is
/// most of the time.
bool none_is_strange(std::span<const XY> vertices, const Execution& execution) {
    std::atomic<bool> usual{true};
    parallel_for(vertices.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        const auto is_usual = [](XY at) {
            return std::abs(at.x) <= 180 && std::abs(at.y) <= 90 && (std::abs(at.x) > 1e-6 || std::abs(at.y) > 1e-6);
        };
        if (!std::ranges::all_of(vertices.subspan(begin, end - begin), is_usual)) usual = false;
    });
    return usual && lie_together(vertices, execution);
}

/// The corners of rows: points as they are where all are points, else boxes.
struct Corners {
    std::vector<XY> lower, upper;
};

Corners corners_of(const GeometryColumn& column, std::span<const std::size_t> rows) {
    Corners corners;
    corners.lower.reserve(rows.size());
    const bool are_points =
        std::ranges::all_of(rows, [&](std::size_t row) { return column.row_vertices(row).size() == 1; });
    for (const std::size_t row : rows) {
        const Envelope box = envelope(column.row_vertices(row));
        corners.lower.push_back({box.min_x, box.min_y});
        if (!are_points) corners.upper.push_back({box.max_x, box.max_y});
    }
    return corners;
}

std::string plain(double value) {
    const bool is_whole = std::abs(value) < 1e15 && value == std::trunc(value);
    return is_whole ? number_text(static_cast<std::int64_t>(value)) : number_text(value);
}

std::string spot(XY at) { return "(" + plain(at.x) + ", " + plain(at.y) + ")"; }

/// Of longitudes beyond 180: the same places have others, and what lies across is to be cut.
std::string beyond_180_detail(XY lower, XY upper) {
    if (lower.x < 180 && upper.x > -180 && (lower.x > -180 || upper.x < 180))
        return " reaches across 180 degrees: cut it there, into a part on either side";
    return std::string(" has a longitude beyond 180: they go from -180 to 180, so ") +
           (upper.x > 180 ? "subtract 360 from those above 180" : "add 360 to those below -180");
}

std::string outside_detail(XY lower, XY upper, const Crs& crs) {
    const bool has_latitudes = std::abs(lower.y) <= 90 && std::abs(upper.y) <= 90;
    if (!crs.is_geographic() || (has_latitudes && lower.x >= -180 && upper.x <= 180))
        return " is outside the area of " + label(crs) + " (" + crs.name() + "): is the CRS right?";
    if (has_latitudes && lower.x >= -360 && upper.x <= 360) return beyond_180_detail(lower, upper);
    // LKS-92 and LKS-2020 in metres, generously around Latvia.
    const auto in_latvia = [](double easting, double northing) {
        return easting > 250'000 && easting < 850'000 && northing > 100'000 && northing < 500'000;
    };
    const bool looks_latvian = in_latvia(lower.x, lower.y) || in_latvia(lower.y, lower.x);
    return std::string(" are not degrees") + (looks_latvian ? "; if these are LKS-92 metres pass crs='EPSG:3059'"
                                                            : "; pass the CRS they are in with crs=");
}

struct Refusal {
    const char* reason;
    std::string detail;
};

Refusal refusal_for(Plausibility verdict, XY lower, XY upper, const Crs& crs) {
    switch (verdict) {
        case Plausibility::swapped:
            return {reason::swapped_axes,
                    " fits " + label(crs) + " only with the axes swapped: are " +
                        (crs.is_geographic() ? "longitude and latitude" : "easting and northing") + " swapped?"};
        case Plausibility::nowhere:
            return {reason::missing_geometry,
                    lower == XY{0, 0} ? " stands for a place that nobody entered: there is nothing at (0, 0)"
                                      : " is the origin of the numbers of " + label(crs) +
                                            ", which stands for a place that nobody entered"};
        case Plausibility::degrees:
            return {reason::outside_crs, " are degrees, and " + label(crs) + " is in metres: convert them"};
        case Plausibility::kilometres:
            return {reason::outside_crs,
                    " is outside the area of " + label(crs) + "; times 1,000 it fits: are these kilometres?"};
        default:
            return {reason::outside_crs, outside_detail(lower, upper, crs)};
    }
}

/// Degrees in a system of metres are a mistake about the layer, which no row can be blamed for.
void require_metres(std::span<const Plausibility> verdicts, const Corners& corners, const Crs& crs,
                    const std::string& source) {
    const auto first = std::ranges::find(verdicts, Plausibility::degrees);
    const bool are_degrees = std::ranges::all_of(verdicts, [](Plausibility verdict) {
        return verdict == Plausibility::degrees || verdict == Plausibility::nowhere;
    });
    if (first == verdicts.end() || !are_degrees) return;
    const auto row = static_cast<std::size_t>(first - verdicts.begin());
    throw CrsError(source + " has degrees for coordinates, the first " + spot(corners.lower[row]) + ", and " +
                   label(crs) + " (" + crs.name() +
                   ") is in metres; say what they are in, crs='EPSG:4326' for longitude and latitude, and correct the "
                   "CRS in the file where it has one");
}

std::string list_of(std::span<const std::size_t> rows) {
    constexpr std::size_t shown = 10;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, rows.size()); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(rows[i] + 1);
    return rows.size() > shown ? text + " and " + std::to_string(rows.size() - shown) + " more" : text;
}

std::string stray_note(std::span<const std::size_t> rows, const StrayRows& stray) {
    const bool is_one = rows.size() == 1;
    return std::string(is_one ? "row " : "rows ") + list_of(rows) + (is_one ? " lies " : " lie ") +
           std::to_string(std::llround(stray.gap_m / 1000)) + " km from all others" +
           (stray.fits_swapped
                ? (is_one ? ", with the axes swapped it would lie" : ", with the axes swapped they would lie")
                : std::string()) +
           (stray.fits_swapped ? " among them" : "") + ": is that where " + (is_one ? "it is" : "they are") + "?";
}

}  // namespace

void check_positions(Layer& layer, const std::string& source, const Execution& execution) {
    const Crs& crs = *layer.crs;
    if (crs.is_geographic()) trim_degrees(layer.geometry.vertices, execution);
    if (crs.is_lonlat() && none_is_strange(layer.geometry.vertices, execution)) return;
    const auto rows = usable_rows(layer);
    const Corners corners = corners_of(layer.geometry, rows);
    const Placement found = placement(corners.lower, corners.upper, crs, execution);
    require_metres(found.verdicts, corners, crs, source);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (found.verdicts[i] == Plausibility::plausible) continue;
        const XY lower = corners.lower[i];
        const XY upper = corners.upper.empty() ? lower : corners.upper[i];
        // What is no degree says so itself; elsewhere both corners say what reaches too far.
        const bool has_both = !crs.is_geographic() || (std::abs(lower.y) <= 90 && std::abs(upper.y) <= 90);
        auto [why, detail] = refusal_for(found.verdicts[i], lower, upper, crs);
        refuse(layer, rows[i], why, spot(lower) + (upper == lower || !has_both ? "" : " to " + spot(upper)) + detail);
    }
    for (const StrayRows& stray : found.strays) {
        std::vector<std::size_t> numbers(stray.rows.size());
        std::ranges::transform(stray.rows, numbers.begin(), [&](std::size_t i) { return rows[i]; });
        layer.notes.push_back(stray_note(numbers, stray));
    }
}

}  // namespace sheltermap::io
