// SPDX-License-Identifier: Apache-2.0
#include "edge_crossing.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace sheltermap {
namespace {

using Rational = boost::multiprecision::cpp_rational;
using ExactVector = std::array<Rational, 2>;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

bool is_at(XY one, XY other) { return one.x == other.x && one.y == other.y; }

void put_first_the_smaller(XY& one, XY& other) {
    if (std::pair(other.x, other.y) < std::pair(one.x, one.y)) std::swap(one, other);
}

ExactVector between(XY from, XY to) { return {Rational(to.x) - from.x, Rational(to.y) - from.y}; }

Rational cross_product(const ExactVector& u, const ExactVector& v) { return u[0] * v[1] - u[1] * v[0]; }

Rational exactly_along(XY a, XY b, const Meeting& meeting) {
    const ExactVector edge = between(a, b), to_meeting = between(a, meeting[0]);
    if (is_at(meeting[0], meeting[1])) {
        const std::size_t axis = a.x != b.x ? 0 : 1;
        return to_meeting[axis] / edge[axis];
    }
    const ExactVector other = between(meeting[0], meeting[1]);
    return cross_product(to_meeting, other) / cross_product(edge, other);
}

}  // namespace

AlongEdge crossing_along(XY a, XY b, XY c, XY d) {
    constexpr double well_known = 1e-6;
    put_first_the_smaller(c, d);
    const XY edge{b.x - a.x, b.y - a.y}, other{d.x - c.x, d.y - c.y}, to_other{c.x - a.x, c.y - a.y};
    const double whole = edge.x * other.y - edge.y * other.x;
    const double part = to_other.x * other.y - to_other.y * other.x;
    const double sizes = std::abs(edge.x * other.y) + std::abs(edge.y * other.x) + std::abs(to_other.x * other.y) +
                         std::abs(to_other.y * other.x);
    const double error = epsilon * (2 + 8 * sizes / std::abs(whole));
    if (error < well_known) return {std::clamp(part / whole, 0.0, 1.0), error};
    return {exactly_along(a, b, {c, d}).convert_to<double>(), 2 * epsilon};  // they nearly run along each other
}

AlongEdge point_along(XY a, XY b, XY point) {
    const bool by_x = std::abs(b.x - a.x) > std::abs(b.y - a.y);
    return {by_x ? (point.x - a.x) / (b.x - a.x) : (point.y - a.y) / (b.y - a.y), 4 * epsilon};
}

XY crossing_point(XY a, XY b, XY c, XY d) {
    put_first_the_smaller(a, b);
    const double share = crossing_along(a, b, c, d).share;
    return {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
}

bool meets_before(XY a, XY b, const Meeting& one, const Meeting& other) {
    const bool same =
        (is_at(one[0], other[0]) && is_at(one[1], other[1])) || (is_at(one[0], other[1]) && is_at(one[1], other[0]));
    return !same && exactly_along(a, b, one) < exactly_along(a, b, other);
}

}  // namespace sheltermap
