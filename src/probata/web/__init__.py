"""The workbench: screens over the rooms' services and selectors. Holds no rule of the trade."""
