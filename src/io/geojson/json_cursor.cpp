// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/json_cursor.hpp"

#include "base/excerpt.hpp"
#include "io/geojson/json_number.hpp"
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace sheltermap::io {
namespace {

constexpr int max_depth = 64;

void append_utf8(std::string& out, unsigned code) {
    const auto push = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) return push(code);
    if (code < 0x800) {
        push(0xC0 | (code >> 6));
        return push(0x80 | (code & 0x3F));
    }
    if (code < 0x10000) {
        push(0xE0 | (code >> 12));
        push(0x80 | ((code >> 6) & 0x3F));
        return push(0x80 | (code & 0x3F));
    }
    push(0xF0 | (code >> 18));
    push(0x80 | ((code >> 12) & 0x3F));
    push(0x80 | ((code >> 6) & 0x3F));
    push(0x80 | (code & 0x3F));
}

/// Eight bytes at once, whatever their place in memory.
std::uint64_t word_at(const char* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// The first '"' or '\\' of the text at or after `at`; its end where there is none.
std::size_t quote_or_escape(std::string_view text, std::size_t at) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    // A byte of the result is not 0 where that of the word is (Mycroft); only above such a byte may others be wrong.
    const auto zero_bytes = [](std::uint64_t word) { return (word - ones) & ~word & (ones << 7U); };
    for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
        const std::uint64_t word = word_at(text.data() + at);
        if ((zero_bytes(word ^ (ones * '"')) | zero_bytes(word ^ (ones * '\\'))) != 0) break;
    }
    while (at < text.size() && text[at] != '"' && text[at] != '\\') ++at;
    return at;
}

}  // namespace

void JsonCursor::fail(const std::string& what) const { throw JsonFault(what, at_); }

void JsonCursor::skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
        ++at_;
    if (at_ >= text_.size()) fail("the text ends too early: it was cut");
}

void JsonCursor::fail_expected(char character) const { fail(std::string("expected '") + character + "'"); }

void JsonCursor::fail_separator(char close) const { fail(std::string("expected ',' or '") + close + "'"); }

void JsonCursor::expect_end() {
    at_ = std::min(text_.find_first_not_of(" \n\r\t", at_), text_.size());
    if (at_ < text_.size()) fail("something follows the end of the JSON value");
}

unsigned JsonCursor::hex4() {
    unsigned code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
        if (at_ >= text_.size()) fail("the text ends too early: it was cut");
        const char c = text_[at_];
        const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                               : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                               : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                                      : 16U;
        if (digit == 16) fail("expected four hexadecimal digits");
        code = code * 16 + digit;
    }
    return code;
}

void JsonCursor::append_escape(std::string& out) {
    constexpr std::string_view escapes = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (at_ >= text_.size()) fail("the text ends too early: it was cut");
    const char kind = text_[at_++];
    if (kind != 'u') {
        const auto which = escapes.find(kind);
        if (which == std::string_view::npos) fail("unknown escape in a text");
        out.push_back(meanings[which]);
        return;
    }
    unsigned code = hex4();
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
        at_ += 2;
        const unsigned low = hex4();
        if (low < 0xDC00 || low > 0xDFFF) fail("half of a surrogate pair in a text");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    if (code >= 0xD800 && code < 0xE000) fail("half of a surrogate pair in a text");
    append_utf8(out, code);
}

bool JsonCursor::append_piece(std::string& out) {
    const std::size_t stop = quote_or_escape(text_, at_);
    const std::size_t begin = std::exchange(at_, stop);
    if (stop >= text_.size()) fail("the text ends too early: it was cut");
    out.append(text_, begin, stop - begin);
    ++at_;
    if (text_[stop] == '"') return true;
    append_escape(out);
    return false;
}

std::string JsonCursor::string() {
    expect('"');
    std::string out;
    while (!append_piece(out)) continue;
    return out;
}

JsonKind JsonCursor::skip_text() {
    const std::size_t stop = quote_or_escape(text_, at_ + 1);
    if (stop < text_.size() && text_[stop] == '"') {
        at_ = stop + 1;
        return JsonKind::text;
    }
    ++at_;
    std::string ignored;
    while (!append_piece(ignored)) ignored.clear();
    return JsonKind::escaped_text;
}

JsonKind JsonCursor::skip_word() {
    const JsonNumber number = json_number(rest());
    if (number.length > 0) {
        at_ += number.length;
        return number.kind;
    }
    const std::string_view word = text_.substr(at_, text_.find_first_of(",]} \n\r\t", at_) - at_);
    if (word != "true" && word != "false" && word != "null" && word != "NaN" && word != "Infinity" &&
        word != "-Infinity") {
        fail("expected a value, found '" + excerpt(word, 20) + "'");
    }
    at_ += word.size();
    if (word == "null") return JsonKind::missing;
    return word == "true" || word == "false" ? JsonKind::boolean : JsonKind::odd_number;
}

void JsonCursor::skip_list() {
    if (++depth_ > max_depth) fail("nested too deep");
    if (text_[at_] == '{') {
        object([this](const JsonValue&) { skip(); });
    } else {
        array([this] { skip(); });
    }
    --depth_;
}

JsonValue JsonCursor::skip() {
    const char first = peek();
    const std::size_t begin = at_;
    JsonKind kind = JsonKind::structure;
    if (first == '{' || first == '[') {
        skip_list();
    } else {
        kind = first == '"' ? skip_text() : skip_word();
    }
    return {text_.substr(begin, at_ - begin), kind};
}

std::string decoded(const JsonValue& text) {
    if (text.kind == JsonKind::text) return std::string(text.raw.substr(1, text.raw.size() - 2));
    return JsonCursor(text.raw).string();
}

}  // namespace sheltermap::io
