"""Measures of receivables, each with the certificate of how it was computed."""

from recouvrement.kpi.ages import ageing, average_age
from recouvrement.kpi.balances import concentration, outstanding, overdue_rate
from recouvrement.kpi.collection import collection_effectiveness
from recouvrement.kpi.count_back import dso_count_back
from recouvrement.kpi.days_sales import average_days_delinquent, dso, dso_best_possible
from recouvrement.kpi.measure import Bucket, Exclusion, Measure, Month, Roll, Tally
from recouvrement.kpi.perimeter import Perimeter
from recouvrement.kpi.surveys import Series, Survey, series, survey

__all__ = [
    "Bucket",
    "Exclusion",
    "Measure",
    "Month",
    "Perimeter",
    "Roll",
    "Series",
    "Survey",
    "Tally",
    "ageing",
    "average_age",
    "average_days_delinquent",
    "collection_effectiveness",
    "concentration",
    "dso",
    "dso_best_possible",
    "dso_count_back",
    "outstanding",
    "overdue_rate",
    "series",
    "survey",
]
