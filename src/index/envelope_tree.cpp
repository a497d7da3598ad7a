// SPDX-License-Identifier: Apache-2.0
#include "index/envelope_tree.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>
#include <utility>

namespace sheltermap {
namespace {

/// How far along the Hilbert curve through a grid of 65,536 cells a side a cell lies.
std::uint32_t along_hilbert_curve(std::uint32_t x, std::uint32_t y) noexcept {
    constexpr std::uint32_t side = 1U << 16U;
    std::uint32_t distance = 0;
    for (std::uint32_t s = side / 2; s > 0; s /= 2) {
        const std::uint32_t right = (x & s) != 0 ? 1 : 0;
        const std::uint32_t up = (y & s) != 0 ? 1 : 0;
        distance += s * s * ((3 * right) ^ up);
        if (up == 0) {
            if (right == 1) {
                x = side - 1 - x;
                y = side - 1 - y;
            }
            std::swap(x, y);
        }
    }
    return distance;
}

std::uint32_t cell(double low, double high, double from, double to) noexcept {
    const double share = to > from ? ((low - from) / 2 + (high - from) / 2) / (to - from) : 0;
    return static_cast<std::uint32_t>(std::clamp(share, 0.0, 1.0) * 65535);
}

}  // namespace

EnvelopeTree::EnvelopeTree(std::span<const Envelope> boxes) {
    if (boxes.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw std::invalid_argument("more than 2^31 - 1 boxes");
    }
    for (const Envelope& box : boxes) all_.add(box);
    std::vector<std::pair<std::uint32_t, std::int32_t>> order;
    for (std::size_t row = 0; row < boxes.size(); ++row) {
        const Envelope& box = boxes[row];
        if (box.empty()) continue;
        order.emplace_back(along_hilbert_curve(cell(box.min_x, box.max_x, all_.min_x, all_.max_x),
                                               cell(box.min_y, box.max_y, all_.min_y, all_.max_y)),
                           static_cast<std::int32_t>(row));
    }
    std::sort(order.begin(), order.end());
    std::vector<Envelope> sorted;
    for (const auto& [along, row] : order) {
        rows_.push_back(row);
        sorted.push_back(boxes[static_cast<std::size_t>(row)]);
    }
    if (!sorted.empty()) add_level(sorted);
}

void EnvelopeTree::add_level(std::span<const Envelope> boxes) {
    std::vector<Node> nodes((boxes.size() + width - 1) / width);
    std::vector<Envelope> around(nodes.size());
    for (std::size_t i = 0; i < nodes.size() * width; ++i) {
        const Envelope box = i < boxes.size() ? boxes[i] : Envelope{};
        Node& node = nodes[i / width];
        node.min_x[i % width] = box.min_x;
        node.min_y[i % width] = box.min_y;
        node.max_x[i % width] = box.max_x;
        node.max_y[i % width] = box.max_y;
        around[i / width].add(box);
    }
    levels_.push_back(std::move(nodes));
    if (around.size() > 1) add_level(around);
}

void EnvelopeTree::find(const Envelope& box, std::vector<std::int32_t>& rows) const {
    rows.clear();
    if (levels_.empty() || !box.meets(all_)) return;
    find(box, levels_.size() - 1, 0, rows);
    std::sort(rows.begin(), rows.end());
}

void EnvelopeTree::find(const Envelope& box, std::size_t level, std::size_t node,
                        std::vector<std::int32_t>& rows) const {
    const Node& boxes = levels_[level][node];
    std::uint32_t met = 0;
    for (std::uint32_t i = 0; i < width; ++i) {
        const bool meets = (boxes.min_x[i] <= box.max_x) & (box.min_x <= boxes.max_x[i]) &
                           (boxes.min_y[i] <= box.max_y) & (box.min_y <= boxes.max_y[i]);
        met |= static_cast<std::uint32_t>(meets) << i;
    }
    for (; met != 0; met &= met - 1) {
        const std::size_t child = node * width + static_cast<std::size_t>(std::countr_zero(met));
        if (level == 0) {
            rows.push_back(rows_[child]);
        } else {
            find(box, level - 1, child, rows);
        }
    }
}

}  // namespace sheltermap
