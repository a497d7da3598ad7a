// SPDX-License-Identifier: Apache-2.0
#include "encoding.hpp"

#include <cerrno>
#include <cstdint>
#include <iconv.h>
#include <stdexcept>

namespace sheltermap::io {
namespace {

/// Length of the well-formed sequence at the start of `rest` (The Unicode Standard, table 3-7), 0 where there is none.
std::size_t sequence_length(std::string_view rest) noexcept {
    const auto byte = [&](std::size_t i) { return i < rest.size() ? static_cast<unsigned char>(rest[i]) : 0U; };
    const auto within = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return within(1, 0x80, 0xBF) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = lead == 0xED ? 0x9F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

/// One conversion of the C library; GDAL's own drops characters it cannot convert.
class Converter {
public:
    explicit Converter(const std::string& encoding) : handle_(iconv_open("UTF-8", encoding.c_str())) {
        if (handle_ == reinterpret_cast<iconv_t>(-1)) {  // NOLINT(performance-no-int-to-ptr): POSIX says so
            throw std::invalid_argument("unknown encoding '" + encoding +
                                        "'; known are 'utf-8', 'windows-1257', 'iso-8859-13', …");
        }
    }
    ~Converter() { iconv_close(handle_); }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    [[nodiscard]] iconv_t handle() const noexcept { return handle_; }

private:
    iconv_t handle_;
};

}  // namespace

std::size_t first_not_utf8(std::string_view bytes) noexcept {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t length = sequence_length(bytes.substr(at));
        if (length == 0) return at;
        at += length;
    }
    return std::string_view::npos;
}

bool is_utf8(std::string_view bytes) noexcept { return first_not_utf8(bytes) == std::string_view::npos; }

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string to_utf8(std::string_view bytes, const std::string& encoding) {
    const Converter converter(encoding);
    std::string result(bytes.size() * 3 + 16, '\0');
    std::string from(bytes);
    char* in = from.data();
    std::size_t in_left = from.size();
    char* out = result.data();
    std::size_t out_left = result.size();
    if (iconv(converter.handle(), &in, &in_left, &out, &out_left) == static_cast<std::size_t>(-1)) {
        throw std::invalid_argument("byte " + std::to_string(bytes.size() - in_left) + " of the text is not " +
                                    encoding);
    }
    result.resize(result.size() - out_left);
    return result;
}

std::string encoding_advice() {
    return "is not UTF-8; pass encoding='windows-1257' (Baltic) or the encoding the file was written in";
}

}  // namespace sheltermap::io
