"""Who comes in at the workbench, as whom, and what they may know of."""
