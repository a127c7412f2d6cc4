"""The list of tables, for Django only; everybody else imports them from their own room."""

from performance.goals.models import Attachment, Goal, GoalLine, Revision, Unsaved
from performance.library.models import (
    Category,
    Frame,
    Indicator,
    IndicatorRequest,
    Listing,
    RuleLevel,
    Year,
)
from performance.library.review_form import RemarkKind, ReviewGrade, ReviewPoint, ReviewStep
from performance.notices.models import Notice
from performance.people.models import Membership, Unit, User
from performance.review.models import Event, Look, Remark, Waiver
from performance.sheets.models import Upload

__all__ = [
    "Attachment",
    "Category",
    "Event",
    "Frame",
    "Goal",
    "GoalLine",
    "Indicator",
    "IndicatorRequest",
    "Listing",
    "Look",
    "Membership",
    "Notice",
    "Remark",
    "RemarkKind",
    "ReviewGrade",
    "ReviewPoint",
    "ReviewStep",
    "Revision",
    "RuleLevel",
    "Unit",
    "Unsaved",
    "Upload",
    "User",
    "Waiver",
    "Year",
]
