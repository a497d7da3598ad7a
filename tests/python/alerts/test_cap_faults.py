# SPDX-License-Identifier: Apache-2.0
"""Files that are no alerts, or have faults: refused by name, all faults of a file at once."""

import os

import pytest

import sheltermap as sm
from alert_text import TOWN, alert, circle, info, polygon, write

BOMB = """<!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>"""
OUTSIDE = '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def faults(folder, text, **options) -> list[str]:
    path = write(folder, text, **options)
    with pytest.raises(sm.AlertError) as caught:
        sm.read_alert(path)
    assert str(caught.value).startswith(str(path))
    return caught.value.faults


@pytest.mark.parametrize(
    "head", [BOMB, OUTSIDE, "<!DOCTYPE alert>", '<!DOCTYPE alert SYSTEM "https://example.invalid/cap.dtd">']
)
def test_a_document_type_or_entities_are_refused(tmp_path, head):
    (told,) = faults(tmp_path, alert(head=head))
    assert "declares a type or entities" in told


def test_an_entity_that_is_used_is_refused_before_it_grows(tmp_path):
    (told,) = faults(tmp_path, alert(info(event="&d;"), head=BOMB))
    assert "declares a type or entities" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (alert(namespace="urn:oasis:names:tc:emergency:cap:1.1"), "is CAP 1.1; CAP 1.2 is wanted"),
        (alert(namespace="http://www.incident.com/cap/1.0"), 'of the namespace "http://www.incident.com/cap/1.0"'),
        (
            alert().replace(' xmlns="urn:oasis:names:tc:emergency:cap:1.2"', ""),
            "begins with <alert> without a namespace",
        ),
        ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "is a feed, a list of alerts"),
        ("<rss/>", "is a feed, a list of alerts"),
        ("<html/>", "begins with <html>"),
        ("no XML", "is damaged: its XML cannot be read"),
        (alert()[:-3], "is damaged: its XML cannot be read"),
        ('<?xml version="1.0" encoding="x-nobody"?><alert/>', "says an encoding that cannot be read"),
    ],
)
def test_what_is_no_alert_of_cap_1_2_is_refused(tmp_path, text, said):
    (told,) = faults(tmp_path, text)
    assert said in told


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        (polygon("56.94,24.09 56.94,24.2 56.96,204.2 56.94,24.09"), 'the longitude of "56.96,204.2" is beyond 180°'),
        (polygon("120.1,56.94 120.2,56.94 120.2,57 120.1,56.94"), "it seems to be written longitude,latitude"),
        (polygon("91,200 91,201 92,201 91,200"), 'the latitude of "91,200" is beyond 90°; CAP writes latitude,long'),
        (polygon("56.94,24.09 56.94,24.2 56.96,24.2 56.96,24.09"), 'begins at "56.94,24.09" and ends at "56.96,24.09"'),
        (polygon("56.94,24.09 56.94,24.2 56.94,24.09"), "has 3 coordinate pairs; a polygon has at least 4"),
        (polygon("56.94;24.09 a,b 1,2,3"), '"56.94;24.09" is no coordinate pair, nor are 2 more'),
        (polygon("nan,24 inf,24 1_0,24 nan,24"), "is no coordinate pair, nor are 3 more"),
        (polygon("56,24 56,25 56,26 56,24"), "encloses nothing"),
        (polygon("80,0 80,120 80,-120 80,0"), "goes round a pole"),
        (circle("56.95,24.1 -1"), "the radius is negative: -1 km"),
        (circle("56.95,24.1"), "is no circle: write latitude,longitude, a space and the kilometres"),
        (circle("56.95,24.1 near"), 'the radius "near" is not a number of kilometres'),
        (circle("56.95,24.1 nan"), 'the radius "nan" is not a number of kilometres'),
        (circle("56.95,24.1 1000.5"), "up to 1,000 km are read"),
        (circle("124.1,56.9 5"), "it seems to be written longitude,latitude"),
    ],
)  # fmt: skip
def test_a_shape_that_is_none_is_refused_with_its_place(tmp_path, areas, said):
    told = faults(tmp_path, alert(info(areas)))
    assert any(said in each for each in told)
    assert all(each.startswith("info[1].area[1].") for each in told)


