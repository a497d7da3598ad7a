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

/// Walks through a JSON text (RFC 8259) once, front to back, without building a tree. NaN and Infinity, which many
/// writers let slip in, are taken as numbers; the reader refuses them by row.
///
///     cursor.object([&](const std::string& key) {
///         if (key == "type") type = cursor.string();
///         else cursor.skip();
///     });
///
/// Throws JsonFault for anything else that is not JSON, and for nesting deeper than 64 levels.
class JsonCursor {
public:
    explicit JsonCursor(std::string_view text) : text_(text) {}

    /// The first character of the next value: { [ " or that of a number, true, false, null.
    [[nodiscard]] char peek();
    /// Calls `member(key)` for every member; it must consume the value.
    template <class Member>
    void object(Member member);
    /// Calls `element()` for every element; it must consume it.
    template <class Element>
    void array(Element element);
    [[nodiscard]] std::string string();
    /// Passes over a value of any kind and returns it as it is written.
    std::string_view skip();
    /// Nothing but blanks may follow.
    void expect_end();
    /// Throws JsonFault for the place the cursor stands at.
    [[noreturn]] void fail(const std::string& what) const;

private:
    void skip_blanks() noexcept;
    void expect(char character);
    /// True where a comma announces a further item, false where `close` ends the list.
    bool more(char close);
    void skip_string();
    void skip_word();
    void skip_list();
    /// Takes the text up to the next escape, and that too; true at the closing quote.
    bool append_piece(std::string& out);
    void append_escape(std::string& out);
    unsigned hex4();
    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

template <class Member>
void JsonCursor::object(Member member) {
    expect('{');
    if (peek() == '}') return expect('}');
    do {
        if (peek() != '"') fail("expected the name of a member");
        const std::string key = string();
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
