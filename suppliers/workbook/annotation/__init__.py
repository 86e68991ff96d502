"""Marks in a user's own workbook, written into its parts: what is not touched comes out byte for byte as it went in.

No part is built into objects: sheets are copied row by row, and only rows with a mark are taken apart. So a book of
fifty thousand rows takes no more memory than one of five, and pictures, charts, drop-downs, conditional formats and
whatever else an office keeps beside its cells stay.
"""
