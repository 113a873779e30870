"""Pages and running text: tags become lines of cells, and one interpreter reads the lines by their meaning."""
