"""Measures of receivables, each with the certificate of how it was computed."""

from recouvrement.kpi.ages import ageing, average_age
from recouvrement.kpi.backtesting import Backtest, BacktestWeek, backtest
from recouvrement.kpi.balances import concentration, outstanding, overdue_rate
from recouvrement.kpi.collection import collection_effectiveness
from recouvrement.kpi.contacts import contact_answer_rate
from recouvrement.kpi.count_back import dso_count_back
from recouvrement.kpi.days_sales import average_days_delinquent, dso, dso_best_possible
from recouvrement.kpi.delays import (
    days_beyond_terms,
    days_to_pay,
    weighted_days_late,
    weighted_days_to_pay,
)
from recouvrement.kpi.doubtful_debts import (
    ReceivableProvision,
    ReceivableProvisions,
    provision_per_receivable,
)
from recouvrement.kpi.expectations import ForecastItem
from recouvrement.kpi.expected_cash import CashGround
from recouvrement.kpi.financing import cost_of_delay
from recouvrement.kpi.forecasting import Forecast, ForecastWeek, cash_forecast
from recouvrement.kpi.limits import Exposure, ExposureLine, exposure
from recouvrement.kpi.losses import irrecoverable_share, unpaid_rate
from recouvrement.kpi.measure import Bucket, Exclusion, Measure, Month, Roll, Tally
from recouvrement.kpi.perimeter import Perimeter
from recouvrement.kpi.provisions import (
    FlowRate,
    ProvisionLine,
    ProvisionMatrix,
    provision_matrix,
)
from recouvrement.kpi.punctuality import PlannedAction, actions_on_time
from recouvrement.kpi.quarrels import dispute_rate, dispute_resolution_time, open_disputes
from recouvrement.kpi.recovery import recovery_rate
from recouvrement.kpi.rolling import dso_rolling, turnover
from recouvrement.kpi.rolls import roll_rates
from recouvrement.kpi.scores import ScoreMeasure, score
from recouvrement.kpi.surveys import Series, Survey, series, survey
from recouvrement.kpi.true_days import dso_true
from recouvrement.kpi.undertakings import promise_kept_ratio

__all__ = [
    "Backtest",
    "BacktestWeek",
    "Bucket",
    "CashGround",
    "Exclusion",
    "Exposure",
    "ExposureLine",
    "FlowRate",
    "Forecast",
    "ForecastItem",
    "ForecastWeek",
    "Measure",
    "Month",
    "Perimeter",
    "PlannedAction",
    "ProvisionLine",
    "ProvisionMatrix",
    "ReceivableProvision",
    "ReceivableProvisions",
    "Roll",
    "ScoreMeasure",
    "Series",
    "Survey",
    "Tally",
    "actions_on_time",
    "ageing",
    "average_age",
    "average_days_delinquent",
    "backtest",
    "cash_forecast",
    "collection_effectiveness",
    "concentration",
    "contact_answer_rate",
    "cost_of_delay",
    "days_beyond_terms",
    "days_to_pay",
    "dispute_rate",
    "dispute_resolution_time",
    "dso",
    "dso_best_possible",
    "dso_count_back",
    "dso_rolling",
    "dso_true",
    "exposure",
    "irrecoverable_share",
    "open_disputes",
    "outstanding",
    "overdue_rate",
    "promise_kept_ratio",
    "provision_matrix",
    "provision_per_receivable",
    "recovery_rate",
    "roll_rates",
    "score",
    "series",
    "survey",
    "turnover",
    "unpaid_rate",
    "weighted_days_late",
    "weighted_days_to_pay",
]
