// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/error.hpp"

#include <cpl_vsi.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>

namespace sheltermap::io {

/// Read access to the bytes of a file on disk or in an archive, for looking at headers.
class ByteFile {
public:
    /// `label` names the file in messages. Throws ReadError.
    ByteFile(const std::string& gdal_name, std::string label)
        : label_(std::move(label)), file_(VSIFOpenL(gdal_name.c_str(), "rb")) {
        if (!file_) throw ReadError(label_ + " is missing or cannot be opened");
        VSIFSeekL(file_.get(), 0, SEEK_END);
        size_ = VSIFTellL(file_.get());
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] const std::string& label() const noexcept { return label_; }

    /// Throws ReadError where the file ends before.
    [[nodiscard]] std::string bytes(std::uint64_t offset, std::size_t count) const {
        std::string read(count, '\0');
        if (VSIFSeekL(file_.get(), offset, SEEK_SET) != 0 || VSIFReadL(read.data(), 1, count, file_.get()) != count) {
            throw ReadError(label_ + " is cut: it ends inside its header");
        }
        return read;
    }

    template <class Number>
    [[nodiscard]] Number little_endian(std::uint64_t offset) const {
        const std::string read = bytes(offset, sizeof(Number));
        std::make_unsigned_t<Number> value = 0;
        for (std::size_t i = sizeof(Number); i-- > 0;) {
            value = static_cast<std::make_unsigned_t<Number>>((std::uint64_t{value} << 8U) |
                                                              static_cast<unsigned char>(read[i]));
        }
        return static_cast<Number>(value);
    }

    template <class Number>
    [[nodiscard]] Number big_endian(std::uint64_t offset) const {
        const std::string read = bytes(offset, sizeof(Number));
        std::make_unsigned_t<Number> value = 0;
        for (const char byte : read) {
            value = static_cast<std::make_unsigned_t<Number>>((std::uint64_t{value} << 8U) |
                                                              static_cast<unsigned char>(byte));
        }
        return static_cast<Number>(value);
    }

private:
    struct Close {
        void operator()(VSILFILE* file) const noexcept { VSIFCloseL(file); }
    };
    std::string label_;
    std::unique_ptr<VSILFILE, Close> file_;
    std::uint64_t size_ = 0;
};

}  // namespace sheltermap::io
