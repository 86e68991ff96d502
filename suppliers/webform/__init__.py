"""A request answered on the site: the workbook's schema as a form in steps, for those who would rather not fill a file.

There is no second schema and no second rule. A draft holds the workbook's rows; the form shows them, the workbook's own
checks judge them, and handing in makes the workbook of them, which goes the way of every upload.
"""
