# SPDX-License-Identifier: Apache-2.0
"""Alerts of CAP 1.2 as text, for tests that need one with something in particular."""

from pathlib import Path

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SENT, EXPIRES = "2026-03-01T06:00:00+02:00", "2026-03-02T06:00:00+02:00"
AT = "2026-03-01T12:00:00+02:00"  # between the two
# Round the first, second and fourth home of the small town, and its first shelter.
TOWN = "56.94,24.09 56.94,24.2 56.96,24.2 56.96,24.09 56.94,24.09"


def polygon(pairs: str = TOWN, name: str = "Town") -> str:
    return f"<area><areaDesc>{name}</areaDesc><polygon>{pairs}</polygon></area>"


def circle(text: str, name: str = "Town") -> str:
    return f"<area><areaDesc>{name}</areaDesc><circle>{text}</circle></area>"


def coded(*codes: str, scheme: str = "EMMA_ID", name: str = "Town") -> str:
    told = "".join(f"<geocode><valueName>{scheme}</valueName><value>{each}</value></geocode>" for each in codes)
    return f"<area><areaDesc>{name}</areaDesc>{told}</area>"


def info(
    areas: str | None = None,
    *,
    language: str = "en",
    event: str = "Flood",
    severity: str = "Severe",
    expires: str = EXPIRES,
    response: str = "Monitor",
    **parameters: str,
) -> str:
    told = "".join(
        f"<parameter><valueName>{name}</valueName><value>{value}</value></parameter>"
        for name, value in parameters.items()
    )
    return (
        f"<info><language>{language}</language><category>Met</category><event>{event}</event>"
        f"<responseType>{response}</responseType><urgency>Expected</urgency><severity>{severity}</severity>"
        f"<certainty>Likely</certainty><expires>{expires}</expires><headline>{event}!</headline>{told}"
        f"{polygon() if areas is None else areas}</info>"
    )


def alert(
    *infos: str,
    identifier: str = "A1",
    sender: str = "met@example.org",
    sent: str = SENT,
    status: str = "Actual",
    kind: str = "Alert",
    references: str = "",
    namespace: str = NAMESPACE,
    head: str = "",
) -> str:
    told = f"<references>{references}</references>" if references else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<alert xmlns="{namespace}"><identifier>{identifier}</identifier>'
        f"<sender>{sender}</sender><sent>{sent}</sent><status>{status}</status><msgType>{kind}</msgType>"
        f"<scope>Public</scope>{told}{''.join(infos or (info(),))}</alert>"
    )


def write(folder: Path, text: str, name: str = "alert.xml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
