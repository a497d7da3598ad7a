// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/files/byte_file.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sheltermap::io {

/// One table of a FlatBuffer; positions are counted from the start of the file.
class FlatTable {
public:
    static constexpr std::uint64_t max_text_bytes = 10 << 20;

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
        if (length > max_text_bytes) throw ReadError(file_.label() + " is damaged: a text in it is too long");
        return file_.bytes(*at + 4, length);
    }
    /// The bytes of a vector of bytes.
    [[nodiscard]] std::string bytes(unsigned index) const { return text(index); }

    [[nodiscard]] std::vector<FlatTable> tables(unsigned index) const {
        std::vector<FlatTable> all;
        const auto at = target(index);
        if (!at) return all;
        const auto count = file_.little_endian<std::uint32_t>(*at);
        if (count > max_text_bytes) throw ReadError(file_.label() + " is damaged: its header has too many columns");
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t entry = *at + 4 + 4 * i;
            all.emplace_back(file_, entry + file_.little_endian<std::uint32_t>(entry));
        }
        return all;
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

}  // namespace sheltermap::io
