// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "median_rows.hpp"
#include "search_clock.hpp"
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// Good choices of sites for the p-median problem: greedy, and the best swap (Resende, Werneck 2007), over every
/// `stride`th row. `rest`: what a row costs per person that none of the chosen sites has.
template <class Arcs>
class MedianSearch {
public:
    MedianSearch(const Arcs& arcs, std::span<const double> weight, std::span<const double> rest, std::size_t stride,
                 SearchClock& clock)
        : arcs_(arcs), weight_(weight), rest_(rest), stride_(stride), clock_(clock) {}

    [[nodiscard]] std::vector<std::int32_t> greedy(std::size_t p) {
        const std::size_t sites = arcs_.sites();
        std::vector<double> nearest(rest_.begin(), rest_.end()), gain(sites);
        std::vector<std::int32_t> chosen;
        while (chosen.size() < p && !clock_.over()) {
            std::ranges::fill(gain, 0.0);
            for (std::size_t row = 0; row < arcs_.rows(); row += stride_) {
                const auto site = arcs_.sites_of(row);
                const auto cost = arcs_.costs_of(row);
                const double far = nearest[row], weight = weight_[row];
                for (std::size_t arc = 0; arc < site.size() && cost[arc] < far; ++arc) {
                    gain[site[arc]] += weight * (far - static_cast<double>(cost[arc]));
                }
            }
            const auto best = std::ranges::max_element(gain);
            if (best == gain.end() || *best <= 0) break;
            const auto added = static_cast<std::size_t>(best - gain.begin());
            chosen.push_back(static_cast<std::int32_t>(added));
            for (std::size_t row = 0; row < arcs_.rows(); row += stride_) {
                const auto site = arcs_.sites_of(row);
                const auto cost = arcs_.costs_of(row);
                for (std::size_t arc = 0; arc < site.size() && cost[arc] < nearest[row]; ++arc) {
                    if (static_cast<std::size_t>(site[arc]) == added) nearest[row] = static_cast<double>(cost[arc]);
                }
            }
        }
        return chosen;
    }

    /// Swaps, and additions up to p, until none lowers the cost; at most so many passes over the rows.
    void improve(std::vector<std::int32_t>& chosen, std::size_t p, int passes) {
        double before = std::numeric_limits<double>::infinity();
        std::vector<std::int32_t> former;
        for (int pass = 0; pass < passes && !clock_.over(); ++pass) {
            const double now = weigh(chosen);
            if (now >= before) {  // what looked better by a rounding
                chosen = former;
                return;
            }
            before = now;
            former = chosen;
            if (!change_one(chosen, p)) return;
        }
        if (!former.empty() && weigh(chosen) > before) chosen = former;
    }

private:
    /// Fills what adding each site gains, what each chosen one's end loses, and what both together do; the cost.
    double weigh(const std::vector<std::int32_t>& chosen) {
        const std::size_t sites = arcs_.sites();
        gain_.assign(sites, 0);
        loss_.assign(chosen.size() + 1, 0);
        both_.assign(chosen.size() * sites, 0);
        place_.assign(sites, -1);
        for (std::size_t i = 0; i < chosen.size(); ++i) place_[as_index(chosen[i])] = static_cast<std::int32_t>(i);
        double total = 0;
        for (std::size_t row = 0; row < arcs_.rows(); row += stride_) {
            const auto site = arcs_.sites_of(row);
            const auto cost = arcs_.costs_of(row);
            const double weight = weight_[row];
            std::size_t arc = 0;
            while (arc < site.size() && place_[site[arc]] < 0) ++arc;
            if (arc == site.size()) {
                total += weight * rest_[row];
                for (arc = 0; arc < site.size(); ++arc) {
                    gain_[site[arc]] += weight * (rest_[row] - static_cast<double>(cost[arc]));
                }
                continue;
            }
            const auto own = static_cast<std::size_t>(place_[site[arc]]);
            const auto near = static_cast<double>(cost[arc]);
            const std::size_t first = arc++;
            while (arc < site.size() && place_[site[arc]] < 0) ++arc;
            const double second = arc < site.size() ? static_cast<double>(cost[arc]) : rest_[row];
            total += weight * near;
            loss_[own] += weight * (second - near);
            double* const both = &both_[own * sites];
            const double all = weight * (second - near);
            for (std::size_t each = 0; each < first; ++each) {
                gain_[site[each]] += weight * (near - static_cast<double>(cost[each]));
                both[site[each]] += all;
            }
            for (std::size_t each = first + 1; each < arc; ++each) {
                both[site[each]] += weight * (second - static_cast<double>(cost[each]));
            }
        }
        return total;
    }

