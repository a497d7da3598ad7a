# SPDX-License-Identifier: Apache-2.0
"""The plugin says the same in every language, and nothing that nobody asks for."""

import re
import string
from pathlib import Path

import pytest
from sheltermap_qgis import words

HERE = Path(words.__file__).parent
SOURCES = "".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.py")))
LANGUAGES = sorted(path.stem for path in words.FOLDER.glob("*.json"))
BUILT = re.compile(r'\bf"([a-z]+)\.\{|say\(f"\{self\.NAME\}\.([a-z]+)"')


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_english_and_latvian_are_there():
    assert LANGUAGES == ["en", "lv"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_and_their_places_are_those_of_english(language):
    reference, these = words.words("en"), words.words(language)
    assert list(these) == list(reference)
    assert {key: places(text) for key, text in these.items()} == {key: places(text) for key, text in reference.items()}
    assert all(text.strip() == text and text for text in these.values())


def test_latvian_has_its_own_quotation_marks():
    texts = words.words("lv").values()
    assert [text for text in texts if any(mark in text for mark in "“\"'")] == []
    assert [text for text in texts if text.count("„") != text.count("”")] == []


def test_every_text_is_asked_for():
    built = {part for pair in BUILT.findall(SOURCES) for part in pair if part}
    parameters = set(re.findall(r'"([A-Z_]+)"', SOURCES))
    for key in words.words("en"):
        head, _, rest = key.partition(".")
        named = f'"{key}"' in SOURCES or f"'{key}'" in SOURCES
        of_parameter = head in ("label", "hint", "choice") and rest.split(".")[0] in parameters
        of_algorithm = rest in built and f'"{head}"' in SOURCES
        of_group = head == "group" and f'"{rest}"' in SOURCES
        of_command = head == "command" and f'"{rest}"' in SOURCES
        assert named or of_parameter or of_algorithm or of_group or of_command, key
