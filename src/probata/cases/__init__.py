"""Incidents, cases, procedures, elements of crimes, open questions."""
