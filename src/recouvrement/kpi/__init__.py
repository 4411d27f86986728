"""Measures of receivables, each with the certificate of how it was computed."""

from recouvrement.kpi.balances import ageing, outstanding, overdue_rate
from recouvrement.kpi.collection import collection_effectiveness
from recouvrement.kpi.count_back import dso_count_back
from recouvrement.kpi.days_sales import average_days_delinquent, dso, dso_best_possible
from recouvrement.kpi.measure import Bucket, Exclusion, Measure, Month, Tally
from recouvrement.kpi.perimeter import Perimeter

__all__ = [
    "Bucket",
    "Exclusion",
    "Measure",
    "Month",
    "Perimeter",
    "Tally",
    "ageing",
    "average_days_delinquent",
    "collection_effectiveness",
    "dso",
    "dso_best_possible",
    "dso_count_back",
    "outstanding",
    "overdue_rate",
]
