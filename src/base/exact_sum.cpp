// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/exact_sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

constexpr int lowest_bit = -1074;     // of the wide sum, as a power of two
constexpr int lowest_near_bit = -80;  // of the near one
constexpr std::uint64_t not_finite_exponent = 0x7ff;

std::uint64_t low(unsigned bits) { return bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1; }

/// Adds to limbs[i], and returns what is carried on.
bool add_limb(std::uint64_t& limb, std::uint64_t value, bool carry) {
    const std::uint64_t sum = limb + value;
    limb = sum + (carry ? 1 : 0);
    return sum < value || limb < sum;
}

bool subtract_limb(std::uint64_t& limb, std::uint64_t value, bool borrow) {
    const std::uint64_t difference = limb - value;
    const bool first = limb < value;
    limb = difference - (borrow ? 1 : 0);
    return first || difference < limb;
}

/// The 53 bits of a magnitude below its highest one, rounded to even by what lies under them; times 2^unit.
template <std::size_t Count>
double rounded(const std::array<std::uint64_t, Count>& magnitude, int unit) {
    const auto top = std::find_if(magnitude.rbegin(), magnitude.rend(), [](std::uint64_t limb) { return limb != 0; });
    if (top == magnitude.rend()) return 0;
    const auto limb = static_cast<std::size_t>(std::distance(top, magnitude.rend())) - 1;
    const auto highest = 64 * limb + static_cast<std::size_t>(std::bit_width(magnitude[limb])) - 1;
    if (highest < 53) return std::ldexp(static_cast<double>(magnitude[0]), unit);
    const std::size_t shift = highest - 52;
    const std::size_t from = shift / 64;
    const auto offset = static_cast<unsigned>(shift % 64);
    std::uint64_t mantissa = magnitude[from] >> offset;
    if (offset > 11) mantissa |= magnitude[from + 1] << (64 - offset);
    mantissa &= low(53);
    const std::size_t half = shift - 1;
    const auto half_offset = static_cast<unsigned>(half % 64);
    const bool is_half = ((magnitude[half / 64] >> half_offset) & 1U) != 0;
    const bool below = (magnitude[half / 64] & low(half_offset)) != 0 ||
                       std::any_of(magnitude.begin(), magnitude.begin() + static_cast<std::ptrdiff_t>(half / 64),
                                   [](std::uint64_t each) { return each != 0; });
    if (is_half && (below || (mantissa & 1U) != 0)) ++mantissa;
    return std::ldexp(static_cast<double>(mantissa), static_cast<int>(shift) + unit);
}

}  // namespace

void ExactSum::add(const ExactSum& other) {
    if (other.wide_) wide().add(*other.wide_);
    const TwoWords term = other.near_;
    if (near_.add(term)) carry_over(term);
}

double ExactSum::value() const {
    if (!wide_) {
        const std::uint64_t negative = near_.is_negative();
        TwoWords magnitude = near_;
        magnitude.negate_if(negative);
        const double size = rounded(std::array{magnitude.low, magnitude.high}, lowest_near_bit);
        return negative != 0 ? -size : size;
    }
    Wide all = *wide_;
    all.add_near(near_);
    return all.value();
}

void ExactSum::append_to(std::vector<std::uint64_t>& words) const {
    words.push_back(near_.low);
    words.push_back(near_.high);
    words.push_back(wide_ ? 1 : 0);
    if (!wide_) return;
    words.insert(words.end(), wide_->limbs.begin(), wide_->limbs.end());
    words.push_back(std::bit_cast<std::uint64_t>(wide_->not_finite));
}

ExactSum ExactSum::taken_from(std::span<const std::uint64_t>& words) {
    const auto take = [&](std::size_t count) {
        if (words.size() < count) throw std::invalid_argument("the words of a sum end too early");
        const auto taken = words.first(count);
        words = words.subspan(count);
        return taken;
    };
    ExactSum sum;
    const auto near = take(3);
    sum.near_ = {near[0], near[1]};
    if (near[2] == 0) return sum;
    const auto limbs = take(sum.wide().limbs.size());
    std::ranges::copy(limbs, sum.wide_->limbs.begin());
    sum.wide_->not_finite = std::bit_cast<double>(take(1).front());
    return sum;
}

