// SPDX-License-Identifier: Apache-2.0
#include "base/invisible.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sheltermap {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

/// Of The Unicode Standard: spaces, formats and fillers that show nothing, or no more than a space does.
// NOLINTBEGIN(misc-misleading-bidirectional): these are the characters that mislead, by their bytes
constexpr std::array<Named, 59> invisible{{
    {"\x09", "TAB"},
    {"\x0B", "LINE TABULATION"},
    {"\x0C", "FORM FEED"},
    {"\x7F", "DELETE"},
    {"\xC2\xA0", "NO-BREAK SPACE"},
    {"\xC2\xAD", "SOFT HYPHEN"},
    {"\xCD\x8F", "COMBINING GRAPHEME JOINER"},
    {"\xD8\x9C", "ARABIC LETTER MARK"},
    {"\xE1\x85\x9F", "HANGUL CHOSEONG FILLER"},
    {"\xE1\x85\xA0", "HANGUL JUNGSEONG FILLER"},
    {"\xE1\x9A\x80", "OGHAM SPACE MARK"},
    {"\xE1\xA0\x8E", "MONGOLIAN VOWEL SEPARATOR"},
    {"\xE2\x80\x80", "EN QUAD"},
    {"\xE2\x80\x81", "EM QUAD"},
    {"\xE2\x80\x82", "EN SPACE"},
    {"\xE2\x80\x83", "EM SPACE"},
    {"\xE2\x80\x84", "THREE-PER-EM SPACE"},
    {"\xE2\x80\x85", "FOUR-PER-EM SPACE"},
    {"\xE2\x80\x86", "SIX-PER-EM SPACE"},
    {"\xE2\x80\x87", "FIGURE SPACE"},
    {"\xE2\x80\x88", "PUNCTUATION SPACE"},
    {"\xE2\x80\x89", "THIN SPACE"},
    {"\xE2\x80\x8A", "HAIR SPACE"},
    {"\xE2\x80\x8B", "ZERO WIDTH SPACE"},
    {"\xE2\x80\x8C", "ZERO WIDTH NON-JOINER"},
    {"\xE2\x80\x8D", "ZERO WIDTH JOINER"},
    {"\xE2\x80\x8E", "LEFT-TO-RIGHT MARK"},
    {"\xE2\x80\x8F", "RIGHT-TO-LEFT MARK"},
    {"\xE2\x80\xA8", "LINE SEPARATOR"},
    {"\xE2\x80\xA9", "PARAGRAPH SEPARATOR"},
    {"\xE2\x80\xAA", "LEFT-TO-RIGHT EMBEDDING"},
    {"\xE2\x80\xAB", "RIGHT-TO-LEFT EMBEDDING"},
    {"\xE2\x80\xAC", "POP DIRECTIONAL FORMATTING"},
    {"\xE2\x80\xAD", "LEFT-TO-RIGHT OVERRIDE"},
    {"\xE2\x80\xAE", "RIGHT-TO-LEFT OVERRIDE"},
    {"\xE2\x80\xAF", "NARROW NO-BREAK SPACE"},
    {"\xE2\x81\x9F", "MEDIUM MATHEMATICAL SPACE"},
    {"\xE2\x81\xA0", "WORD JOINER"},
    {"\xE2\x81\xA1", "FUNCTION APPLICATION"},
    {"\xE2\x81\xA2", "INVISIBLE TIMES"},
    {"\xE2\x81\xA3", "INVISIBLE SEPARATOR"},
    {"\xE2\x81\xA4", "INVISIBLE PLUS"},
    {"\xE2\x81\xA6", "LEFT-TO-RIGHT ISOLATE"},
    {"\xE2\x81\xA7", "RIGHT-TO-LEFT ISOLATE"},
    {"\xE2\x81\xA8", "FIRST STRONG ISOLATE"},
    {"\xE2\x81\xA9", "POP DIRECTIONAL ISOLATE"},
    {"\xE2\x81\xAA", "INHIBIT SYMMETRIC SWAPPING"},
    {"\xE2\x81\xAB", "ACTIVATE SYMMETRIC SWAPPING"},
    {"\xE2\x81\xAC", "INHIBIT ARABIC FORM SHAPING"},
    {"\xE2\x81\xAD", "ACTIVATE ARABIC FORM SHAPING"},
    {"\xE2\x81\xAE", "NATIONAL DIGIT SHAPES"},
    {"\xE2\x81\xAF", "NOMINAL DIGIT SHAPES"},
    {"\xE3\x80\x80", "IDEOGRAPHIC SPACE"},
    {"\xE3\x85\xA4", "HANGUL FILLER"},
    {"\xEF\xBB\xBF", "ZERO WIDTH NO-BREAK SPACE"},
    {"\xEF\xBE\xA0", "HALFWIDTH HANGUL FILLER"},
    {"\xEF\xBF\xB9", "INTERLINEAR ANNOTATION ANCHOR"},
    {"\xEF\xBF\xBA", "INTERLINEAR ANNOTATION SEPARATOR"},
    {"\xEF\xBF\xBB", "INTERLINEAR ANNOTATION TERMINATOR"},
}};
// NOLINTEND(misc-misleading-bidirectional)

}  // namespace

std::string visible(std::string_view text) {
    const auto may_hide = [](char c) { return static_cast<unsigned char>(c) >= 0x7F || (c >= '\t' && c <= '\f'); };
    if (std::ranges::none_of(text, may_hide)) return std::string(text);
    std::string told;
    while (!text.empty()) {
        const auto* found =
            std::ranges::find_if(invisible, [&](const Named& each) { return text.starts_with(each.first); });
        if (found == invisible.end()) {
            told += text.front();
            text.remove_prefix(1);
        } else {
            ((told += "‹") += found->second) += "›";
            text.remove_prefix(found->first.size());
        }
    }
    return told;
}

}  // namespace sheltermap
