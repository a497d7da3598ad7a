// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/osm/read_streets.hpp"

#include "sheltermap/base/error.hpp"

#include "way_rules.hpp"
#include <algorithm>
#include <limits>
#include <new>
#include <osmium/handler.hpp>
#include <osmium/io/bzip2_compression.hpp>
#include <osmium/io/gzip_compression.hpp>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/io/xml_input.hpp>
#include <osmium/osm/entity_bits.hpp>
#include <osmium/osm/node.hpp>
#include <osmium/osm/way.hpp>
#include <osmium/thread/pool.hpp>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sheltermap::osm {
namespace {

TagLookup lookup(const osmium::OSMObject& object) {
    return [&object](const char* key) -> std::string_view { return object.tags().get_value_by_key(key, ""); };
}

std::string_view name_of(const osmium::Way& way) {
    const char* const name = way.tags().get_value_by_key("name");
    return name != nullptr ? name : way.tags().get_value_by_key("ref", "");
}

/// The ways of a profile, with the ids of their nodes.
class UsedWays {
public:
    explicit UsedWays(const Profile& profile) : profile_(profile) {}

    void take(const osmium::Way& way) {
        if (!way.visible() || way.nodes().size() < 2) return;
        auto street = to_street(lookup(way), profile_);
        if (!street) return;
        street->way_id = way.id();
        street->name = number_of(std::string(name_of(way)));
        streets.push_back(*street);
        for (const auto& node : way.nodes()) refs.push_back(node.ref());
        offsets.push_back(refs.size());
    }

    std::vector<Street> streets;
    std::vector<std::string> names{""};
    std::vector<std::int64_t> refs;
    std::vector<std::uint64_t> offsets{0};

private:
    std::uint32_t number_of(const std::string& name) {
        if (name.empty()) return 0;
        const auto [entry, fresh] = numbers_.try_emplace(name, static_cast<std::uint32_t>(names.size()));
        if (fresh) names.push_back(name);
        return entry->second;
    }
    const Profile& profile_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// The nodes that ways name, in the order of their ids.
class Nodes {
public:
    Nodes(std::vector<std::int64_t> ids, const Profile& profile) : profile_(profile), ids_(std::move(ids)) {
        std::sort(ids_.begin(), ids_.end());
        ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
        at.resize(ids_.size());
        known.assign(ids_.size(), 0);
        blocked.assign(ids_.size(), 0);
    }
    void take(const osmium::Node& node) {
        const auto found = std::lower_bound(ids_.begin(), ids_.end(), node.id());
        if (found == ids_.end() || *found != node.id() || !node.visible() || !node.location().valid()) return;
        const auto i = static_cast<std::size_t>(found - ids_.begin());
        at[i] = {node.location().x(), node.location().y()};
        known[i] = 1;
        blocked[i] = !node.tags().empty() && is_blocked(lookup(node), profile_) ? 1 : 0;
    }
    [[nodiscard]] std::uint32_t number(std::int64_t id) const {
        return static_cast<std::uint32_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
    }
    [[nodiscard]] std::uint64_t missing() const {
        return static_cast<std::uint64_t>(std::count(known.begin(), known.end(), 0));
    }

