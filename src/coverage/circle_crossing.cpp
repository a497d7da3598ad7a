// SPDX-License-Identifier: Apache-2.0
#include "circle_crossing.hpp"

#include <cmath>

namespace sheltermap {

bool make_crossing_exact(const CircleCurve& first, const CircleCurve& second, CircleCrossing& crossing) {
    const XY size = first.size();
    const double rounding = 1e-11 + 2e-13 / size.x;  // of coordinates, in radii
    for (int i = 0; i < 20; ++i) {
        const auto p = first.tangent(crossing.on_first), q = second.tangent(crossing.on_second);
        const double x = (q.at.x - p.at.x) / size.x, y = (q.at.y - p.at.y) / size.y;
        const double px = p.slope.x / size.x, py = p.slope.y / size.y;
        const double qx = q.slope.x / size.x, qy = q.slope.y / size.y;
        const double sine = qx * py - px * qy;  // of the angle between them
        if (!(std::abs(sine) > 1e-4)) return false;
        if (i > 0 && std::hypot(x, y) < rounding) {
            crossing.at = p.at;
            crossing.error = rounding / std::abs(sine);
            return true;
        }
        const double step_first = (qx * y - x * qy) / sine, step_second = (px * y - x * py) / sine;
        if (!(std::abs(step_first) + std::abs(step_second) < 1)) return false;
        crossing.on_first += step_first;
        crossing.on_second += step_second;
    }
    return false;
}

}  // namespace sheltermap