    bool change_one(std::vector<std::int32_t>& chosen, std::size_t p) {
        const std::size_t sites = arcs_.sites();
        double best = 0;
        std::size_t in = sites, out = chosen.size();
        if (chosen.size() < p) {
            for (std::size_t site = 0; site < sites; ++site) {
                if (place_[site] < 0 && gain_[site] > best) best = gain_[site], in = site;
            }
        } else {
            for (std::size_t i = 0; i < chosen.size(); ++i) {
                const double* const both = &both_[i * sites];
                for (std::size_t site = 0; site < sites; ++site) {
                    const double value = gain_[site] - loss_[i] + both[site];
                    if (value > best && place_[site] < 0) best = value, in = site, out = i;
                }
            }
        }
        if (in == sites) return false;
        if (out == chosen.size()) {
            chosen.push_back(static_cast<std::int32_t>(in));
        } else {
            chosen[out] = static_cast<std::int32_t>(in);
        }
        return true;
    }

    const Arcs& arcs_;
    std::span<const double> weight_, rest_;
    std::size_t stride_;
    SearchClock& clock_;
    std::vector<double> gain_, loss_, both_;
    std::vector<std::int32_t> place_;
};

/// A row pays its multiplier, less what it saves at a chosen site that is nearer than that.
template <class Arcs>
class MedianRelaxation {
public:
    MedianRelaxation(const Arcs& arcs, std::span<const double> weight, std::span<const double> rest)
        : arcs_(arcs), weight_(weight), rest_(rest) {}

    [[nodiscard]] std::size_t rows() const noexcept { return arcs_.rows(); }
    [[nodiscard]] std::size_t sites() const noexcept { return arcs_.sites(); }
    [[nodiscard]] double cap(std::size_t row) const { return rest_[row]; }
    [[nodiscard]] double scale(std::size_t row) const { return weight_[row]; }

    double price(std::span<const double> multipliers, std::span<const Decided>, std::span<double> worth) {
        std::ranges::fill(worth, 0.0);
        double constant = 0;
        for (std::size_t row = 0; row < rows(); ++row) {
            const auto site = arcs_.sites_of(row);
            const auto cost = arcs_.costs_of(row);
            const double pays = multipliers[row], weight = weight_[row];
            constant += weight * pays;
            for (std::size_t arc = 0; arc < site.size() && static_cast<double>(cost[arc]) < pays; ++arc) {
                worth[site[arc]] += weight * (pays - static_cast<double>(cost[arc]));
            }
        }
        return constant;
    }
    void slack(std::span<const double> multipliers, std::span<const double> share, std::span<double> gradient) {
        for (std::size_t row = 0; row < rows(); ++row) {
            const auto site = arcs_.sites_of(row);
            const auto cost = arcs_.costs_of(row);
            double left = 1;
            for (std::size_t arc = 0; arc < site.size() && static_cast<double>(cost[arc]) < multipliers[row]; ++arc) {
                left -= share[site[arc]];
            }
            gradient[row] = left * weight_[row];
        }
    }

private:
    const Arcs& arcs_;
    std::span<const double> weight_, rest_;
};

}  // namespace sheltermap
