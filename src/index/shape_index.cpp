// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/shape_index.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/index/zone_index.hpp"

#include "geodesy/edge.hpp"
#include "piece_tree.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace sheltermap {
namespace {

/// Far above the rounding of earth-centred coordinates (about 1 nm) and of the inverse (15 nm).
constexpr double slack_m = 1e-6;

LonLat place(XY vertex) { return {vertex.x, vertex.y}; }

void require_usable(const GeometryColumn& shapes, std::size_t row) {
    const bool may_lack_position = shapes.types[row] == GeometryType::point;
    for (const XY vertex : shapes.row_vertices(row)) {
        const bool finite = has_position(place(vertex));
        if ((finite && std::abs(vertex.y) <= 90) || (!finite && may_lack_position)) continue;
        throw std::invalid_argument("shapes: row " + std::to_string(row + 1) + " has a vertex at longitude " +
                                    std::to_string(vertex.x) + ", latitude " + std::to_string(vertex.y));
    }
}

/// A vertex alone is an edge without length. An edge runs one way whichever way its ring does, so that neighbours with
/// a common border are equally far from it to the last bit.
void append_pieces(std::vector<ShapePiece>& pieces, std::span<const XY> vertices, std::int32_t row) {
    for (std::size_t i = vertices.size() > 1 ? 1 : 0; i < vertices.size(); ++i) {
        LonLat from = place(vertices[i == 0 ? 0 : i - 1]);
        LonLat to = place(vertices[i]);
        if (to.lon < from.lon || (to.lon == from.lon && to.lat < from.lat)) std::swap(from, to);
        for (const EdgePiece& piece : pieces_of({from, to})) pieces.push_back({piece, row});
    }
}

std::vector<ShapePiece> all_pieces(const GeometryColumn& shapes) {
    if (shapes.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw std::invalid_argument("more than 2^31 - 1 shapes");
    }
    std::vector<ShapePiece> pieces;
    for (std::size_t row = 0; row < shapes.size(); ++row) {
        require_usable(shapes, row);
        const auto first = shapes.ring_offsets[static_cast<std::size_t>(shapes.part_offsets[row])];
        const auto last = shapes.ring_offsets[static_cast<std::size_t>(shapes.part_offsets[row + 1])];
        for (auto ring = first; ring < last; ++ring) {
            append_pieces(pieces, shapes.ring(ring), static_cast<std::int32_t>(row));
        }
    }
    return pieces;
}

/// The polygons among the shapes, in their rows; other rows are missing.
GeometryColumn polygons_of(const GeometryColumn& shapes) {
    GeometryColumn polygons;
    for (std::size_t row = 0; row < shapes.size(); ++row) {
        if (is_areal(shapes.types[row])) {
            polygons.append_row(shapes, row);
        } else {
            polygons.append_missing();
        }
    }
    return polygons;
}

std::size_t count_rows(const std::vector<ShapePiece>& pieces) {
    std::size_t rows = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) rows += i == 0 || pieces[i - 1].row != pieces[i].row ? 1 : 0;
    return rows;
}

/// The pieces that no bound has ruled out yet.
class PieceCandidates {
public:
    PieceCandidates(const NearestOptions& options, const Ecef& at)
        : k_(options.k), at_(at), limit_(options.max_distance_m + slack_m) {}

    /// Nothing farther than this, through the earth, can be among the k nearest.
    [[nodiscard]] double limit() const noexcept { return limit_; }

    void offer(const ShapePiece& shape) {
        const double nearest_m = shape.piece.nearest_possible_m(at_);
        if (nearest_m > limit_) return;
        found_.push_back({&shape, nearest_m});
        // The straight line's nearest point is within the bulge of one of the piece, in both directions.
        note(shape.row, longest_geodesic_m(nearest_m + 2 * (shape.piece.bulge_m + slack_m)) + slack_m);
    }

    /// A row is at most this far. The k smallest such bounds of different rows limit the search.
    void note(std::int32_t row, double at_most_m) {
        if (k_ == all_places || at_most_m >= limit_) return;
        const auto known = std::find_if(bounds_.begin(), bounds_.end(), [&](const auto& b) { return b.row == row; });
        if (known != bounds_.end()) {
            known->distance_m = std::min(known->distance_m, at_most_m);
        } else if (bounds_.size() < k_) {
            bounds_.push_back({row, at_most_m});
        } else {
            *std::max_element(bounds_.begin(), bounds_.end(), comes_before) = {row, at_most_m};
        }
        if (bounds_.size() == k_) {
            limit_ = std::min(limit_, std::max_element(bounds_.begin(), bounds_.end(), comes_before)->distance_m);
        }
    }

