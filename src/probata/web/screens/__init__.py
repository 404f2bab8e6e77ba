"""Screens of the workbench: each asks selectors and services, and shows what they say."""