@pytest.mark.parametrize(
    ("given", "instead", "said"),
    [
        ("<status>Actual", "<status>Real", 'status: unknown value "Real"; allowed: Actual, Draft, Exercise, '),
        ("<status>Actual", "<status>actual", 'did you mean "Actual"?'),
        ("<msgType>Alert", "<msgType>Warning", "msgType: unknown value"),
        ("<scope>Public</scope>", "", "scope: is missing"),
        ("<identifier>A1</identifier>", "<identifier> </identifier>", "identifier: is empty"),
        ("<sender>", "<sender>x</sender><sender>", "sender: stands 2 times; once is allowed"),
        ("06:00:00+02:00</sent>", "06:00:00</sent>", "sent: \"2026-03-01T06:00:00\" is no time with its zone"),
        ("2026-03-02T06:00:00+02:00</expires>", "tomorrow</expires>", 'info[1].expires: "tomorrow" is no time'),
        ("2026-03-02T06:00:00+02:00</expires>", "2026-02-30T06:00:00Z</expires>", "info[1].expires"),
        ("<severity>Severe", "<severity>Major", "info[1].severity: unknown value"),
        ("<certainty>Likely</certainty>", "", "info[1].certainty: is missing"),
        ("<urgency>Expected", "<urgency>Soon", "info[1].urgency: unknown value"),
        ("<category>Met</category>", "", "info[1].category: is missing"),
        ("<event>Flood</event>", "<event/>", "info[1].event: is empty"),
        ("<areaDesc>Town</areaDesc>", "", "info[1].area[1].areaDesc: is missing"),
        ("</area>", "<ceiling>high</ceiling></area>", 'info[1].area[1].ceiling: "high" is not a number'),
        ("</scope>", "</scope><references>me</references>", 'references: "me" is not sender,identifier,sent'),
    ],
)  # fmt: skip
def test_an_element_that_is_wrong_is_named(tmp_path, given, instead, said):
    text = alert()
    assert given in text
    (told,) = faults(tmp_path, text.replace(given, instead))
    assert said in told


def test_all_faults_of_a_file_are_listed_at_once(tmp_path):
    wrong = polygon("56.94,24.09 56.94,24.2 56.96,24.2") + circle("56.95,24.1 -1")
    text = alert(info(wrong, severity="Bad"), status="Perhaps", sent="2026-03-01")
    told = faults(tmp_path, text)
    assert [each.split(":")[0] for each in told] == [
        "sent",
        "status",
        "info[1].severity",
        "info[1].area[1].polygon[1]",
        "info[1].area[1].polygon[1]",
        "info[1].area[2].circle[1]",
    ]


def test_a_warning_without_texts_and_a_cancel_without_references_are_refused(tmp_path):
    bare = alert().replace(info(), "")
    assert "info: is missing: this Alert says nothing" in faults(tmp_path, bare)[0]
    assert "this Cancel does not say what it cancels" in faults(tmp_path, bare.replace("Alert</msg", "Cancel</msg"))[0]


def test_what_is_no_file_is_refused_and_what_is_too_large(tmp_path, monkeypatch):
    with pytest.raises(sm.ReadError, match="cannot be read: No such file"):
        sm.read_alert(tmp_path / "none.xml")
    with pytest.raises(sm.ReadError, match="it is a folder"):
        sm.read_alert(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(sm.ReadError, match="device or a pipe"):
        sm.read_alert(tmp_path / "pipe")
    path = write(tmp_path, alert() + " " * 16_000_000)
    with pytest.raises(sm.ReadError, match="more than 16,000,000 bytes"):
        sm.read_alert(path)


def test_deep_nesting_does_no_harm(tmp_path):
    deep = "<x>" * 100_000 + "</x>" * 100_000
    assert sm.read_alert(write(tmp_path, alert().replace("</info>", f"{deep}</info>"))).infos[0].event == "Flood"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-13"])
def test_a_mark_of_its_bytes_and_other_encodings_are_read(tmp_path, encoding):
    text = alert(info(event="Plūdi")).replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    path = tmp_path / "alert.xml"
    path.write_bytes(text.encode(encoding))
    assert sm.read_alert(path).infos[0].event == "Plūdi"


def test_what_is_odd_is_read_and_noted(tmp_path):
    areas = polygon("56.94,24.09 56.96,24.2 56.94,24.2 56.96,24.09 56.94,24.09") + polygon("")
    said = info(areas, awareness_level="9; purple; Bad", awareness_type="wind").replace(
        "<expires>2026-03-02T06:00:00+02:00</expires>", ""
    )
    alerts = sm.read_alert(write(tmp_path, alert(said)))
    assert [each.split(":")[0] for each in alerts.notes] == [
        "info[1].parameter",
        "info[1].parameter",
        "info[1].expires",
        "info[1].area[1].polygon[1]",
        "info[1].area[2].polygon[1]",
    ]
    assert alerts.infos[0].colour == "orange"  # of the severity, as the level is none
    assert alerts.infos[0].awareness_type is None


def test_spaces_after_commas_and_lines_between_pairs_are_read(tmp_path):
    loose = "\n " + TOWN.replace(",", ", ").replace(" 56", "\n56") + "\n"
    found = sm.read_alert(write(tmp_path, alert(info(polygon(loose)))))
    assert found.infos[0].areas[0].polygons[0].bounds == (24.09, 56.94, 24.2, 56.96)


def test_very_likely_of_cap_1_0_is_likely(tmp_path):
    text = alert().replace("<certainty>Likely", "<certainty>Very Likely")
    assert sm.read_alert(write(tmp_path, text)).infos[0].certainty == "Likely"
