"""Reads a calendar or a workbook with libraries that have nothing of Parley's, and says in JSON what is in it.

    read.py calendar FILE.ics      with the library icalendar
    read.py workbook FILE.xlsx     with the library openpyxl
"""

import json
import sys


def said(value):
    return value if value is None else value.isoformat()


def calendar(path):
    from icalendar import Calendar

    with open(path, "rb") as f:
        top = Calendar.from_ical(f.read())
    events = []
    for e in top.walk("VEVENT"):
        events.append({
            "UID": str(e["UID"]),
            "Stamp": said(e["DTSTAMP"].dt),
            "Start": said(e["DTSTART"].dt),
            "End": said(e["DTEND"].dt) if "DTEND" in e else None,
            "Sequence": int(e["SEQUENCE"]),
            "Title": str(e["SUMMARY"]),
            "Text": str(e.get("DESCRIPTION", "")),
            "Place": str(e.get("LOCATION", "")),
            "URL": str(e.get("URL", "")),
            "Kind": e["CATEGORIES"].to_ical().decode().replace("\\", "") if "CATEGORIES" in e else "",
            "Status": str(e.get("STATUS", "")),
            "Transparency": str(e["TRANSP"]),
        })
    return {"Title": str(top["NAME"]), "Method": str(top["METHOD"]), "Events": events,
            "Parts": [c.name for c in top.subcomponents], "Errors": [str(x) for c in top.walk() for x in c.errors]}


def workbook(path):
    from openpyxl import load_workbook

    book = load_workbook(path)
    sheets = []
    for sheet in book.worksheets:
        rows = []
        for row in sheet.iter_rows():
            rows.append([{"Type": cell.data_type, "Value": said(cell.value) if cell.is_date else cell.value, "Format": cell.number_format}
                         for cell in row])
        sheets.append({"Name": sheet.title, "Rows": rows, "Frozen": sheet.freeze_panes, "Filter": sheet.auto_filter.ref,
                       "Repeated": sheet.print_title_rows, "Printed": list(sheet.print_area or []), "Orientation": sheet.page_setup.orientation,
                       "Width": sheet.page_setup.fitToWidth if sheet.sheet_properties.pageSetUpPr.fitToPage else None})
    p = book.properties
    return {"Title": p.title, "Author": p.creator, "Made": said(p.created), "Sheets": sheets}


if __name__ == "__main__":
    what = {"calendar": calendar, "workbook": workbook}[sys.argv[1]]
    json.dump(what(sys.argv[2]), sys.stdout)
