"""The list of tables, for Django only; everybody else imports them from their own room."""

from performance.goals.models import Goal, GoalLine, Revision
from performance.library.models import Category, Frame, Indicator, Listing, RuleLevel, Year
from performance.people.models import Membership, Unit, User
from performance.review.models import Event
from performance.sheets.models import Upload

__all__ = [
    "Category",
    "Event",
    "Frame",
    "Goal",
    "GoalLine",
    "Indicator",
    "Listing",
    "Membership",
    "Revision",
    "RuleLevel",
    "Unit",
    "Upload",
    "User",
    "Year",
]
