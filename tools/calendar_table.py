"""Write the table of public holidays and worked weekends from the library `holidays` (MIT).

    python tools/calendar_table.py 2020 2028 --confirmed 2026 > src/qixi/policy/data/calendar.csv

Years after `--confirmed` have no notice of the State Council in that library yet: they stand as forecasts.
"""

from __future__ import annotations

import argparse
import csv
import sys

import holidays


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--confirmed", type=int, required=True, help="last year with a notice")
    given = parser.parse_args()
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["day", "worked", "confirmed"])
    for year in range(given.first, given.last + 1):
        china = holidays.China(years=year)
        days = [(day, 0) for day in china] + [(day, 1) for day in china.weekend_workdays if day.year == year]
        for day, worked in sorted(days):
            if worked or day.weekday() < 5:
                table.writerow([day.isoformat(), worked, int(year <= given.confirmed)])


if __name__ == "__main__":
    main()
