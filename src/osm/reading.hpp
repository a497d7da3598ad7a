// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/parallel.hpp"

#include "base/path_text.hpp"
#include <exception>
#include <filesystem>
#include <osmium/io/bzip2_compression.hpp>
#include <osmium/io/gzip_compression.hpp>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/io/xml_input.hpp>
#include <osmium/osm/entity_bits.hpp>
#include <osmium/osm/object.hpp>
#include <osmium/thread/pool.hpp>
#include <string>
#include <string_view>
#include <type_traits>

namespace sheltermap::osm {

/// Throws std::runtime_error where a tag of an object holds a zero byte, which libosmium takes for the end of a text,
/// so that it would read on beyond the last one; or where its id has no negative, which areas have for their
/// relation's.
void require_sound(const osmium::OSMObject& object);

/// A name as an own text. Throws std::runtime_error where it is not UTF-8, which all of OpenStreetMap is.
[[nodiscard]] std::string sound_name(std::string_view name, const osmium::OSMObject& object);

/// Reads objects of some kinds from a file to its end.
template <class... Objects, class Take>
void read_all(const std::filesystem::path& path, osmium::osm_entity_bits::type kinds, const Execution& execution,
              Take take) {
    // An absolute path is never taken for a URL or for standard input, which libosmium would open too.
    const osmium::io::File file(std::filesystem::absolute(path).string());
    osmium::thread::Pool pool(2);
    osmium::io::Reader reader(file, kinds, pool);
    while (const osmium::memory::Buffer buffer = reader.read()) {
        if (execution.stop.stop_requested()) throw Cancelled();
        const auto take_kind = [&]<class Object>(std::type_identity<Object>) {
            for (const auto& object : buffer.select<Object>()) {
                require_sound(object);
                take(object);
            }
        };
        (take_kind(std::type_identity<Objects>{}), ...);
    }
    reader.close();
}

/// What is wrong with a file, of what libosmium threw.
[[nodiscard]] ReadError unreadable(const std::filesystem::path& path, const std::exception& error);

/// Returns what `read` makes of a file. Throws ReadError where that cannot be done, naming the file.
template <class Read>
auto read_file(const std::filesystem::path& path, Read read) {
    if (!std::filesystem::is_regular_file(path)) throw ReadError("there is no file " + path_text(path));
    try {
        return read();
    } catch (const Error&) {
        throw;
    } catch (const Cancelled&) {
        throw;
    } catch (const std::exception& error) {
        throw unreadable(path, error);
    }
}

}  // namespace sheltermap::osm
