// SPDX-License-Identifier: Apache-2.0
#include "ground_areas.hpp"

#include <cstddef>
#include <osmium/area/geom_assembler.hpp>
#include <osmium/builder/osm_object_builder.hpp>
#include <osmium/memory/buffer.hpp>
#include <osmium/osm/area.hpp>
#include <osmium/osm/location.hpp>
#include <osmium/osm/way.hpp>

namespace sheltermap::osm {
namespace {

constexpr std::size_t first_bytes = 4096;  // the buffers grow

osmium::memory::Buffer new_buffer() {
    return osmium::memory::Buffer(first_bytes, osmium::memory::Buffer::auto_grow::yes);
}

const osmium::area::AssemblerConfig usual;  // assemblers keep a reference to it

/// Assembles the rings of ways, which need no relation that holds them together.
class RingAssembler : public osmium::area::GeomAssembler {
public:
    RingAssembler() : GeomAssembler(usual) {}

    bool assemble(const osmium::memory::Buffer& ways, osmium::memory::Buffer& made) {
        for (const auto& way : ways.select<osmium::Way>()) {
            segment_list().extract_segments_from_way(nullptr, stats().duplicate_nodes, way);
        }
        if (!create_rings()) return false;
        {
            osmium::builder::AreaBuilder builder(made);
            add_rings_to_area(builder);
        }
        made.commit();
        return true;
    }
};

void append_ring(GeometryColumn& column, const osmium::NodeRefList& ring) {
    std::vector<XY> vertices;
    vertices.reserve(ring.size());
    for (const auto& node : ring) vertices.push_back({node.location().lon(), node.location().lat()});
    column.append_ring(vertices);
}

}  // namespace

bool append_area(GeometryColumn& column, std::span<const std::vector<PlacedNode>> ways) {
    auto given = new_buffer();
    for (const auto& way : ways) {
        {
            osmium::builder::WayBuilder builder(given);
            osmium::builder::WayNodeListBuilder nodes(builder);
            for (const PlacedNode& node : way) {
                nodes.add_node_ref(node.id, osmium::Location(node.at.lon_e7, node.at.lat_e7));
            }
        }
        given.commit();
    }
    auto made = new_buffer();
    if (!RingAssembler().assemble(given, made)) return false;
    const auto& area = made.get<osmium::Area>(0);
    column.begin_row(GeometryType::multi_polygon);
    for (const auto& outer : area.outer_rings()) {
        column.begin_part();
        append_ring(column, outer);
        for (const auto& inner : area.inner_rings(outer)) append_ring(column, inner);
    }
    return true;
}

}  // namespace sheltermap::osm
