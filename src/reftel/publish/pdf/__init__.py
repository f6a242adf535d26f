"""PDF: one record, a selection or a collection, set like an edition. The compiler is an extra, `reftel[pdf]`."""

from reftel.publish.pdf.edition import VOLUME, Paper, Style, Volume, pdf_of, printed, volumes

__all__ = ["VOLUME", "Paper", "Style", "Volume", "pdf_of", "printed", "volumes"]
