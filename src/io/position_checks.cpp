// SPDX-License-Identifier: Apache-2.0
#include "refusals.hpp"
#include "row_checks.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace sheltermap::io {
namespace {

struct Envelope {
    XY low, high;
};

Envelope envelope_of(std::span<const XY> vertices) {
    Envelope box{vertices.front(), vertices.front()};
    for (const XY at : vertices) {
        box.low = {std::min(box.low.x, at.x), std::min(box.low.y, at.y)};
        box.high = {std::max(box.high.x, at.x), std::max(box.high.y, at.y)};
    }
    return box;
}

std::string number(double value) {
    std::array<char, 32> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

std::string label(const Crs& crs) { return crs.code().empty() ? crs.name() : crs.code(); }

std::string spot(XY at) { return "(" + number(at.x) + ", " + number(at.y) + ")"; }

std::string swapped_detail(XY at, const Crs& crs) {
    return spot(at) + " is outside the area of " + label(crs) + "; with the axes swapped it fits: are " +
           (crs.is_geographic() ? "longitude and latitude" : "easting and northing") + " swapped?";
}

std::string outside_detail(XY at, const Crs& crs) {
    if (!crs.is_geographic()) {
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
    const auto rows = usable_rows(layer);
    if (rows.empty()) return;
    std::vector<XY> corners;
    for (const std::size_t row : rows) {
        const Envelope box = envelope_of(layer.geometry.row_vertices(row));
        corners.push_back(box.low);
        corners.push_back(box.high);
    }
    const Crs& crs = *layer.crs;
    const auto verdicts = plausibility(corners, crs, execution);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const bool low_is_bad = verdicts[2 * i] != Plausibility::plausible;
        const XY shown = corners[low_is_bad ? 2 * i : 2 * i + 1];
        const Plausibility verdict = low_is_bad ? verdicts[2 * i] : verdicts[2 * i + 1];
        if (verdict == Plausibility::swapped) {
            refuse(layer, rows[i], reason::swapped_axes, swapped_detail(shown, crs));
        } else if (verdict == Plausibility::outside) {
            refuse(layer, rows[i], reason::outside_crs, outside_detail(shown, crs));
        }
    }
}

}  // namespace sheltermap::io
