// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include "base/memory.hpp"
#include "search.hpp"
#include <algorithm>
#include <cmath>

namespace sheltermap {
namespace {

/// How wide a bucket is, of the cost of a mean edge: narrower ones are more, wider ones are put right more often.
constexpr double width_of_mean = 0.25;
/// No edge is longer than so many of them.
constexpr double most_buckets = 65'536;
/// How many entries ahead memory is asked for: long enough to arrive, short enough to be there still.
constexpr std::size_t entries_ahead = 4;

/// Nodes by what they cost, in buckets that are used again once they were emptied.
template <bool with_previous>
class BucketSearch {
public:
    BucketSearch(const TravelCosts& travel, double limit)
        : travel_(travel),
          limit_(limit),
          buckets_per_cost_(1 / width_for(travel)),
          buckets_(static_cast<std::size_t>(travel.largest_cost() * buckets_per_cost_) + 2) {
        reserve_in_large_pages(labels_.cost, travel.graph().nodes());
        reserve_in_large_pages(labels_.facility, travel.graph().nodes());
        labels_.cost.assign(travel.graph().nodes(), std::numeric_limits<double>::infinity());
        labels_.facility.assign(travel.graph().nodes(), -1);
        if (with_previous) labels_.previous.resize(travel.graph().nodes());
    }

    NearestLabels run(std::span<const Seed> given, const std::stop_token& stop) {
        std::vector<Seed> seeds(given.begin(), given.end());
        std::sort(seeds.begin(), seeds.end(), [](const Seed& a, const Seed& b) { return a.cost < b.cost; });
        std::size_t next = 0;
        std::uint64_t current = 0;
        while (true) {
            if (waiting_ == 0) {
                if (next == seeds.size()) break;
                current = bucket_of(seeds[next].cost);
            }
            for (; next < seeds.size() && bucket_of(seeds[next].cost) <= current; ++next) {
                offer(seeds[next].node, seeds[next].cost, seeds[next].facility, {});
            }
            if (stop.stop_requested()) throw Cancelled();
            empty(buckets_[current % buckets_.size()]);
            ++current;
        }
        return std::move(labels_);
    }

private:
    struct Entry {
        double cost;  ///< when it was put in; another since means another entry
        std::uint32_t node;
    };

    static double width_for(const TravelCosts& travel) {
        const double width = std::max(travel.mean_cost() * width_of_mean, travel.largest_cost() / most_buckets);
        return width > 0 ? width : 1;
    }

    [[nodiscard]] std::uint64_t bucket_of(double cost) const noexcept {
        return static_cast<std::uint64_t>(cost * buckets_per_cost_);
    }

    void offer(std::uint32_t node, double cost, std::int32_t facility, Predecessor previous) {
        double& known = labels_.cost[node];
        if (cost > known || cost > limit_ || (cost == known && facility >= labels_.facility[node])) return;
        known = cost;
        labels_.facility[node] = facility;
        if constexpr (with_previous) labels_.previous[node] = previous;
        buckets_[bucket_of(cost) % buckets_.size()].push_back({cost, node});
        ++waiting_;
    }

    /// Asks for the memory that the entries after the i-th will need, a stage further the nearer they are.
    [[gnu::always_inline]] void look_ahead(const std::vector<Entry>& bucket, std::size_t i) const {
        if (i + 3 * entries_ahead < bucket.size()) prefetch(travel_.address_of(bucket[i + 3 * entries_ahead].node));
        if (i + 2 * entries_ahead < bucket.size()) {
            const std::uint32_t node = bucket[i + 2 * entries_ahead].node;
            prefetch(travel_.steps(node).data());
            prefetch(labels_.cost.data() + node);
        }
        if (i + entries_ahead < bucket.size()) {
            for (const auto& step : travel_.steps(bucket[i + entries_ahead].node)) {
                prefetch(labels_.cost.data() + step.target);
                prefetch(labels_.facility.data() + step.target);
            }
        }
    }

    /// Entries may be added while it is emptied: cheap ways lead to nodes of the same bucket.
    void empty(std::vector<Entry>& bucket) {
        for (std::size_t i = 0; i < bucket.size(); ++i) {
            look_ahead(bucket, i);
            const Entry entry = bucket[i];
            if (entry.cost != labels_.cost[entry.node]) continue;
            const std::int32_t facility = labels_.facility[entry.node];
            for (const auto& step : travel_.steps(entry.node)) {
                offer(step.target, entry.cost + step.cost, facility, {entry.node, step.edge});
            }
        }
        waiting_ -= bucket.size();
        bucket.clear();
    }

    const TravelCosts& travel_;
    double limit_;
    double buckets_per_cost_;
    std::vector<std::vector<Entry>> buckets_;
    std::size_t waiting_ = 0;
    NearestLabels labels_;
};

}  // namespace

NearestLabels nearest_labels(const TravelCosts& travel, std::span<const Seed> seeds, double limit,
                             const std::stop_token& stop) {
    return BucketSearch<false>(travel, limit).run(seeds, stop);
}

NearestLabels nearest_tree(const TravelCosts& travel, std::span<const Seed> seeds, double limit,
                           const std::stop_token& stop) {
    return BucketSearch<true>(travel, limit).run(seeds, stop);
}

}  // namespace sheltermap
