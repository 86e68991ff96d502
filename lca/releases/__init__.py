"""A factor release as a file: columns, the safe reader of CSV and XLSX, checks, differences, template."""
