"""Rules as data: dated parameters with their sources, and the calendar of working days. Pure."""

from qixi.policy.calendars import default_calendar, read_calendar
from qixi.policy.files import default_parameters, read_parameters
from qixi.policy.parameters import Parameter, Parameters, Rules

__all__ = [
    "Parameter",
    "Parameters",
    "Rules",
    "default_calendar",
    "default_parameters",
    "read_calendar",
    "read_parameters",
]
