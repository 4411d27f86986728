"""The worklist of a day: to whom, about what, by whom, in which order, within which time."""

from recouvrement.agenda.day import Agenda, Load
from recouvrement.agenda.gathering import PolicyTable, agenda_of
from recouvrement.agenda.line import Duty, Line

__all__ = ["Agenda", "Duty", "Line", "Load", "PolicyTable", "agenda_of"]
