"""Tables in files: delimited text and spreadsheets, read row by row and never held whole."""
