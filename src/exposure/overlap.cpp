// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/exposure/overlap.hpp"

#include "sheltermap/base/error.hpp"

#include "base/memory.hpp"
#include "base/not_finite.hpp"
#include "boundary.hpp"
#include "feature_clip.hpp"
#include "geometry/envelope.hpp"
#include "index/envelope_tree.hpp"
#include "zone_shapes.hpp"
#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace sheltermap {
namespace {

constexpr std::size_t features_per_block = 64;

bool is_linear(GeometryType type) {
    return type == GeometryType::line_string || type == GeometryType::multi_line_string;
}

void require_input(const GeometryColumn& features, const GeometryColumn& zones, const OverlapOptions& options) {
    const auto refuse = [](const char* what, const GeometryColumn& column, std::size_t row, const char* wanted) {
        throw std::invalid_argument(std::string(what) + ": row " + std::to_string(row + 1) + " is a " +
                                    std::string(name(column.types[row])) + ", not " + wanted);
    };
    for (std::size_t row = 0; row < features.size(); ++row) {
        const GeometryType type = features.types[row];
        if (type != GeometryType::missing && !is_areal(type) && !is_linear(type)) {
            refuse("features", features, row, "a polygon or a line");
        }
    }
    for (std::size_t row = 0; row < zones.size(); ++row) {
        if (zones.types[row] != GeometryType::missing && !is_areal(zones.types[row])) {
            refuse("zones", zones, row, "a polygon");
        }
    }
    if (!options.zone_name.empty() && options.zone_name.size() != zones.size()) {
        throw std::invalid_argument("zone_name must have one entry per zone");
    }
}

std::vector<Envelope> envelopes_of(std::span<const Boundary> boundaries) {
    std::vector<Envelope> boxes(boundaries.size());
    std::ranges::transform(boundaries, boxes.begin(), &Boundary::envelope);
    return boxes;
}

/// What a thread keeps from feature to feature.
struct OverlapScratch {
    FeatureClip::Shared shared;
    std::vector<std::int32_t> near{};     // zones whose boxes a feature's meets, feature after feature
    std::vector<std::size_t> near_end{};  // per feature of a block
    std::vector<std::int32_t> some{};     // of one feature, while its pairs are made
};

class Overlayer {
public:
    Overlayer(const GeometryColumn& features, const GeometryColumn& zones, const OverlapOptions& options,
              const Execution& execution)
        : features_(features),
          zones_(zones),
          boundaries_(zones, execution),
          tree_(envelopes_of(boundaries_.boundaries())),
          options_(options),
          execution_(execution) {}

    [[nodiscard]] OverlapScratch scratch(ZoneShapes& shapes) const {
        return {
            .shared = {
                .zone_column = zones_, .zones = boundaries_.boundaries(), .shapes = shapes, .stop = execution_.stop}};
    }

    /// Finds which zones may overlap features. All of a block at once, so that the boundaries come into the cache while
    /// others are looked for, not one after the other when each is needed.
    void find_near(std::size_t begin, std::size_t end, OverlapScratch& scratch) const {
        scratch.near.clear();
        scratch.near_end.clear();
        for (std::size_t row = begin; row < end; ++row) {
            tree_.find(envelope(features_.row_vertices(row)), scratch.some);
            if (!options_.zone_name.empty()) {
                std::ranges::stable_sort(scratch.some, {}, [this](auto zone) { return name(zone); });
            }
            scratch.near.insert(scratch.near.end(), scratch.some.begin(), scratch.some.end());
            scratch.near_end.push_back(scratch.near.size());
            for (const std::int32_t zone : scratch.some) {
                prefetch(&boundaries_.boundaries()[static_cast<std::size_t>(zone)]);
            }
        }
        for (const std::int32_t zone : scratch.near)
            boundaries_.boundaries()[static_cast<std::size_t>(zone)].prefetch();
    }

