"""Papers: what is handed to people as PDF, DOCX or XLSX, and a bundle for programs. Pure."""

from qixi.papers.bundle import bundle
from qixi.papers.document import Document, Entry, Section
from qixi.papers.docx import as_docx
from qixi.papers.pdf import as_pdf
from qixi.papers.template import fill

__all__ = ["Document", "Entry", "Section", "as_docx", "as_pdf", "bundle", "fill"]
