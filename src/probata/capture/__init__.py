"""How things come in: files and folders today; every way in is a plug-in of one file in `sources/`."""
