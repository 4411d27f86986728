"""The whole spine under an audit hook: nothing is opened but the package's own data."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources

# A hook can never be removed, so the spine runs in a process of its own. It runs once before the
# hook is set: Python reads the modules that its own library imports late (the parser of dates).
SPINE = '''
import json, sys
from datetime import date
from recouvrement import (
    Account, Debtor, Dispute, Interaction, Invoice, Money, Payment, Promise, decide, digest, kpi,
    position_of, preset,
)
from recouvrement.interop import fec, records

FEC = """JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|\\
CompAuxLib|PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise
VE|Ventes|1|20260105|411000|Clients|C1|Atelier|F1|20260105|Vente|120,00|0,00||||||
VE|Ventes|1|20260105|707000|Ventes|||F1|20260105|Vente|0,00|120,00||||||
""".replace("\\\\\\n", "")

def spine():
    today = date(2026, 3, 10)
    read = [fec.read(FEC, kind="business")]
    rows = [{"id": "F-1", "who": "C-1", "on": "2026-01-01", "due": "2026-01-31", "sum": "90.00"}]
    columns = {"id": "id", "debtor": "who", "issued_on": "on", "due_on": "due", "total": "sum"}
    read.append(records.read(rows, columns=columns, currency="EUR", kind="business"))
    accounts = [account for reading in read for account in reading.accounts]
    euros = Money.of("400.00", "EUR")
    accounts.append(
        Account.of(
            Debtor("C-9", "Vasseur", kind="business"),
            Invoice("F-9", date(2026, 1, 2), due_on=date(2026, 2, 1), total=euros * 3),
            Payment("P-9", date(2026, 2, 3), amount=euros),
            Promise("W-9", date(2026, 2, 4), due_on=date(2026, 2, 20), amount=euros, means="card"),
            Dispute("D-9", date(2026, 2, 5), invoice="F-9", cause="wrong_price", amount=euros),
            Interaction("I-9", date(2026, 2, 3), channel="phone", act="call"),
        )
    )
    policy = preset("fr-b2b")
    said = 0
    for account in accounts:
        position_of(account, as_of=today)
        said += decide(policy, account, as_of=today).action is not None
        digest(policy, account, as_of=today)
    for measure in (kpi.outstanding, kpi.ageing, kpi.dso, kpi.overdue_rate):
        measure(accounts, as_of=today, currency="EUR")._repr_html_()
    return len(accounts), said

spine()
events = []
watched = ("open", "os.", "socket.", "subprocess.", "shutil.", "tempfile.", "glob.", "sqlite3.")
sys.addaudithook(
    lambda name, args: events.append([name, str(args[0]) if args else ""])
    if name.startswith(watched)
    else None
)
accounts, said = spine()
found = list(events)
print(json.dumps({"accounts": accounts, "said": said, "events": found}))
'''


def test_spine_opens_nothing_but_the_data_of_the_package() -> None:
    run = subprocess.run(
        [sys.executable, "-c", SPINE], check=True, capture_output=True, text=True, timeout=60
    )
    told = json.loads(run.stdout)
    package = str(resources.files("recouvrement.policy") / "presets")

    assert told["accounts"] == 3
    assert told["said"] >= 1
    assert [event for event in told["events"] if not event[1].startswith(package)] == []


def test_hook_would_have_seen_a_file_being_opened() -> None:
    spying = SPINE.replace(
        "accounts, said = spine()", "accounts, said = spine(); open('/dev/null')"
    )
    run = subprocess.run(
        [sys.executable, "-c", spying], check=True, capture_output=True, text=True, timeout=60
    )
    assert ["open", "/dev/null"] in json.loads(run.stdout)["events"]
