// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/geodatabase_ids.hpp"

#include "io/ogr/open.hpp"
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace sheltermap::io {
namespace {

constexpr std::size_t id_bytes = 16;

/// As it lies in the file: of "{33221100-5544-7766-8899-AABBCCDDEEFF}" the bytes 00, 11, 22, …
std::string bytes_of(const std::string& id) {
    constexpr std::array<std::size_t, id_bytes> at{7, 5, 3, 1, 12, 10, 17, 15, 20, 22, 25, 27, 29, 31, 33, 35};
    std::string bytes;
    for (const std::size_t place : at) bytes.push_back(static_cast<char>(std::stoi(id.substr(place, 2), nullptr, 16)));
    return bytes;
}

/// Sixteen bytes that a text stands for, marked as made from a name (RFC 9562, version 8).
std::string id_for(const std::string& seed) {
    std::string bytes;
    std::uint64_t hash = 14695981039346656037U;  // FNV-1a
    for (const char each : seed) hash = (hash ^ static_cast<unsigned char>(each)) * 1099511628211U;
    while (bytes.size() < id_bytes) {
        hash = (hash ^ bytes.size()) * 1099511628211U;
        bytes.push_back(static_cast<char>(hash >> 56U));
    }
    bytes[7] = static_cast<char>((static_cast<unsigned char>(bytes[7]) & 0x0FU) | 0x80U);
    bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
    return bytes;
}

/// The ids of all items and of what relates them, and what stands for each.
std::map<std::string, std::string> settled(const std::filesystem::path& geodatabase) {
    GdalCall call;
    const Source source = locate(geodatabase, {});
    const auto dataset = open_dataset(source, source.gdal_names.front(), call);
    std::map<std::string, std::string> ids;
    for (const char* table : {"GDB_Items", "GDB_ItemRelationships"}) {
        OGRLayer* layer = dataset->GetLayerByName(table);
        if (layer == nullptr) continue;
        std::size_t row = 0;
        while (const OGRFeatureUniquePtr feature{layer->GetNextFeature()}) {
            const int name = feature->GetFieldIndex("Path");
            const std::string seed = table + std::to_string(++row) + (name < 0 ? "" : feature->GetFieldAsString(name));
            ids.try_emplace(bytes_of(feature->GetFieldAsString("UUID")), id_for(seed));
        }
    }
    return ids;
}

}  // namespace

void settle_ids(const std::filesystem::path& geodatabase) {
    const auto ids = settled(geodatabase);
    for (const char* name : {"a00000004.gdbtable", "a00000006.gdbtable"}) {  // those two tables
        std::fstream file;
        file.exceptions(std::ios::badbit | std::ios::failbit);
        file.open(geodatabase / name, std::ios::in | std::ios::out | std::ios::binary);
        std::string bytes{std::istreambuf_iterator<char>(file), {}};
        for (const auto& [random, same] : ids) {
            for (auto at = bytes.find(random); at != std::string::npos; at = bytes.find(random, at + id_bytes))
                bytes.replace(at, id_bytes, same);
        }
        file.seekp(0);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
}

}  // namespace sheltermap::io
