# SPDX-License-Identifier: Apache-2.0
"""What holds of several alerts: updates, cancels, all clears, tests, expiry, texts in several languages."""

from itertools import permutations

import pytest

import sheltermap as sm
from alert_text import AT, EXPIRES, alert, circle, coded, info, polygon, write
from sheltermap.alerts.in_force import in_force
from sheltermap.base.dates import instant_in

NOW = instant_in(AT)
LATER, LAST = "2026-03-01T07:00:00+02:00", "2026-03-01T08:00:00+02:00"
OF_A1, OF_A2 = "met@example.org,A1,2026-03-01T06:00:00+02:00", f"met@example.org,A2,{LATER}"
FIRST = alert()
UPDATE = alert(identifier="A2", kind="Update", sent=LATER, references=OF_A1)
CANCEL = alert(identifier="A3", kind="Cancel", sent=LAST, references=f"{OF_A1} {OF_A2}")


def holding(folder, *texts, at=NOW):
    read = [sm.read_alert(write(folder, text, f"{number}.xml")) for number, text in enumerate(texts)]
    return in_force(read, at)


def names(parts):
    return [each.alert.identifier for each in parts]


def test_an_update_takes_the_place_of_what_it_refers_to_in_any_order(tmp_path):
    for texts in permutations([FIRST, UPDATE]):
        found = holding(tmp_path, *texts)
        assert names(found.parts) == ["A2"] and found.notes == ["A1 was replaced by A2."]


def test_a_cancel_ends_them_and_warns_nobody(tmp_path):
    for texts in permutations([FIRST, UPDATE, CANCEL]):
        found = holding(tmp_path, *texts)
        assert found.parts == () and names_of(found.cancelling) == ["A3"]
    assert "A2 was cancelled by A3." in found.notes


def names_of(alerts):
    return [each.identifier for each in alerts]


def test_a_cancel_of_the_update_alone_does_not_bring_the_first_back(tmp_path):
    only = alert(identifier="A3", kind="Cancel", sent=LAST, references=OF_A2)
    assert holding(tmp_path, FIRST, UPDATE, only).parts == ()


def test_a_cancel_without_what_it_cancels_says_so(tmp_path):
    found = holding(tmp_path, CANCEL)
    assert found.parts == () and found.notes == ["A3 speaks of earlier messages that were not given: A1, A2."]


def test_a_cancel_of_another_message_leaves_one_in_force(tmp_path):
    other = alert(identifier="A3", kind="Cancel", sent=LAST, references="met@example.org,B1,2026-03-01T06:00:00+02:00")
    assert names(holding(tmp_path, FIRST, other).parts) == ["A1"]


def test_a_reference_counts_by_sender_or_time_beside_the_identifier(tmp_path):
    by_time = alert(identifier="A2", kind="Update", sent=LATER, references="met,A1,2026-03-01T04:00:00Z")
    assert names(holding(tmp_path, FIRST, by_time).parts) == ["A2"]
    by_neither = alert(identifier="A2", kind="Update", sent=LATER, references="met,A1,2026-03-01T05:00:00Z")
    assert names(holding(tmp_path, FIRST, by_neither).parts) == ["A1", "A2"]


def test_an_earlier_message_replaces_no_later_one(tmp_path):
    early = alert(identifier="A0", kind="Cancel", sent="2026-03-01T05:00:00+02:00", references=OF_A1)
    assert names(holding(tmp_path, FIRST, early).parts) == ["A1"]


@pytest.mark.parametrize("status", ["Test", "Exercise", "Draft", "System"])
def test_what_is_not_meant_never_stands_beside_what_is(tmp_path, status):
    cancel = alert(identifier="A3", kind="Cancel", sent=LAST, references=OF_A1, status=status)
    with pytest.raises(sm.AlertError, match=f"Actual, 1.xml is {status}"):
        holding(tmp_path, FIRST, cancel)
    assert holding(tmp_path, alert(status=status)).status == status


def test_an_alert_that_expired_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(sm.AlertError, match=r"expired at 2026-03-02 06:00:00\+02:00, and it is .*--at"):
        holding(tmp_path, FIRST, at=instant_in(EXPIRES))
    assert names(holding(tmp_path, FIRST, at=instant_in("2026-03-02T05:59:59+02:00")).parts) == ["A1"]


def test_of_two_events_the_one_that_expired_is_left_out_and_named(tmp_path):
    both = alert(info(), info(event="Wind", expires="2026-03-01T10:00:00+02:00"))
    found = holding(tmp_path, both)
    assert [each.info.event for each in found.parts] == ["Flood"]
    assert found.notes[0].startswith("Wind (A1) expired at 2026-03-01 10:00:00")


def test_an_alert_without_an_end_holds(tmp_path):
    endless = alert(info().replace(f"<expires>{EXPIRES}</expires>", ""))
    assert names(holding(tmp_path, endless, at=instant_in("2030-01-01T00:00:00Z")).parts) == ["A1"]


def test_all_clear_warns_nobody(tmp_path):
    clear = alert(info(response="AllClear"), identifier="A2", kind="Update", sent=LATER, references=OF_A1)
    found = holding(tmp_path, FIRST, clear)
    assert found.parts == () and names(found.ended) == ["A2"]


def test_answers_between_systems_are_no_warnings(tmp_path):
    answer = alert(identifier="A2", kind="Ack", sent=LATER, references=OF_A1)
    found = holding(tmp_path, FIRST, answer)
    assert names(found.parts) == ["A1"] and found.notes == ["A2 is no warning (Ack) and was left out."]


def test_the_same_message_twice_counts_once(tmp_path):
    found = holding(tmp_path, FIRST, FIRST)
    assert names(found.parts) == ["A1"] and found.notes == ["A1 was given twice and counts once."]


def test_languages_of_one_event_are_one_part_and_each_is_found(tmp_path):
    found = holding(tmp_path, alert(info(language="lv-LV", event="Plūdi"), info(language="en-GB"), info(language="ru")))
    (part,) = found.parts
    assert [part.said(lang).event for lang in ("lv", "en", "fi")] == ["Plūdi", "Flood", "Flood"]


def test_two_events_with_the_same_areas_and_times_are_two(tmp_path):
    texts = [info(language=lang, event=event) for event in ("Flood", "Wind") for lang in ("lv", "en")]
    found = holding(tmp_path, alert(*texts))
    assert [[each.event for each in part.infos] for part in found.parts] == [["Flood"] * 2, ["Wind"] * 2]


@pytest.mark.parametrize(
    "other",
    [
        {"severity": "Extreme"},
        {"expires": "2026-03-03T06:00:00+02:00"},
        {"areas": polygon("56,24 56,25 57,25 56,24")},
        {"areas": circle("56,24 5")},
        {"areas": coded("LV003")},
        {"awareness_level": "2; yellow; Moderate"},
    ],
)
def test_texts_of_other_times_colours_or_areas_are_another_event(tmp_path, other):
    assert len(holding(tmp_path, alert(info(language="lv"), info(language="en", **other))).parts) == 2


def test_nothing_at_all_is_an_error():
    with pytest.raises(ValueError, match="name at least one alert"):
        in_force([], NOW)
