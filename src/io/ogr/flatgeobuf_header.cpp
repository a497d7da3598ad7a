// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/flatgeobuf_header.hpp"

#include <optional>
#include <string_view>

namespace sheltermap::io {
namespace {

constexpr std::string_view magic =
    "fgb\x03"
    "fgb";                                            // the eighth byte is a patch number
constexpr std::uint64_t header_offset = 12;           // after the magic bytes and the header's size
constexpr std::uint64_t max_header_bytes = 10 << 20;  // as GDAL limits it
constexpr std::uint64_t tree_node_bytes = 40;         // a box of doubles and an offset

/// One table of a FlatBuffer; positions are counted from the start of the file.
class FlatTable {
public:
    FlatTable(const ByteFile& file, std::uint64_t position)
        : file_(file),
          position_(position),
          vtable_(position -
                  static_cast<std::uint64_t>(static_cast<std::int64_t>(file.little_endian<std::int32_t>(position)))),
          vtable_size_(file.little_endian<std::uint16_t>(vtable_)) {}
    /// Where a field's value stands; nothing where it has its default.
    [[nodiscard]] std::optional<std::uint64_t> field(unsigned index) const {
        const std::uint64_t slot = 4 + 2 * std::uint64_t{index};
        if (slot + 2 > vtable_size_) return std::nullopt;
        const auto offset = file_.little_endian<std::uint16_t>(vtable_ + slot);
        return offset == 0 ? std::nullopt : std::optional(position_ + offset);
    }
    template <class Number>
    [[nodiscard]] Number number(unsigned index, Number otherwise) const {
        const auto at = field(index);
        return at ? file_.little_endian<Number>(*at) : otherwise;
    }
    [[nodiscard]] std::string text(unsigned index) const {
        const auto at = target(index);
        if (!at) return {};
        const auto length = file_.little_endian<std::uint32_t>(*at);
        if (length > max_header_bytes) throw ReadError(file_.label() + " is damaged: a text in its header is too long");
        return file_.bytes(*at + 4, length);
    }
    [[nodiscard]] std::optional<FlatTable> table(unsigned index) const {
        const auto at = target(index);
        return at ? std::optional(FlatTable(file_, *at)) : std::nullopt;
    }

private:
    [[nodiscard]] std::optional<std::uint64_t> target(unsigned index) const {
        const auto at = field(index);
        return at ? std::optional(*at + file_.little_endian<std::uint32_t>(*at)) : std::nullopt;
    }
    const ByteFile& file_;
    std::uint64_t position_;
    std::uint64_t vtable_;
    std::uint64_t vtable_size_;
};

std::uint64_t index_bytes(std::uint64_t features, std::uint64_t node_size) {
    if (features == 0 || node_size < 2) return 0;
    std::uint64_t nodes = features;
    for (std::uint64_t level = features; level > 1;) {
        level = (level + node_size - 1) / node_size;
        nodes += level;
    }
    return (features == 1 ? 2 : nodes) * tree_node_bytes;  // a tree has a root even above one leaf
}

std::string crs_of(const FlatTable& header) {
    const auto crs = header.table(10);
    if (!crs) return {};
    const std::string organisation = crs->text(0);
    const auto code = crs->number<std::int32_t>(1, 0);
    if (code > 0) return (organisation.empty() ? "EPSG" : organisation) + ":" + std::to_string(code);
    return crs->text(4);
}

}  // namespace

FlatGeobufHeader read_flatgeobuf_header(const ByteFile& file) {
    if (file.bytes(0, magic.size()) != magic) throw ReadError(file.label() + " is not a FlatGeobuf file");
    const auto size = file.little_endian<std::uint32_t>(8);
    if (size > max_header_bytes) throw ReadError(file.label() + " is damaged: its header is too long");
    const FlatTable header(file, header_offset + file.little_endian<std::uint32_t>(header_offset));
    FlatGeobufHeader result;
    result.features_count = header.number<std::uint64_t>(8, 0);
    const auto node_size = header.number<std::uint16_t>(9, 16);
    result.features_offset = header_offset + size + index_bytes(result.features_count, node_size);
    result.crs = crs_of(header);
    return result;
}

}  // namespace sheltermap::io
