"""Notes of an answer: in the language of the report, in both."""

from sheltermap.base import texts
from sheltermap.base.texts import Note, words_of_note


def test_a_note_is_its_english_text_and_knows_the_others():
    note = Note.of("site_fewer_suffice", count="2", p="3")
    assert note == "2 of p = 3 suffice: a further one adds nothing"
    assert words_of_note(note) == texts.both("site_fewer_suffice", count="2", p="3")
    assert words_of_note(note)["lv"].startswith("pietiek ar 2 no p = 3")


def test_a_note_that_is_not_among_the_texts_is_the_same_in_all():
    assert words_of_note("as it is") == dict.fromkeys(texts.LANGUAGES, "as it is")
