"""Incident reports: a war-diary row becomes an Incident."""

from reftel.incident.reading import read_incident
from reftel.incident.records import Casualties, Incident

__all__ = ["Casualties", "Incident", "read_incident"]
