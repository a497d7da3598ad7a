// SPDX-License-Identifier: Apache-2.0
#include "json_cursor.hpp"

#include "base/excerpt.hpp"

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

bool is_number_word(std::string_view word) noexcept {
    if (word == "NaN" || word == "Infinity" || word == "-Infinity") return true;
    std::size_t at = word.starts_with('-') ? 1 : 0;
    const auto digits = [&] {
        const std::size_t begin = at;
        while (at < word.size() && word[at] >= '0' && word[at] <= '9') ++at;
        return at - begin;
    };
    const bool leading_zero = at < word.size() && word[at] == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (leading_zero && whole > 1)) return false;
    if (at < word.size() && word[at] == '.') {
        ++at;
        if (digits() == 0) return false;
    }
    if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
        ++at;
        if (at < word.size() && (word[at] == '+' || word[at] == '-')) ++at;
        if (digits() == 0) return false;
    }
    return at == word.size();
}

}  // namespace

void JsonCursor::fail(const std::string& what) const { throw JsonFault(what, at_); }

void JsonCursor::skip_blanks() noexcept {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
        ++at_;
}

char JsonCursor::peek() {
    skip_blanks();
    if (at_ >= text_.size()) fail("the text ends too early: it was cut");
    return text_[at_];
}

void JsonCursor::expect(char character) {
    if (peek() != character) fail(std::string("expected '") + character + "'");
    ++at_;
}

bool JsonCursor::more(char close) {
    const char next = peek();
    if (next != ',' && next != close) fail(std::string("expected ',' or '") + close + "'");
    ++at_;
    return next == ',';
}

void JsonCursor::expect_end() {
    skip_blanks();
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
    const auto stop = text_.find_first_of("\"\\", at_);
    if (stop == std::string_view::npos) {
        at_ = text_.size();
        fail("the text ends too early: it was cut");
    }
    out.append(text_.substr(at_, stop - at_));
    at_ = stop + 1;
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

void JsonCursor::skip_string() {
    expect('"');
    std::string ignored;
    while (!append_piece(ignored)) ignored.clear();
}

void JsonCursor::skip_word() {
    const std::size_t begin = at_;
    const std::size_t end = text_.find_first_of(",]} \n\r\t", at_);
    const std::string_view word = text_.substr(begin, end == std::string_view::npos ? end : end - begin);
    if (word != "true" && word != "false" && word != "null" && !is_number_word(word)) {
        fail("expected a value, found '" + excerpt(word, 20) + "'");
    }
    at_ += word.size();
}

void JsonCursor::skip_list() {
    if (++depth_ > max_depth) fail("nested too deep");
    if (text_[at_] == '{') {
        object([this](const std::string&) { skip(); });
    } else {
        array([this] { skip(); });
    }
    --depth_;
}

std::string_view JsonCursor::skip() {
    const char first = peek();
    const std::size_t begin = at_;
    if (first == '{' || first == '[') {
        skip_list();
    } else if (first == '"') {
        skip_string();
    } else {
        skip_word();
    }
    return text_.substr(begin, at_ - begin);
}

}  // namespace sheltermap::io