    /// Appends the distance of every row that is left but those in `inside` (ascending), each from its nearest piece.
    void measure(LonLat from, const std::vector<std::int32_t>& inside, std::vector<Neighbour>& found) {
        std::erase_if(found_, [limit = limit_](const Candidate& f) { return f.nearest_m > limit; });
        std::sort(found_.begin(), found_.end(), [](const Candidate& a, const Candidate& b) {
            return a.shape->row != b.shape->row ? a.shape->row < b.shape->row : a.nearest_m < b.nearest_m;
        });
        for (std::size_t i = 0; i < found_.size();) {
            const std::int32_t row = found_[i].shape->row;
            double best = std::numeric_limits<double>::infinity();
            for (; i < found_.size() && found_[i].shape->row == row; ++i) {
                if (found_[i].nearest_m > best) continue;
                best = std::min(best, geodesic_distance_m(from, found_[i].shape->piece));
            }
            if (!std::binary_search(inside.begin(), inside.end(), row)) found.push_back({row, best});
        }
    }

private:
    struct Candidate {
        const ShapePiece* shape;
        double nearest_m;
    };
    std::size_t k_;
    Ecef at_;
    double limit_;
    std::vector<Candidate> found_;
    std::vector<Neighbour> bounds_;
};

}  // namespace

struct ShapeIndex::State {
    std::size_t size;
    std::size_t with_position;
    ZoneIndex polygons;
    PieceTree tree;

    State(const GeometryColumn& shapes, std::vector<ShapePiece> pieces)
        : size(shapes.size()),
          with_position(count_rows(pieces)),
          polygons(polygons_of(shapes)),
          tree(std::move(pieces)) {}

    /// Rows of the polygons a place lies in, ascending; their longitudes may run beyond 180°.
    [[nodiscard]] std::vector<std::int32_t> around(LonLat at) const {
        std::vector<std::int32_t> rows;
        for (const double turn : {-360.0, 0.0, 360.0}) {
            const auto here = polygons.find({at.lon + turn, at.lat});
            rows.insert(rows.end(), here.begin(), here.end());
        }
        std::sort(rows.begin(), rows.end());
        rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
        return rows;
    }
    /// Appends what is near.
    void append(LonLat from, const NearestOptions& options, std::vector<Neighbour>& found) const;
};

ShapeIndex::ShapeIndex(const GeometryColumn& shapes)
    : state_(std::make_unique<const State>(shapes, all_pieces(shapes))) {}
ShapeIndex::~ShapeIndex() = default;
ShapeIndex::ShapeIndex(ShapeIndex&&) noexcept = default;
ShapeIndex& ShapeIndex::operator=(ShapeIndex&&) noexcept = default;

std::size_t ShapeIndex::size() const noexcept { return state_->size; }
std::size_t ShapeIndex::with_position() const noexcept { return state_->with_position; }

std::vector<Neighbour> ShapeIndex::find(LonLat from, const NearestOptions& options) const {
    std::vector<Neighbour> found;
    state_->append(from, options, found);
    return found;
}

Neighbours ShapeIndex::find(std::span<const LonLat> from, const NearestOptions& options,
                            const std::stop_token& stop) const {
    Neighbours near;
    near.ends.reserve(from.size());
    for (const LonLat each : from) {
        if (!stop.stop_requested()) state_->append(each, options, near.found);
        near.ends.push_back(near.found.size());
    }
    return near;
}

void ShapeIndex::State::append(LonLat from, const NearestOptions& options, std::vector<Neighbour>& found) const {
    if (!has_position(from) || options.k == 0) return;
    const std::size_t first = found.size();
    const Ecef at = to_ecef(from);
    PieceCandidates candidates(options, at);
    const auto inside = around(from);
    for (const std::int32_t row : inside) {
        found.push_back({row, 0});
        candidates.note(row, slack_m);
    }
    tree.visit(at, [&] { return candidates.limit(); }, [&](const ShapePiece& shape) { candidates.offer(shape); });
    candidates.measure(from, inside, found);
    const auto begin = found.begin() + static_cast<std::ptrdiff_t>(first);
    found.erase(
        std::remove_if(begin, found.end(), [&](const Neighbour& n) { return n.distance_m > options.max_distance_m; }),
        found.end());
    std::sort(found.begin() + static_cast<std::ptrdiff_t>(first), found.end(), comes_before);
    if (found.size() - first > options.k) found.resize(first + options.k);
}

}  // namespace sheltermap
