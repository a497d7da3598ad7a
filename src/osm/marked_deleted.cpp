// SPDX-License-Identifier: Apache-2.0
#include "marked_deleted.hpp"

#include "sheltermap/base/error.hpp"

#include <algorithm>
#include <cstdlib>
#include <expat.h>
#include <memory>
#include <new>
#include <osmium/io/bzip2_compression.hpp>
#include <osmium/io/detail/read_write.hpp>
#include <osmium/io/file.hpp>
#include <osmium/io/gzip_compression.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sheltermap::osm {
namespace {

constexpr std::string_view mark = "delete";

/// Gives `take` the unpacked text piece by piece, until it wants no more.
template <class Take>
void read_text(const osmium::io::File& file, const Execution& execution, Take take) {
    const int descriptor = osmium::io::detail::open_for_reading(file.filename());
    const auto source = osmium::io::CompressionFactory::instance().create_decompressor(file.compression(), descriptor);
    for (std::string text = source->read(); !text.empty() && take(text); text = source->read()) {
        if (execution.stop.stop_requested()) throw Cancelled();
    }
    source->close();
}

/// Whether the mark may be there: a search costs a hundredth of what reading XML does.
bool may_have_marks(const osmium::io::File& file, const Execution& execution) {
    bool found = false;
    std::string end;  // of the piece before
    read_text(file, execution, [&](const std::string& text) {
        end += text.substr(0, mark.size() - 1);
        found = text.find(mark) != std::string::npos || end.find(mark) != std::string::npos;
        end = text.substr(text.size() - std::min(text.size(), mark.size() - 1));
        return !found;
    });
    return found;
}

struct Reading {
    XML_Parser parser = nullptr;
    MarkedDeleted deleted;
};

void XMLCALL begin_element(void* reading, const XML_Char* element, const XML_Char** attributes) {
    std::int64_t id = 0;
    bool is_deleted = false;
    for (; attributes[0] != nullptr; attributes += 2) {
        const std::string_view key = attributes[0];
        if (key == "id") id = std::strtoll(attributes[1], nullptr, 10);
        if (key == "action") is_deleted = attributes[1] == mark;
    }
    if (!is_deleted) return;
    MarkedDeleted& found = static_cast<Reading*>(reading)->deleted;
    const std::string_view kind = element;
    if (kind == "node") found.nodes.insert(id);
    if (kind == "way") found.ways.insert(id);
    if (kind == "relation") found.relations.insert(id);
}

/// Entities may grow without end. A file that has some is refused by name when the map is read.
void XMLCALL begin_doctype(void* reading, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    XML_StopParser(static_cast<Reading*>(reading)->parser, XML_FALSE);
}

}  // namespace

MarkedDeleted marked_deleted(const std::filesystem::path& path, const Execution& execution) {
    const osmium::io::File file(std::filesystem::absolute(path).string());
    if (file.format() != osmium::io::file_format::xml || !may_have_marks(file, execution)) return {};
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
        XML_ParserCreate(nullptr), &XML_ParserFree);
    if (parser == nullptr) throw std::bad_alloc();
    Reading reading{.parser = parser.get(), .deleted = {}};
    XML_SetUserData(parser.get(), &reading);
    XML_SetStartElementHandler(parser.get(), &begin_element);
    XML_SetStartDoctypeDeclHandler(parser.get(), &begin_doctype);
    read_text(file, execution, [&](const std::string& text) {
        return XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), 0) == XML_STATUS_OK;
    });
    return std::move(reading.deleted);
}

}  // namespace sheltermap::osm
