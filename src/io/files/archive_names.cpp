// SPDX-License-Identifier: Apache-2.0
#include "io/files/archive_names.hpp"

#include <cpl_vsi.h>

#include "base/path_text.hpp"
#include "io/files/archive_end.hpp"
#include "io/files/byte_file.hpp"
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <vector>

namespace sheltermap::io {
namespace {

/// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7 and 4.3.12: where in a header
/// its lengths stand, and how long it is before the name. What follows the name and the extra field of a member of the
/// directory is a comment; in front of the data it is the data, so there the extra field takes what is left over.
struct HeaderForm {
    std::string_view mark;
    std::size_t name_length, extra_length, spare_length, bytes;
};
constexpr HeaderForm in_directory{"PK\1\2", 28, 30, 32, 46};
constexpr HeaderForm before_data{"PK\3\4", 26, 28, 28, 30};

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t length) {
    std::uint64_t value = 0;
    for (std::size_t i = length; i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

void put_number(std::string& bytes, std::size_t at, std::size_t value) {
    bytes[at] = static_cast<char>(value & 0xFFU);
    bytes[at + 1] = static_cast<char>((value >> 8U) & 0xFFU);
}

/// Whether a whole header of this form begins there.
bool is_header(std::string_view bytes, std::size_t at, const HeaderForm& form) {
    return at + form.bytes <= bytes.size() && bytes.substr(at).starts_with(form.mark) &&
           at + form.bytes + number(bytes, at + form.name_length, 2) + number(bytes, at + form.extra_length, 2) <=
               bytes.size();
}

/// How many slashes the name begins with; one that is nothing else keeps the last.
std::size_t leading_slashes(std::string_view bytes, std::size_t header, const HeaderForm& form) {
    const std::string_view name = bytes.substr(header + form.bytes, number(bytes, header + form.name_length, 2));
    if (name.empty()) return 0;
    return std::min(std::min(name.find_first_not_of('/'), name.size()), name.size() - 1);
}

void drop_slashes(std::string& bytes, std::size_t header, const HeaderForm& form) {
    const std::size_t slashes = leading_slashes(bytes, header, form);
    const std::size_t name = number(bytes, header + form.name_length, 2);
    const std::size_t extra = number(bytes, header + form.extra_length, 2);
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(header + form.bytes);
    const auto end = begin + static_cast<std::ptrdiff_t>(name + extra);
    std::fill(std::copy(begin + static_cast<std::ptrdiff_t>(slashes), end, begin), end, '\0');
    put_number(bytes, header + form.name_length, name - slashes);
    put_number(bytes, header + form.spare_length, number(bytes, header + form.spare_length, 2) + slashes);
}

/// Where the headers of the members stand; nothing for an archive beyond 4 GB, or none at all.
std::vector<std::size_t> directory_headers(std::string_view bytes) {
    const std::size_t end = archive_end_in(bytes);
    if (end == std::string_view::npos) return {};
    std::vector<std::size_t> headers;
    const std::size_t count = number(bytes, end + 10, 2);
    std::size_t at = number(bytes, end + 16, 4);
    for (std::size_t i = 0; i < count; ++i) {
        if (!is_header(bytes, at, in_directory)) return {};
        headers.push_back(at);
        at += in_directory.bytes + number(bytes, at + in_directory.name_length, 2) +
              number(bytes, at + in_directory.extra_length, 2) + number(bytes, at + in_directory.spare_length, 2);
    }
    return headers;
}

}  // namespace

MemoryFile::MemoryFile(const std::string& name, const std::string& bytes) {
    static std::atomic<std::uint64_t> made{0};
    gdal_name_ = "/vsimem/sheltermap-" + std::to_string(made.fetch_add(1)) + "/" + name;
    auto* copy = static_cast<GByte*>(VSIMalloc(std::max<std::size_t>(bytes.size(), 1)));
    if (copy == nullptr) throw std::bad_alloc();
    std::copy(bytes.begin(), bytes.end(), copy);
    VSILFILE* file = VSIFileFromMemBuffer(gdal_name_.c_str(), copy, bytes.size(), TRUE);
    if (file == nullptr) throw std::bad_alloc();
    VSIFCloseL(file);
}

MemoryFile::~MemoryFile() { VSIUnlink(gdal_name_.c_str()); }

std::shared_ptr<const MemoryFile> without_leading_slashes(const std::filesystem::path& archive) {
    const std::string name = path_text(archive.filename());
    const ByteFile file(path_text(archive), name);
    constexpr std::string_view rooted_name = "/";
    constexpr std::size_t most_bytes = std::size_t{1} << 32U;
    if (file.size() < archive_end_bytes || file.size() >= most_bytes) return nullptr;
    // The first member tells: whoever names one from the root does so with all.
    if (file.bytes(0, before_data.mark.size()) != before_data.mark || file.size() <= before_data.bytes ||
        file.bytes(before_data.bytes, 1) != rooted_name)
        return nullptr;
    std::string bytes = file.bytes(0, file.size());
    for (const std::size_t header : directory_headers(bytes)) {
        const std::size_t data = number(bytes, header + 42, 4);
        if (!is_header(bytes, data, before_data)) return nullptr;
        drop_slashes(bytes, data, before_data);
        drop_slashes(bytes, header, in_directory);
    }
    return std::make_shared<MemoryFile>(name, bytes);
}

}  // namespace sheltermap::io
