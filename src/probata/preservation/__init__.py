"""Items: evidentiary originals as they came, renditions with their recipe, fixity."""
