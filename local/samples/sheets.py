"""What stands on the sample pages. The clinic, its staff and its patients do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Look(StrEnum):
    """How a page comes to the scanner, or that it does not."""

    TYPED = "typed letter"
    TABLE = "table"
    FAX = "skewed fax"
    SIDEWAYS = "rotated page"
    DIGITAL = "born-digital page"
    BLANK = "blank page"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its look and its text, top to bottom. A table row's cells stand apart by two spaces or more."""

    look: Look
    lines: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """Every word on the page, in reading order."""
        return " ".join(self.lines).split()


_LETTER: Final = """\
HARBOUR LANE CLINIC
12 Harbour Lane, Port Example

Dear colleague,

Thank you for referring this patient, who came to our clinic
on 4 March with a cough that had lasted for three weeks.

On examination the chest was clear and the temperature was
36.8 degrees. Blood pressure was 124 over 78 and the pulse
was 72 and regular. The x-ray showed no sign of pneumonia.

We recommend rest, plenty of water and a warm scarf. The
inhaler may be stopped after ten days. There is no need for
antibiotics at present.

Please arrange a second visit in four weeks, or earlier if
the cough gets worse.

With kind regards,
The outpatient department
"""

_TABLE: Final = """\
LABORATORY REPORT

Test           Result   Unit     Reference
Haemoglobin    13.9     g/dL     12.0 - 15.5
Leukocytes     6.4      10/nL    4.0 - 10.0
Platelets      251      10/nL    150 - 400
Glucose        92       mg/dL    70 - 100
Creatinine     0.84     mg/dL    0.50 - 1.10
Sodium         140      mmol/L   135 - 145
Potassium      4.2      mmol/L   3.5 - 5.1
Cholesterol    188      mg/dL    below 200

All values lie within the reference range.
"""

_FAX: Final = """\
FAX MESSAGE

To: Harbour Lane Clinic
From: Lighthouse Pharmacy
Pages: 1

The prescription for the inhaler has been filled and
is ready for collection at the counter.

Please confirm the dose by telephone before noon.
The pharmacy is open on weekdays from eight to six.

Thank you for your help.
"""

_SIDEWAYS: Final = """\
DISCHARGE SUMMARY

The patient was admitted for observation after a fall from
a ladder and stayed with us for two nights.

The left wrist was painful and swollen. No fracture was
found. A splint was fitted and should be worn for two weeks.

Walking, eating and sleeping were normal on discharge.
Light work is possible from next Monday.

Follow up with the family doctor is advised within ten days.
"""

_DIGITAL: Final = """\
PHYSIOTHERAPY PLAN

This plan was written on a computer and never printed. Its text can be
taken as it stands, without looking at a picture of the page.

Week one: gentle stretching of the wrist, five minutes, twice a day.
Week two: squeeze a soft ball ten times, three times a day.
Week three: lift a small bottle of water, eight times, once a day.

Stop an exercise when it hurts and tell the therapist about it.
The plan is reviewed after the third week.
"""


def _sheet(look: Look, text: str) -> Sheet:
    return Sheet(look, tuple(text.splitlines()))


SHEETS: Final = (
    _sheet(Look.TYPED, _LETTER),
    _sheet(Look.TABLE, _TABLE),
    _sheet(Look.FAX, _FAX),
    _sheet(Look.SIDEWAYS, _SIDEWAYS),
    _sheet(Look.DIGITAL, _DIGITAL),
    _sheet(Look.BLANK, ""),
)
"""The pages of the sample scan, in order."""
