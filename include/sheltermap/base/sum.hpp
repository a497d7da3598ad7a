// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace sheltermap {

/// A sum that carries its rounding error along (Neumaier 1974, ZAMM 54, 39-51): whole numbers stay exact, and the error
/// of other sums is that of one addition, not of millions.
///
///     Sum total;
///     for (const double each : people) total.add(each);
///     const double all = total.value();
class Sum {
public:
    void add(double value) noexcept {
        const double total = total_ + value;
        error_ += std::abs(total_) >= std::abs(value) ? (total_ - total) + value : (value - total) + total_;
        total_ = total;
    }
    [[nodiscard]] double value() const noexcept { return total_ + error_; }

private:
    double total_ = 0;
    double error_ = 0;
};

}  // namespace sheltermap
