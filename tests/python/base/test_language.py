# SPDX-License-Identifier: Apache-2.0
"""The files of the languages: found by their names, complete, and refused in one sentence where they are not."""

import re
from string import Formatter

import pytest

from sheltermap.base import language, texts

LINES = ["a = 'word'", "b.c = '{count} words'"]


def folder(tmp_path, **files):
    for lang, lines in {"en": LINES, **files}.items():
        (tmp_path / f"{lang}.toml").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_the_languages_are_those_that_have_a_file():
    assert language.LANGUAGES == texts.LANGUAGES == ("en", "lv")
    assert {each.name for each in language.FOLDER.iterdir()} == {"en.toml", "lv.toml"}


def test_english_comes_first_and_the_others_in_the_order_of_their_codes(tmp_path):
    assert language.found(folder(tmp_path, uk=LINES, de=LINES)) == ("en", "de", "uk")


def test_a_file_is_named_by_a_code(tmp_path):
    with pytest.raises(ValueError, match=r"Latvian\.toml: a language is named by its code of ISO 639"):
        language.found(folder(tmp_path, Latvian=LINES))


def test_texts_are_kept_by_key_then_by_language_and_tables_by_dots(tmp_path):
    words = language.words_in(folder(tmp_path, lt=["a = 'žodis'", "[b]", "c = 'žodžių: {count}'"]), ("en", "lt"))
    assert words == {
        "a": {"en": "word", "lt": "žodis"},
        "b.c": {"en": "{count} words", "lt": "žodžių: {count}"},
    }


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (LINES[:1], r"lt\.toml lacks texts: b\.c; en\.toml has all there are"),
        ([], r"lt\.toml lacks texts: a and 1 more"),
        ([*LINES, "d = 'x'"], r"lt\.toml has unknown texts: d; en\.toml"),
        ([*LINES, "d = 5"], r"lt\.toml: d is 5, not a text"),
        (["a = ''", LINES[1]], r"lt\.toml: a is '', not a text"),
        (["a = word"], r"lt\.toml: .*line 1"),
    ],
)
def test_a_file_that_is_not_whole_is_told(tmp_path, lines, said):
    with pytest.raises(ValueError, match=said):
        language.words_in(folder(tmp_path, lt=lines), ("en", "lt"))


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", texts.TEXTS)
def test_a_text_has_the_same_things_put_in_in_every_language(key):
    words = texts.TEXTS[key]
    assert tuple(words) == texts.LANGUAGES
    plural = texts.TEXTS.get(key.removesuffix("_one")) if key.endswith("_one") else None
    if plural is not None:  # of one, the number may be left out; a language in which 21 is one cannot do so
        assert all(fields(text) <= fields(plural["en"]) for text in words.values())
    else:
        assert {lang: fields(text) for lang, text in words.items()} == dict.fromkeys(words, fields(words["en"]))


def test_no_code_names_a_language_but_the_reference(root):
    """A language is a file: Python, pages and their styles name no other, but in examples and in what explains them."""
    named = re.compile(r"""["']lv["']|_lv\b|\blv=|\.lv\b|-lv\b|\bLatvian""")
    package = root / "python" / "sheltermap"
    for path in [*package.rglob("*.py"), *package.rglob("*.j2"), *package.rglob("*.css"), *package.glob("*/*.js")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not named.search(line) or re.match(r"\s*(>>>|lang : )", line), f"{path}: {line}"
