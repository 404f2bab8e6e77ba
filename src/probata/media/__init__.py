"""Safe decoding: what a file is, when each picture of it is shown, exact stills, one pass for all who look.

Nothing here decodes in the caller's process: `probata.media.jailed` runs in a cell of `probata.engines.sandbox`, and is
never imported outside it.
"""
