"""Words and vectors together at stress size, beside an assembled rival: `python -m bench hybrid`."""
