"""Bytes that come in and go out: footage, stills, sound, originals, uploads; kept warm while it is asked for."""
