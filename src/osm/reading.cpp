// SPDX-License-Identifier: Apache-2.0
#include "reading.hpp"

#include <new>
#include <string>
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

}  // namespace

ReadError unreadable(const std::filesystem::path& path, const std::exception& error) {
    if (is_shortage(error)) {
        return ReadError(path.string() + " does not fit into memory; cut it to the area that matters (osmium extract)");
    }
    return ReadError(path.string() + " cannot be read as OpenStreetMap data (.osm.pbf or .osm): " + error.what() +
                     "; is the file whole and of that kind?");
}

}  // namespace sheltermap::osm
