"""QR codes as SVG, drawn in the house: nothing is asked of the network."""

from __future__ import annotations

import qrcode

_BORDER = 4
"""Empty squares around the code, as ISO/IEC 18004 wants them."""


def as_svg(text: str) -> str:
    """Return the QR code of a text, black on white, one unit for each square."""
    code = qrcode.QRCode(border=_BORDER)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}"/></svg>'
    )
