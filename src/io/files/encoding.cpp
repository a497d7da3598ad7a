// SPDX-License-Identifier: Apache-2.0
#include "io/files/encoding.hpp"

#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iconv.h>
#include <stdexcept>
#include <utility>
#include <vector>

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

/// How many bytes from the start on are surely ASCII, in steps of eight.
std::size_t ascii_words(std::string_view bytes) noexcept {
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= bytes.size(); at += sizeof word) {
        std::memcpy(&word, bytes.data() + at, sizeof word);
        if ((word & 0x8080808080808080U) != 0) break;
    }
    return at;
}

/// Where the C library has a name of its own for what Python and others call so.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> other_names{{
    {"mac-roman", "macintosh"},
    {"mac-latin2", "mac-centraleurope"},
    {"mac-iceland", "mac-is"},
    {"utf-8-sig", "utf-8"},
    {"utf-16-le", "utf-16le"},
    {"utf-16-be", "utf-16be"},
    {"utf-32-le", "utf-32le"},
    {"utf-32-be", "utf-32be"},
    {"kz1048", "rk1048"},
    {"ptcp154", "pt154"},
    {"hp-roman8", "roman8"},
}};

/// The name in a spelling of the C library: "latin-1", "iso8859_13", "1257", "Windows1257" mean what they seem to.
std::string usual_spelling(const std::string& encoding) {
    std::string name = lower(encoding);
    std::ranges::replace(name, '_', '-');
    std::ranges::replace(name, ' ', '-');
    const auto* known = std::ranges::find(other_names, name, &std::pair<std::string_view, std::string_view>::first);
    if (known != other_names.end()) return std::string(known->second);
    const auto first_digit = name.find_first_of("0123456789");
    if (first_digit == std::string::npos) return name;
    std::string family = name.substr(0, first_digit);
    const std::string number = name.substr(first_digit);
    if (family.ends_with('-')) family.pop_back();
    if (family == "latin") return family + number;
    const bool is_code_page = family.empty() || family == "cp" || family == "win" || family == "windows" ||
                              family == "ansi" || family == "ibm";
    return is_code_page ? "cp" + number : name;
}

iconv_t opened(const std::string& encoding) {
    auto* const failed = reinterpret_cast<iconv_t>(-1);  // NOLINT(performance-no-int-to-ptr): POSIX says so
    iconv_t handle = failed;
    // What follows a slash is an order to iconv: "//IGNORE" would drop what it cannot convert.
    if (encoding.find('/') == std::string::npos) handle = iconv_open("UTF-8", encoding.c_str());
    if (handle == failed && encoding.find('/') == std::string::npos)
        handle = iconv_open("UTF-8", usual_spelling(encoding).c_str());
    if (handle == failed) {
        throw std::invalid_argument("unknown encoding '" + encoding +
                                    "'; known are 'utf-8', 'windows-1252', "
                                    "'iso-8859-13', …");
    }
    return handle;
}

/// One conversion of the C library; GDAL's own drops characters it cannot convert.
class Converter {
public:
    explicit Converter(const std::string& encoding) : handle_(opened(encoding)) {}
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
        if (const std::size_t plain = ascii_words(bytes.substr(at)); plain > 0) {
            at += plain;
            continue;
        }
        const std::size_t length = sequence_length(bytes.substr(at));
        if (length == 0) return at;
        at += length;
    }
    return std::string_view::npos;
}

std::size_t first_not_utf8(std::string_view bytes, const Execution& execution) {
    constexpr std::size_t block = std::size_t{1} << 20U;
    // No sequence has more than 3 bytes after its first, so this is where one begins, or the bytes are none.
    const auto begin_of_sequence = [&](std::size_t at) {
        const auto follows = [&](std::size_t i) { return (static_cast<unsigned char>(bytes[i]) & 0xC0U) == 0x80U; };
        for (int back = 0; back < 3 && at > 0 && at < bytes.size() && follows(at); ++back) --at;
        return at;
    };
    std::vector<std::size_t> found(bytes.size() / block + 1, std::string_view::npos);
    parallel_for(bytes.size(), block, execution, [&](std::size_t from, std::size_t to) {
        const std::size_t begin = begin_of_sequence(from);
        const std::size_t at = first_not_utf8(bytes.substr(begin, begin_of_sequence(to) - begin));
        if (at != std::string_view::npos) found[from / block] = begin + at;
    });
    return *std::ranges::min_element(found);
}

bool is_utf8(std::string_view bytes) noexcept { return first_not_utf8(bytes) == std::string_view::npos; }

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

std::string escaped(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (;;) {
        const std::size_t sound = std::min(first_not_utf8(bytes), bytes.size());
        text += bytes.substr(0, sound);
        if (sound == bytes.size()) return text;
        const auto byte = static_cast<unsigned char>(bytes[sound]);
        text += {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
        bytes.remove_prefix(sound + 1);
    }
}

std::string encoding_advice() {
    return "is not UTF-8; say by encoding= in which one the file was written: 'windows-1257' in the Baltic states, "
           "'windows-1250' in Central, 'windows-1252' in Western Europe, 'windows-1251' for Cyrillic, …";
}

}  // namespace sheltermap::io
