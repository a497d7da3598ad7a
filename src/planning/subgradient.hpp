// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "search_clock.hpp"
#include "site_selection.hpp"
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// What is known of the best choice: its cost, and how much less a better one costs at least.
struct Incumbent {
    double cost = std::numeric_limits<double>::infinity();
    double unit = 0;       // costs are multiples of it
    double tolerance = 0;  // of bounds, for what sums of doubles lose

    /// Whether a choice that costs no less than `bound` cannot be better.
    [[nodiscard]] bool beats(double bound) const noexcept { return bound > cost - unit + tolerance; }
};

/// A lower bound of what any choice of sites costs, by Lagrangean relaxation of the rows' constraints: subgradient
/// ascent, deflected (Camerini, Fratta, Maffioli 1975), its step halved where nothing improves. A Relaxation has
///
///     std::size_t rows() const, sites() const;
///     double cap(row) const, scale(row) const;   // the most a multiplier may be, and how steps differ between rows
///     double price(multipliers, decided, worth); // what rows cost; worth: what each site takes off it, once per site
///     void slack(multipliers, share, gradient);  // by how much the rows' constraints are violated by shares of sites
template <class Relaxation>
class Subgradient {
public:
    Subgradient(Relaxation& relaxation, const SiteLimits& limits, std::vector<double> multipliers)
        : relaxation_(relaxation),
          selection_(limits),
          now_(std::move(multipliers)),
          best_(now_),
          direction_(now_.size(), 0),
          gradient_(now_.size(), 0),
          worth_(relaxation.sites(), 0),
          often_(relaxation.sites(), 0) {}

    /// Makes so many steps; true where nothing better than the incumbent can be left. Begins anew with the step.
    bool climb(std::span<const Decided> decided, const Incumbent& incumbent, int steps, double step,
               SearchClock& clock) {
        begin(step);
        return go_on(decided, incumbent, steps, clock);
    }
    void begin(double step) {
        step_ = step;
        since_ = 0;
        std::ranges::fill(direction_, 0.0);
    }
    bool go_on(std::span<const Decided> decided, const Incumbent& incumbent, int steps, SearchClock& clock) {
        for (int each = 0; each < steps && step_ > smallest_step; ++each) {
            if ((each & 7) == 7 && clock.over()) break;
            ++steps_made_;
            const double constant = relaxation_.price(now_, decided, worth_);
            if (!selection_.select(worth_, decided)) return true;
            const double value = constant - selection_.value();
            const std::span<const double> share = selection_.share();
            for (std::size_t site = 0; site < often_.size(); ++site) often_[site] += 0.1 * (share[site] - often_[site]);
            if (value > bound_ + 1e-5 * (incumbent.cost - bound_)) {
                since_ = 0;
            } else if (++since_ >= patience) {
                step_ *= 0.7;
                since_ = 0;
            }
            if (value > bound_) {
                bound_ = value;
                best_ = now_;
            }
            if (incumbent.beats(bound_)) return true;
            relaxation_.slack(now_, share, gradient_);
            double length = 0;
            for (std::size_t row = 0; row < now_.size(); ++row) {
                double along = deflection * direction_[row] + gradient_[row];
                if ((along > 0 && now_[row] >= relaxation_.cap(row)) || (along < 0 && now_[row] <= 0)) along = 0;
                direction_[row] = along;
                length += along * along / relaxation_.scale(row);
            }
            if (length == 0) break;  // the choice fulfils every row: the bound is its cost
            const double goal = std::isfinite(incumbent.cost) ? incumbent.cost : 1.05 * std::abs(value) + 1;
            const double stride = step_ * std::max(goal - value, 1e-9 * std::abs(goal)) / length;
            for (std::size_t row = 0; row < now_.size(); ++row) {
                const double moved = now_[row] + stride * direction_[row] / relaxation_.scale(row);
                now_[row] = std::clamp(moved, 0.0, relaxation_.cap(row));
            }
        }
        return false;
    }

    /// Decides the open sites that no better choice, or every one, has; how many these are. False in `possible` where
    /// nothing better is left.
    std::size_t fix(std::vector<Decided>& decided, const Incumbent& incumbent, bool& possible) {
        const double value = relaxation_.price(best_, decided, worth_);
        possible = selection_.select(worth_, decided);
        if (!possible) return 0;
        const double bound = value - selection_.value();
        possible = !incumbent.beats(bound);
        std::size_t count = 0;
        for (std::size_t site = 0; site < worth_.size(); ++site) {
            if (decided[site] != Decided::open) continue;
            const bool not_in = incumbent.beats(bound + selection_.loss_if_in(site, worth_[site]));
            const bool not_out = incumbent.beats(bound + selection_.loss_if_out(site, worth_[site]));
            if (not_in && not_out) possible = false;
            if (!not_in && !not_out) continue;
            decided[site] = not_in ? Decided::out : Decided::in;
            ++count;
        }
        return count;
    }

    /// Of the decisions that the multipliers were found with, or of fewer.
    [[nodiscard]] double bound() const noexcept { return bound_; }
    void forget_bound() { bound_ = -std::numeric_limits<double>::infinity(); }
    [[nodiscard]] const std::vector<double>& multipliers() const noexcept { return best_; }
    void restart(const std::vector<double>& multipliers) { now_ = best_ = multipliers; }
    void restart_from_best() { now_ = best_; }
    [[nodiscard]] std::span<const double> share() const noexcept { return selection_.share(); }
    /// How often each site was chosen in the last steps, those long ago less.
    [[nodiscard]] std::span<const double> often() const noexcept { return often_; }
    [[nodiscard]] std::int64_t steps_made() const noexcept { return steps_made_; }
    [[nodiscard]] double step() const noexcept { return step_; }
    [[nodiscard]] bool at_end() const noexcept { return step_ <= smallest_step; }

private:
    static constexpr int patience = 20;
    static constexpr double deflection = 0.6, smallest_step = 1e-3;

    Relaxation& relaxation_;
    SiteSelection selection_;
    std::vector<double> now_, best_, direction_, gradient_, worth_, often_;
    double bound_ = -std::numeric_limits<double>::infinity();
    double step_ = 1;
    int since_ = 0;
    std::int64_t steps_made_ = 0;
};

}  // namespace sheltermap
