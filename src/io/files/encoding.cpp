// SPDX-License-Identifier: Apache-2.0
#include "io/files/encoding.hpp"

#include "base/utf8.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <iconv.h>
#include <stdexcept>
#include <utility>

namespace sheltermap::io {
namespace {

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
