// SPDX-License-Identifier: Apache-2.0
#include "orientation.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace sheltermap {
namespace {

/// A sum of doubles without rounding: components grow in magnitude and do not overlap.
class ExactSum {
public:
    void add(double value) noexcept {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            const double sum = value + parts_[i];
            const double b = sum - value;
            const double rounding = (value - (sum - b)) + (parts_[i] - b);
            if (rounding != 0) parts_[kept++] = rounding;
            value = sum;
        }
        parts_[kept] = value;
        size_ = kept + 1;
    }
    void add_product(double a, double b) noexcept {
        const double product = a * b;
        add(std::fma(a, b, -product));
        add(product);
    }
    [[nodiscard]] int sign() const noexcept {
        const double largest = parts_[size_ - 1];
        return largest > 0 ? 1 : largest < 0 ? -1 : 0;
    }

private:
    std::array<double, 13> parts_{};
    std::size_t size_ = 0;
};

int exact_side(XY a, XY b, XY p) noexcept {
    ExactSum sum;  // (a - p) x (b - p), multiplied out; p.x * p.y cancels
    sum.add_product(a.x, b.y);
    sum.add_product(-a.x, p.y);
    sum.add_product(-p.x, b.y);
    sum.add_product(-a.y, b.x);
    sum.add_product(a.y, p.x);
    sum.add_product(p.y, b.x);
    return sum.sign();
}

}  // namespace

int side_of(XY a, XY b, XY point) noexcept {
    constexpr double epsilon = std::numeric_limits<double>::epsilon() / 2;
    constexpr double error_bound = (3 + 16 * epsilon) * epsilon;  // Shewchuk's ccwerrboundA
    const double left = (a.x - point.x) * (b.y - point.y);
    const double right = (a.y - point.y) * (b.x - point.x);
    const double determinant = left - right;
    if (std::abs(determinant) > error_bound * (std::abs(left) + std::abs(right))) return determinant > 0 ? 1 : -1;
    return exact_side(a, b, point);
}

bool runs_counter_clockwise(std::span<const XY> ring) noexcept {
    double doubled_area = 0;  // measured from the first vertex, so that small rings keep their digits
    for (std::size_t i = 1; i < ring.size(); ++i) {
        doubled_area += (ring[i - 1].x - ring[0].x) * (ring[i].y - ring[0].y) -
                        (ring[i].x - ring[0].x) * (ring[i - 1].y - ring[0].y);
    }
    return doubled_area > 0;
}

}  // namespace sheltermap