ExactSum::Wide& ExactSum::wide() {
    if (!wide_) wide_ = std::make_unique<Wide>();
    return *wide_;
}

void ExactSum::add_wide(double value) {
    if (value == 0) return;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const std::uint64_t exponent = (bits >> 52U) & 0x7ffU;
    if (exponent == not_finite_exponent) {
        wide().not_finite += value;
        return;
    }
    const std::uint64_t implicit = exponent == 0 ? 0 : std::uint64_t{1} << 52U;
    const std::uint64_t mantissa = (bits & low(52)) | implicit;
    wide().add({mantissa, 0}, exponent == 0 ? 0 : exponent - 1, (bits >> 63U) != 0);
}

/// `near_` has gone round by adding `term`: what it held goes to the wide sum, and it begins anew with the term.
void ExactSum::carry_over(const TwoWords& term) {
    TwoWords before = near_;
    const bool borrow = subtract_limb(before.low, term.low, false);
    subtract_limb(before.high, term.high, borrow);
    wide().add_near(before);
    near_ = term;
}

void ExactSum::Wide::add(std::array<std::uint64_t, 2> magnitude, std::size_t position, bool negative) {
    const auto offset = static_cast<unsigned>(position % 64);
    const auto above = [&](std::uint64_t word) { return offset == 0 ? 0 : word >> (64 - offset); };
    const std::array<std::uint64_t, 3> words{magnitude[0] << offset, (magnitude[1] << offset) | above(magnitude[0]),
                                             above(magnitude[1])};
    bool carry = false;
    for (std::size_t i = position / 64, word = 0; i < limbs.size() && (word < words.size() || carry); ++i, ++word) {
        const std::uint64_t each = word < words.size() ? words[word] : 0;
        carry = negative ? subtract_limb(limbs[i], each, carry) : add_limb(limbs[i], each, carry);
    }
}

void ExactSum::Wide::add_near(TwoWords near) {
    const std::uint64_t negative = near.is_negative();
    near.negate_if(negative);
    add({near.low, near.high}, static_cast<std::size_t>(lowest_near_bit - lowest_bit), negative != 0);
}

void ExactSum::Wide::add(const Wide& other) {
    bool carry = false;
    for (std::size_t i = 0; i < limbs.size(); ++i) carry = add_limb(limbs[i], other.limbs[i], carry);
    not_finite += other.not_finite;
}

double ExactSum::Wide::value() const {
    if (std::isnan(not_finite)) return std::numeric_limits<double>::quiet_NaN();  // not what its sign bit happens to be
    if (not_finite != 0) return not_finite;
    if ((limbs.back() >> 63U) == 0) return rounded(limbs, lowest_bit);
    std::array<std::uint64_t, 34> magnitude{};
    bool borrow = false;
    for (std::size_t i = 0; i < limbs.size(); ++i) borrow = subtract_limb(magnitude[i], limbs[i], borrow);
    return -rounded(magnitude, lowest_bit);
}

double exact_sum(std::span<const double> values) {
    ExactSum sum;
    for (const double value : values) {
        if (!std::isnan(value)) sum.add(value);
    }
    return sum.value();
}

std::vector<double> exact_sums(std::span<const double> values, std::span<const std::int64_t> group,
                               std::size_t groups) {
    if (group.size() != values.size()) throw std::invalid_argument("group must have one entry per value");
    std::vector<ExactSum> sums(groups);
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (group[row] < 0 || static_cast<std::size_t>(group[row]) >= groups) {
            throw std::invalid_argument("group: row " + std::to_string(row + 1) + " has number " +
                                        std::to_string(group[row]) + ", outside 0.." + std::to_string(groups));
        }
        if (!std::isnan(values[row])) sums[static_cast<std::size_t>(group[row])].add(values[row]);
    }
    std::vector<double> result(groups);
    std::ranges::transform(sums, result.begin(), [](const ExactSum& sum) { return sum.value(); });
    return result;
}

}  // namespace sheltermap
