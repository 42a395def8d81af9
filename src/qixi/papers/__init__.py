"""Papers: what is handed to people as PDF, DOCX or XLSX, and a bundle for programs. Pure."""

from qixi.papers.bundle import bundle
from qixi.papers.cards import Card, as_cards
from qixi.papers.document import Document, Entry, Section
from qixi.papers.docx import as_docx
from qixi.papers.pdf import as_pdf
from qixi.papers.qr import as_svg
from qixi.papers.template import fill

__all__ = [
    "Card",
    "Document",
    "Entry",
    "Section",
    "as_cards",
    "as_docx",
    "as_pdf",
    "as_svg",
    "bundle",
    "fill",
]
