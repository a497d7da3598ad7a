// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "search_clock.hpp"
#include "subgradient.hpp"
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace sheltermap {

/// Branch and bound over the sites that are still open, depth first, each node with a few steps of the Lagrangean bound
/// from the multipliers of the node above. `offer(sites)` is told of choices, and improves the incumbent where it can.
template <class Relaxation, class Offer>
class Branching {
public:
    Branching(Relaxation& relaxation, const SiteLimits& limits, const Incumbent& incumbent, Offer offer,
              SearchClock& clock)
        : limits_(limits),
          incumbent_(incumbent),
          offer_(std::move(offer)),
          clock_(clock),
          bound_(relaxation, limits, std::vector<double>(relaxation.rows())) {}

    /// A lower bound of what is left in the end: the incumbent's cost or more where nothing is.
    double explore(const std::vector<Decided>& decided, const std::vector<double>& multipliers, double bound,
                   std::int64_t steps) {
        steps_left_ = steps;
        return below(decided, multipliers, bound, root_steps);
    }
    [[nodiscard]] std::int64_t steps_made() const noexcept { return bound_.steps_made(); }

private:
    static constexpr int node_steps = 30, root_steps = 150;
    static constexpr double nothing = std::numeric_limits<double>::infinity();

    double below(std::vector<Decided> decided, std::vector<double> multipliers, double bound, int steps) {
        if (incumbent_.beats(bound)) return nothing;
        if (steps_left_ <= 0 || clock_.over()) return bound;
        if (none_is_open(decided)) {
            offer_(sites_in(decided));
            return nothing;
        }
        bound_.restart(multipliers);
        bound_.forget_bound();
        const std::int64_t before = bound_.steps_made();
        const bool beaten = bound_.climb(decided, incumbent_, steps, 0.5, clock_);
        steps_left_ -= bound_.steps_made() - before;
        if (beaten) return nothing;
        multipliers = bound_.multipliers();
        bound = std::max(bound, bound_.bound());
        offer_(sites_of_shares(decided));
        bool possible = true;
        bound_.fix(decided, incumbent_, possible);
        if (!possible) return nothing;
        if (none_is_open(decided)) {
            offer_(sites_in(decided));
            return nothing;
        }
        const std::size_t site = undecided_most(decided);
        std::vector<Decided> other = decided;
        decided[site] = Decided::in;
        other[site] = Decided::out;
        const double with = below(std::move(decided), multipliers, bound, node_steps);
        return std::min(with, below(std::move(other), std::move(multipliers), bound, node_steps));
    }

    /// Whether nothing is left to choose: all are decided, or as many are in as may be.
    [[nodiscard]] bool none_is_open(const std::vector<Decided>& decided) const {
        if (static_cast<std::size_t>(std::ranges::count(decided, Decided::in)) >= limits_.number) return true;
        return std::ranges::find(decided, Decided::open) == decided.end();
    }
    [[nodiscard]] std::vector<std::int32_t> sites_in(const std::vector<Decided>& decided) const {
        std::vector<std::int32_t> sites;
        for (std::size_t site = 0; site < decided.size(); ++site) {
            if (decided[site] == Decided::in) sites.push_back(static_cast<std::int32_t>(site));
        }
        return sites;
    }
    [[nodiscard]] std::vector<std::int32_t> sites_of_shares(const std::vector<Decided>& decided) const {
        std::vector<std::int32_t> sites;
        for (std::size_t site = 0; site < decided.size(); ++site) {
            if (bound_.share()[site] >= 1) sites.push_back(static_cast<std::int32_t>(site));
        }
        return sites;
    }
    [[nodiscard]] std::size_t undecided_most(const std::vector<Decided>& decided) const {
        std::size_t found = 0;
        double best = -1;
        for (std::size_t site = 0; site < decided.size(); ++site) {
            const double often = bound_.often()[site];
            const double open = std::min(often, 1 - often);
            if (decided[site] == Decided::open && open > best) {
                best = open;
                found = site;
            }
        }
        return found;
    }

    const SiteLimits& limits_;
    const Incumbent& incumbent_;
    Offer offer_;
    SearchClock& clock_;
    Subgradient<Relaxation> bound_;
    std::int64_t steps_left_ = 0;
};

}  // namespace sheltermap
