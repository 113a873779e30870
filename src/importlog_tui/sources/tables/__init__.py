"""Tables in files, whatever they hold: delimited text and spreadsheets, their headings found, their sizes never believed."""
