"""The worklist of a day: to whom, about what, by whom, in which order, within which time."""

from recouvrement.agenda.day import Agenda, Load
from recouvrement.agenda.gathering import ChoosesPolicy, agenda_of
from recouvrement.agenda.line import Duty, Line

__all__ = ["Agenda", "ChoosesPolicy", "Duty", "Line", "Load", "agenda_of"]
