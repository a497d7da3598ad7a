// SPDX-License-Identifier: Apache-2.0
#include "index/envelope_tree.hpp"

#include <boost/geometry/geometries/box.hpp>
#include <boost/geometry/geometries/point.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/iterator/function_output_iterator.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <utility>

namespace sheltermap {
namespace {

namespace bg = boost::geometry;

/// As fast as 16 on many boxes, faster on few.
constexpr std::size_t boxes_per_node = 8;

using Corner = bg::model::point<double, 2, bg::cs::cartesian>;
using Box = bg::model::box<Corner>;
using BoxOfRow = std::pair<Box, std::int32_t>;
using RTree = bg::index::rtree<BoxOfRow, bg::index::linear<boxes_per_node>>;

Box to_box(const Envelope& envelope) { return {{envelope.min_x, envelope.min_y}, {envelope.max_x, envelope.max_y}}; }

std::vector<BoxOfRow> boxes_of_rows(std::span<const Envelope> boxes) {
    if (boxes.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw std::invalid_argument("more than 2^31 - 1 boxes");
    }
    std::vector<BoxOfRow> entries;
    entries.reserve(boxes.size());
    for (std::size_t row = 0; row < boxes.size(); ++row) {
        if (!boxes[row].empty()) entries.emplace_back(to_box(boxes[row]), static_cast<std::int32_t>(row));
    }
    return entries;
}

}  // namespace

struct EnvelopeTree::Tree {
    RTree boxes;
};

EnvelopeTree::EnvelopeTree(std::span<const Envelope> boxes)
    : tree_(std::make_unique<const Tree>(Tree{RTree(boxes_of_rows(boxes))})) {
    for (const Envelope& box : boxes) all_.add(box);
}
EnvelopeTree::~EnvelopeTree() = default;

void EnvelopeTree::find(const Envelope& box, std::vector<std::int32_t>& rows) const {
    rows.clear();
    if (!box.meets(all_)) return;  // so is a box of no numbers, which Boost would find everywhere
    const auto take =
        boost::make_function_output_iterator([&rows](const BoxOfRow& entry) { rows.push_back(entry.second); });
    tree_->boxes.query(bg::index::intersects(to_box(box)), take);
    std::sort(rows.begin(), rows.end());
}

}  // namespace sheltermap
