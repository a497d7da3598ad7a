// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/osm/read_basemap.hpp"

#include "geometry/envelope.hpp"
#include "ground_areas.hpp"
#include "ground_objects.hpp"
#include "marked_deleted.hpp"
#include "node_places.hpp"
#include "reading.hpp"
#include <algorithm>
#include <osmium/osm/entity_bits.hpp>
#include <span>
#include <utility>
#include <vector>

namespace sheltermap::osm {
namespace {

constexpr std::size_t shapes_per_block = 512;

/// Shapes become rows of layers, in blocks by several threads.
class Drawing {
    using Ways = std::vector<std::vector<PlacedNode>>;

public:
    Drawing(const GroundObjects& objects, const NodePlaces& nodes, const std::optional<LonLatBox>& within)
        : objects_(objects), nodes_(nodes) {
        if (within) {
            box_.add(XY{within->west, within->south});
            box_.add(XY{within->east, within->north});
        }
    }

    [[nodiscard]] BasemapLayers draw(const Execution& execution) const {
        const std::size_t count = objects_.ways.size() + objects_.relations.size();
        std::vector<BasemapLayers> blocks((count + shapes_per_block - 1) / shapes_per_block);
        parallel_for(count, shapes_per_block, execution, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) add(blocks[begin / shapes_per_block], i);
        });
        BasemapLayers all;
        for (std::size_t ground = 0; ground < grounds; ++ground) {
            std::vector<GeometryColumn> shapes;
            for (BasemapLayers& block : blocks) {
                GroundLayer& part = block.layers[ground];
                shapes.push_back(std::move(part.shapes));
                append(all.layers[ground].ranks, part.ranks);
                append(all.layers[ground].names, part.names);
                append(all.layers[ground].ids, part.ids);
            }
            all.layers[ground].shapes = concatenated(shapes, execution);
        }
        for (const BasemapLayers& block : blocks) all.areas_left_out += block.areas_left_out;
        GroundLayer& places = all.layers[static_cast<std::size_t>(Ground::places)];
        for (const GroundPlace& place : objects_.places) {
            if (!box_.empty() && !box_.holds(place.at)) continue;
            places.shapes.append_point(place.at);
            note(places, place);
            places.residents.push_back(place.residents);
        }
        return all;
    }

private:
    template <class T>
    static void append(std::vector<T>& all, const std::vector<T>& part) {
        all.insert(all.end(), part.begin(), part.end());
    }

    static void note(GroundLayer& layer, const auto& object) {
        layer.ranks.push_back(object.is.rank);
        layer.names.push_back(object.name);
        layer.ids.push_back(object.id);
    }

    void add(BasemapLayers& block, std::size_t i) const {
        const bool several = i >= objects_.ways.size();
        const GroundShape& shape = several ? objects_.relations[i - objects_.ways.size()] : objects_.ways[i];
        GroundLayer& layer = block.layers[static_cast<std::size_t>(shape.is.ground)];
        if (!shape.area) {
            add_line(layer, shape);
            return;
        }
        const std::size_t row = layer.shapes.size();
        const auto ways = several ? ways_of(shape) : Ways{placed(shape.begin, shape.end)};
        if (ways.empty() || std::ranges::any_of(ways, [](const auto& way) { return way.empty(); }) ||
            !append_area(layer.shapes, ways)) {
            ++block.areas_left_out;
        } else if (meets(layer.shapes.row_vertices(row))) {
            note(layer, several ? negated(shape) : shape);
        } else {
            layer.shapes.truncate(row);
        }
    }

    static GroundShape negated(GroundShape shape) {
        shape.id = -shape.id;
        return shape;
    }

    void add_line(GroundLayer& layer, const GroundShape& shape) const {
        std::vector<XY> vertices;
        const auto finish = [&] {
            if (vertices.size() >= 2 && meets(vertices)) {
                layer.shapes.begin_row(GeometryType::line_string);
                layer.shapes.begin_part();
                layer.shapes.append_ring(vertices);
                note(layer, shape);
            }
            vertices.clear();
        };
        for (std::size_t i = shape.begin; i < shape.end; ++i) {
            const std::uint32_t node = nodes_.number(objects_.refs[i]);
            if (nodes_.known[node] == 0) {
                finish();
                continue;
            }
            const LonLat place = nodes_.at[node].place();
            vertices.push_back({place.lon, place.lat});
        }
        finish();
    }

