"""What is known of cases and of what belongs to them: read, never written."""

from qixi.casework.queries.cases import (
    Choice,
    View,
    case_of,
    desk,
    known_to,
    mine,
    next_number,
    procedure_of,
    row_of,
    setting_of,
    standings_in,
    subject_of,
    time_is_up,
    view,
    visible_to,
)

__all__ = [
    "Choice",
    "View",
    "case_of",
    "desk",
    "known_to",
    "mine",
    "next_number",
    "procedure_of",
    "row_of",
    "setting_of",
    "standings_in",
    "subject_of",
    "time_is_up",
    "view",
    "visible_to",
]
