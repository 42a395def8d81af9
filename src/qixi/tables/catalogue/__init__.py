"""The catalogue of what can be wrong with people's files: reason and remedy in both languages."""

from collections.abc import Mapping

from qixi.core import Text
from qixi.tables.catalogue.files import FILE_FAULTS
from qixi.tables.catalogue.outputs import OUTPUT_FAULTS
from qixi.tables.catalogue.rows import ROW_FAULTS
from qixi.tables.catalogue.warnings import WARNINGS

__all__ = ["CATALOGUE", "FILE_FAULTS", "OUTPUT_FAULTS", "ROW_FAULTS", "WARNINGS"]

CATALOGUE: Mapping[str, tuple[Text, Text]] = {**FILE_FAULTS, **ROW_FAULTS, **WARNINGS, **OUTPUT_FAULTS}