    [[nodiscard]] bool meets(std::span<const XY> vertices) const {
        Envelope around;
        for (const XY at : vertices) around.add(at);
        return box_.empty() || (around.min_x <= box_.max_x && around.max_x >= box_.min_x &&
                                around.min_y <= box_.max_y && around.max_y >= box_.min_y);
    }

    /// The nodes of a way; none where one is missing.
    [[nodiscard]] std::vector<PlacedNode> placed(std::size_t begin, std::size_t end) const {
        std::vector<PlacedNode> way;
        for (std::size_t i = begin; i < end; ++i) {
            const std::uint32_t node = nodes_.number(objects_.refs[i]);
            if (nodes_.known[node] == 0) return {};
            way.push_back({objects_.refs[i], nodes_.at[node]});
        }
        return way;
    }

    /// The members of a multipolygon, each once; an empty one where it is not in the file.
    [[nodiscard]] Ways ways_of(const GroundShape& shape) const {
        std::vector<std::int64_t> ids(objects_.members.begin() + static_cast<std::ptrdiff_t>(shape.begin),
                                      objects_.members.begin() + static_cast<std::ptrdiff_t>(shape.end));
        std::ranges::sort(ids);
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        Ways ways;
        for (const std::int64_t id : ids) {
            const std::size_t row = objects_.member_rows.at(id);
            if (row == objects_.member_ways.size()) return {};
            ways.push_back(placed(objects_.member_ways[row].begin, objects_.member_ways[row].end));
        }
        return ways;
    }

    const GroundObjects& objects_;
    const NodePlaces& nodes_;
    Envelope box_;
};

/// Takes one kind of objects, and notes their versions where one may stand there several times.
template <class Object>
void take_all(const std::filesystem::path& path, osmium::osm_entity_bits::type kind, Versions& versions,
              const Execution& execution, auto take) {
    read_all<Object>(path, kind, execution, take);
    if (versions.unique()) return;
    read_all<Object>(path, kind, execution, [&](const auto& object) { versions.note(object); });
}

std::optional<LonLatBox> extent_of(const GroundObjects& objects, const NodePlaces& nodes) {
    Envelope around;
    for (const GroundPlace& place : objects.places) around.add(place.at);
    for (std::size_t i = 0; i < nodes.at.size(); ++i) {
        const LonLat place = nodes.at[i].place();
        if (nodes.known[i] != 0) around.add(XY{place.lon, place.lat});
    }
    if (around.empty()) return std::nullopt;
    return LonLatBox{around.min_x, around.min_y, around.max_x, around.max_y};
}

BasemapLayers read(const std::filesystem::path& path, const BasemapOptions& options, const Execution& execution) {
    const MarkedDeleted deleted = marked_deleted(path, execution);
    GroundObjects objects(options, deleted);
    const auto take = [&](const auto& object) { objects.take(object); };
    using osmium::osm_entity_bits::node;
    using osmium::osm_entity_bits::relation;
    using osmium::osm_entity_bits::way;
    take_all<osmium::Relation>(path, relation, objects.relation_versions, execution, take);
    objects.keep_newest_relations();
    take_all<osmium::Way>(path, way, objects.way_versions, execution, take);
    objects.keep_newest_ways();
    NodePlaces nodes(objects.refs, deleted.nodes);
    take_all<osmium::Node>(path, node, objects.node_versions, execution, [&](const auto& each) {
        objects.take(each);
        static_cast<void>(nodes.take(each));
    });
    objects.keep_newest_places();
    BasemapLayers layers = Drawing(objects, nodes, options.within).draw(execution);
    layers.names = std::move(objects.names);
    layers.extent = extent_of(objects, nodes);
    layers.points_missing = nodes.missing();
    layers.outdated = objects.outdated;
    return layers;
}

}  // namespace

BasemapLayers read_basemap(const std::filesystem::path& path, const BasemapOptions& options,
                           const Execution& execution) {
    return read_file(path, [&] { return read(path, options, execution); });
}

}  // namespace sheltermap::osm