    std::vector<GridPoint> at;
    std::vector<std::uint8_t> known;
    std::vector<std::uint8_t> blocked;

private:
    const Profile& profile_;
    std::vector<std::int64_t> ids_;
};

/// Reads one kind of object from a file to its end.
template <class Object, class Take>
void read_all(const std::filesystem::path& path, osmium::osm_entity_bits::type kind, const Execution& execution,
              Take take) {
    // An absolute path is never taken for a URL or for standard input, which libosmium would open too.
    const osmium::io::File file(std::filesystem::absolute(path).string());
    osmium::thread::Pool pool(2);
    osmium::io::Reader reader(file, kind, pool);
    while (const osmium::memory::Buffer buffer = reader.read()) {
        if (execution.stop.stop_requested()) throw Cancelled();
        for (const auto& object : buffer.select<Object>()) take(object);
    }
    reader.close();
}

/// Ways become streets; where nodes are missing they are cut.
Streets join(UsedWays ways, Nodes nodes) {
    Streets streets;
    streets.names = std::move(ways.names);
    for (std::size_t way = 0; way < ways.streets.size(); ++way) {
        const std::size_t first = streets.streets.size();
        const auto finish = [&] {
            const std::uint64_t begin = streets.offsets.back();
            if (streets.vertices.size() - begin < 2) {
                streets.vertices.resize(begin);
            } else {
                streets.streets.push_back(ways.streets[way]);
                streets.offsets.push_back(streets.vertices.size());
            }
        };
        for (auto i = ways.offsets[way]; i < ways.offsets[way + 1]; ++i) {
            const std::uint32_t point = nodes.number(ways.refs[i]);
            if (nodes.known[point] != 0) {
                streets.vertices.push_back(point);
            } else {
                finish();
            }
        }
        finish();
        // A ferry's duration is that of the whole way; of its parts only the speed of the class is known.
        const bool whole = streets.streets.size() - first == 1 &&
                           streets.offsets.back() - streets.offsets[first] == ways.offsets[way + 1] - ways.offsets[way];
        for (std::size_t i = first; i < streets.streets.size() && !whole; ++i) streets.streets[i].duration_s = 0;
    }
    streets.points = std::move(nodes.at);
    streets.blocked = std::move(nodes.blocked);
    return streets;
}

/// Whether memory is out, or there is no room for another thread, which says nothing of the file.
bool is_shortage(const std::exception& error) {
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
    const auto* const system = dynamic_cast<const std::system_error*>(&error);
    return system != nullptr && (system->code() == std::errc::not_enough_memory ||
                                 system->code() == std::errc::resource_unavailable_try_again);
}

Streets read(const std::filesystem::path& path, const Profile& profile, const Execution& execution, GraphInfo& info) {
    UsedWays ways(profile);
    read_all<osmium::Way>(path, osmium::osm_entity_bits::way, execution, [&](const auto& way) { ways.take(way); });
    if (ways.refs.size() >= std::numeric_limits<std::uint32_t>::max()) throw Error("more than 2^32 - 1 nodes of ways");
    Nodes nodes(ways.refs, profile);
    read_all<osmium::Node>(path, osmium::osm_entity_bits::node, execution, [&](const auto& node) { nodes.take(node); });
    info.ways_used = ways.streets.size();
    info.points_missing = nodes.missing();
    return join(std::move(ways), std::move(nodes));
}

}  // namespace

Graph read_streets(const std::filesystem::path& path, const Profile& profile, const Execution& execution) {
    if (!std::filesystem::is_regular_file(path)) throw ReadError("there is no file " + path.string());
    GraphInfo info{.profile = std::string(profile.name),
                   .source = path.filename().string(),
                   .walking_m_s = profile.walking_m_s,
                   .closing_depth_m = profile.closing_depth_m};
    Streets streets;
    try {
        streets = read(path, profile, execution, info);
    } catch (const Error&) {
        throw;
    } catch (const Cancelled&) {
        throw;
    } catch (const std::exception& error) {
        if (is_shortage(error))
            throw ReadError(path.string() +
                            " does not fit into memory; cut it to the area that matters (osmium extract)");
        throw ReadError(path.string() + " cannot be read as OpenStreetMap data (.osm.pbf or .osm): " + error.what() +
                        "; is the file whole and of that kind?");
    }
    if (streets.streets.empty()) {
        throw ReadError(path.string() + " holds no street for '" + info.profile +
                        "': " + std::to_string(info.ways_used) + " ways fit the profile, " +
                        std::to_string(info.points_missing) + " of their nodes are not in the file");
    }
    return build_graph(streets, std::move(info));
}

}  // namespace sheltermap::osm
