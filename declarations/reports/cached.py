"""Formulas with the values that they give.

A workbook keeps beside each formula the value that a program calculated last. openpyxl writes none, and whoever reads
the file without calculating (a preview, a script) finds empty cells. Here they are written in.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# Of a fixed moment, so that the same content gives the same bytes.
WRITTEN = (1980, 1, 1, 0, 0, 0)

Values = Mapping[str, float]  # by reference of the cell, such as B7


def with_cached_values(book: bytes, values: Mapping[int, Values]) -> bytes:
    """The workbook with ``values`` beside its formulas; keys are the numbers of sheets from 1, as openpyxl counts them.

    Raises KeyError for a formula without a value: a cell that looks empty to some readers must not slip through.
    """
    ElementTree.register_namespace("", MAIN)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                number = int(item.filename.removeprefix("xl/worksheets/sheet").removesuffix(".xml"))
                data = _filled(data, values.get(number, {}))
            new.writestr(zipfile.ZipInfo(item.filename, WRITTEN), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _filled(sheet: bytes, values: Values) -> bytes:
    root = ElementTree.fromstring(sheet)  # noqa: S314 - what openpyxl has just written
    found = False
    for cell in root.iter(f"{{{MAIN}}}c"):
        if cell.find(f"{{{MAIN}}}f") is None:
            continue
        found = True
        value = cell.find(f"{{{MAIN}}}v")
        if value is None:
            value = ElementTree.SubElement(cell, f"{{{MAIN}}}v")
        value.text = repr(float(values[cell.attrib["r"]]))
    if not found:
        return sheet
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
