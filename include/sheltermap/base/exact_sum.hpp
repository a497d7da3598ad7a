// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sheltermap {

/// A sum without error, rounded once when its value is asked for: the same bytes for any order of the numbers, and for
/// any split of them into sums that are added later.
///
///     ExactSum first, second;
///     first.add(0.1);
///     second.add(1e300);
///     first.add(second);
///     const double people = first.value();
///
/// A fixed-point number after Kulisch: 128 bits from 2^-80 up to 2^47, into which a number of people, of metres or of
/// square metres falls, and 2176 bits for whatever else a double holds, which are there only where they are needed.
/// Infinities and NaN give what they give in any addition of doubles. One thread at a time.
class ExactSum {
public:
    void add(double value) {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        const auto shift = static_cast<unsigned>((bits >> 52U) & 0x7ffU) - lowest_exponent;
        if (shift > highest_shift) return add_wide(value);  // wraps round where the exponent is lower
        const std::uint64_t mantissa = (bits & 0xfffffffffffffU) | (std::uint64_t{1} << 52U);
        const std::uint64_t moved = mantissa << (shift % 64);
        TwoWords term = shift < 64 ? TwoWords{moved, (mantissa >> 1U) >> (63 - shift)} : TwoWords{0, moved};
        term.negate_if(bits >> 63U);
        if (near_.add(term)) carry_over(term);
    }
    void add(const ExactSum& other);

    /// Rounded to the nearest double, ties to even; infinite where none is that large.
    [[nodiscard]] double value() const;

    /// Appends the whole sum as words, for another process to go on from, and takes it from the front of them.
    /// `taken_from` throws std::invalid_argument where they end too early.
    void append_to(std::vector<std::uint64_t>& words) const;
    [[nodiscard]] static ExactSum taken_from(std::span<const std::uint64_t>& words);

private:
    /// 128 bits in two's complement. Without a branch, for neither signs nor sizes of numbers can be foreseen.
    struct TwoWords {
        std::uint64_t low = 0, high = 0;

        void negate_if(std::uint64_t one) noexcept {
            const std::uint64_t all_bits = 0 - one;
            low ^= all_bits;
            high ^= all_bits;
            low += one;
            high += low < one ? 1 : 0;
        }
        /// True where it goes round.
        [[nodiscard]] bool add(const TwoWords& term) noexcept {
            const std::uint64_t before = high;
            low += term.low;
            high += term.high + (low < term.low ? 1 : 0);
            return (((high ^ before) & (high ^ term.high)) >> 63U) != 0;
        }
        [[nodiscard]] std::uint64_t is_negative() const noexcept { return high >> 63U; }
    };
    static constexpr unsigned lowest_exponent = 995;  // as stored, of a double whose last bit is 2^-80
    static constexpr unsigned highest_shift = 72;     // 53 bits moved so far stay below the sign with two to spare

    /// Two's complement; bit 0 is 2^-1074, the smallest double, and 78 bits are above the largest.
    struct Wide {
        std::array<std::uint64_t, 34> limbs{};
        double not_finite = 0;

        void add(std::array<std::uint64_t, 2> magnitude, std::size_t position, bool negative);
        void add_near(TwoWords near);
        void add(const Wide& other);
        [[nodiscard]] double value() const;
    };

    Wide& wide();
    void add_wide(double value);
    void carry_over(const TwoWords& term);

    TwoWords near_;
    std::unique_ptr<Wide> wide_;
};

/// The exact sum of the values, rounded once. NaN, a value that is not known, adds nothing.
[[nodiscard]] double exact_sum(std::span<const double> values);

/// The same for each group of rows: `group[row]` in 0..groups says where a value belongs.
/// Throws std::invalid_argument where lengths differ or a group is out of range.
[[nodiscard]] std::vector<double> exact_sums(std::span<const double> values, std::span<const std::int64_t> group,
                                             std::size_t groups);

}  // namespace sheltermap
