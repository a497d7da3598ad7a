// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sheltermap::io {

/// A fault in the syntax of a JSON text, and where.
class JsonFault : public std::runtime_error {
public:
    JsonFault(const std::string& what, std::size_t position) : std::runtime_error(what), offset(position) {}
    std::size_t offset;  ///< bytes from the start of the text
};

/// What a JSON value is; numbers by how they can be held.
enum class JsonKind : unsigned char {
    missing,  ///< null
    boolean,
    integer,      ///< exact as a double
    big_integer,  ///< of 64 bits, but beyond 2^53
    real,
    odd_number,  ///< NaN, Infinity, 1e400, an integer beyond 64 bits
    text,
    escaped_text,
    structure  ///< a list or an object
};

/// A JSON value as it is written.
struct JsonValue {
    std::string_view raw;
    JsonKind kind = JsonKind::missing;
};

/// Walks through a JSON text (RFC 8259) once, front to back, without building a tree. NaN and Infinity, which many
/// writers let slip in, are taken as numbers; the reader refuses them by row.
///
///     cursor.object([&](const JsonValue& key) {
///         if (key.raw == R"("type")") type = cursor.string();
///         else cursor.skip();
///     });
///
/// Throws JsonFault for anything else that is not JSON, and for nesting deeper than 64 levels.
class JsonCursor {
public:
    /// Begins at `at`, bytes from the start of the text, as if all before it had been walked through.
    explicit JsonCursor(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

    /// The first character of the next value: { [ " or that of a number, true, false, null.
    [[nodiscard]] char peek() {
        if (at_ >= text_.size() || static_cast<unsigned char>(text_[at_]) <= ' ') skip_blanks();
        return text_[at_];
    }
    /// Calls `member(key)` for every member, the key as a text that is still to be decoded; it must consume the value.
    template <class Member>
    void object(Member member);
    /// Calls `element()` for every element; it must consume it.
    template <class Element>
    void array(Element element);
    /// Consumes a character that must come next.
    void expect(char character) {
        if (peek() != character) fail_expected(character);
        ++at_;
    }
    /// Between items: true where a comma announces a further one, false where `close` ends the list.
    bool more(char close) {
        const char next = peek();
        if (next != ',' && next != close) fail_separator(close);
        ++at_;
        return next == ',';
    }
    [[nodiscard]] std::string string();
    /// Passes over a value of any kind and returns it as it is written.
    JsonValue skip();
    /// Nothing but blanks may follow.
    void expect_end();
    /// Where the cursor stands, bytes from the start of the text.
    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    /// What follows where the cursor stands.
    [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_); }
    /// Passes over bytes of the rest that the caller has found to be whole values.
    void advance(std::size_t bytes) noexcept { at_ += bytes; }
    /// Throws JsonFault for the place the cursor stands at.
    [[noreturn]] void fail(const std::string& what) const;

private:
    void skip_blanks();
    [[noreturn]] void fail_expected(char character) const;
    [[noreturn]] void fail_separator(char close) const;
    JsonKind skip_text();
    JsonKind skip_word();
    void skip_list();
    /// Takes the text up to the next escape, and that too; true at the closing quote.
    bool append_piece(std::string& out);
    void append_escape(std::string& out);
    unsigned hex4();
    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

/// The text a value of kind text or escaped_text stands for.
[[nodiscard]] std::string decoded(const JsonValue& text);

template <class Member>
void JsonCursor::object(Member member) {
    expect('{');
    if (peek() == '}') return expect('}');
    do {
        if (peek() != '"') fail("expected the name of a member");
        const std::size_t begin = at_;
        const JsonKind kind = skip_text();
        const JsonValue key{text_.substr(begin, at_ - begin), kind};
        expect(':');
        member(key);
    } while (more('}'));
}

template <class Element>
void JsonCursor::array(Element element) {
    expect('[');
    if (peek() == ']') return expect(']');
    do element();
    while (more(']'));
}

}  // namespace sheltermap::io
