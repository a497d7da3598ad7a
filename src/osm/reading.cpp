// SPDX-License-Identifier: Apache-2.0
#include "reading.hpp"

#include "base/path_text.hpp"
#include "base/utf8.hpp"
#include <cstddef>
#include <cstring>
#include <limits>
#include <new>
#include <osmium/osm/item_type.hpp>
#include <osmium/osm/tag.hpp>
#include <osmium/osm/types.hpp>
#include <stdexcept>
#include <system_error>

namespace sheltermap::osm {
namespace {

/// Whether memory is out, or there is no room for another thread, which says nothing of the file.
bool is_shortage(const std::exception& error) {
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
    const auto* const system = dynamic_cast<const std::system_error*>(&error);
    return system != nullptr && (system->code() == std::errc::not_enough_memory ||
                                 system->code() == std::errc::resource_unavailable_try_again);
}

std::runtime_error faulty(const osmium::OSMObject& object, const std::string& what) {
    return std::runtime_error(what + " of " + osmium::item_type_to_name(object.type()) + " " +
                              std::to_string(object.id()));
}

}  // namespace

void require_sound(const osmium::OSMObject& object) {
    if (object.id() == std::numeric_limits<osmium::object_id_type>::min()) throw faulty(object, "no map has the id");
    const osmium::TagList& tags = object.tags();
    if (tags.empty()) return;
    const unsigned char* at = tags.data() + sizeof(osmium::TagList);
    const unsigned char* const end = tags.data() + tags.byte_size();
    bool of_key = true;
    for (; at < end; of_key = !of_key) {
        const auto* const zero =
            static_cast<const unsigned char*>(std::memchr(at, 0, static_cast<std::size_t>(end - at)));
        if (zero == nullptr) break;
        at = zero + 1;
    }
    if (at != end || !of_key) throw faulty(object, "there is a zero byte in a tag");
}

std::string sound_name(std::string_view name, const osmium::OSMObject& object) {
    if (!is_utf8(name)) throw faulty(object, "there are bytes that are not UTF-8 in the name");
    return std::string(name);
}

ReadError unreadable(const std::filesystem::path& path, const std::exception& error) {
    if (is_shortage(error)) {
        return ReadError(path_text(path) +
                         " does not fit into memory; cut it to the area that matters (osmium extract)");
    }
    return ReadError(path_text(path) + " cannot be read as OpenStreetMap data (.osm.pbf or .osm): " + error.what() +
                     "; is the file whole and of that kind?");
}

}  // namespace sheltermap::osm