    /// Appends feature `row`, the `i`-th of those that zones were found for, to a result.
    void overlay(std::size_t row, std::size_t i, OverlapScratch& scratch, Overlap& result) const {
        double whole = nan;
        double inside = nan;
        if (features_.types[row] != GeometryType::missing) {
            FeatureClip feature(features_, row, scratch.shared);
            whole = feature.whole();
            const std::size_t begin = i == 0 ? 0 : scratch.near_end[i - 1];
            const auto near = std::span<const std::int32_t>(scratch.near).subspan(begin, scratch.near_end[i] - begin);
            inside = overlay(feature, near, scratch.some, result);
        }
        result.whole.push_back(whole);
        result.inside.push_back(inside);
        result.offsets.push_back(static_cast<std::int64_t>(result.zone.size()));
    }

private:
    /// The pairs of a feature; returns how much of it lies in any zone.
    double overlay(FeatureClip& feature, std::span<const std::int32_t> near, std::vector<std::int32_t>& all,
                   Overlap& result) const {
        double inside = 0;
        const std::size_t first = result.zone.size();
        all.clear();
        for (std::size_t begin = 0, end = 0; begin < near.size() && !execution_.stop.stop_requested(); begin = end) {
            while (end < near.size() && name(near[end]) == name(near[begin])) ++end;
            const auto polygons = near.subspan(begin, end - begin);
            const double amount = feature.clip(polygons, options_.shapes ? &result.shape : nullptr);
            if (!(amount > 0)) continue;  // it only touches
            all.insert(all.end(), polygons.begin(), polygons.end());
            result.zone.push_back(name(near[begin]));
            result.amount.push_back(amount);
            inside = std::max(inside, amount);
        }
        if (result.zone.size() - first < 2 || inside >= feature.whole()) return inside;
        return std::max(inside, feature.clip(all, nullptr));
    }

    [[nodiscard]] std::int64_t name(std::int32_t polygon) const {
        return options_.zone_name.empty() ? polygon : options_.zone_name[static_cast<std::size_t>(polygon)];
    }

    const GeometryColumn& features_;
    const GeometryColumn& zones_;
    BoundaryStorage boundaries_;
    EnvelopeTree tree_;
    const OverlapOptions& options_;
    const Execution& execution_;
};

template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

Overlap joined(std::vector<Overlap> blocks, const Execution& execution) {
    Overlap result;
    std::vector<GeometryColumn> shapes;
    shapes.reserve(blocks.size());
    for (Overlap& block : blocks) {
        const auto before = static_cast<std::int64_t>(result.zone.size());
        for (std::size_t i = 1; i < block.offsets.size(); ++i) result.offsets.push_back(before + block.offsets[i]);
        append(result.zone, block.zone);
        append(result.amount, block.amount);
        append(result.whole, block.whole);
        append(result.inside, block.inside);
        shapes.push_back(std::move(block.shape));
    }
    result.shape = concatenated(shapes, execution);
    return result;
}

}  // namespace

Overlap overlap(const GeometryColumn& features, const GeometryColumn& zones, const OverlapOptions& options,
                const Execution& execution) {
    require_input(features, zones, options);
    const Overlayer overlayer(features, zones, options, execution);
    ZoneShapePool pool(zones);
    std::vector<Overlap> blocks((features.size() + features_per_block - 1) / features_per_block);
    parallel_for(features.size(), features_per_block, execution, [&](std::size_t begin, std::size_t end) {
        const auto shapes = pool.lease();
        OverlapScratch scratch = overlayer.scratch(*shapes);
        overlayer.find_near(begin, end, scratch);
        for (std::size_t row = begin; row < end && !execution.stop.stop_requested(); ++row) {
            try {
                overlayer.overlay(row, row - begin, scratch, blocks[begin / features_per_block]);
            } catch (const GeometryError& error) {
                throw GeometryError("features: row " + std::to_string(row + 1) + ": " + error.what());
            }
        }
    });
    return joined(std::move(blocks), execution);
}

}  // namespace sheltermap
