"""The trustees' page: one HTML file that makes keys and opens lists in a browser, offline."""
