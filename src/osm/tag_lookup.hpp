// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "way_rules.hpp"
#include <osmium/osm/object.hpp>

namespace sheltermap::osm {

/// The tags of an object, which must outlive the answer.
inline TagLookup lookup(const osmium::OSMObject& object) {
    return [&object](const char* key) -> std::string_view { return object.tags().get_value_by_key(key, ""); };
}

}  // namespace sheltermap::osm
