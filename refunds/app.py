"""The one place that wires objects: from settings to everything a process needs."""

from __future__ import annotations

from dataclasses import dataclass

from refunds.backoffice.client import BackOffice
from refunds.bank_days import HolidayCalendars
from refunds.chat.admission import Admission
from refunds.database import Database
from refunds.enquiries import Enquiries
from refunds.filing import Filing
from refunds.handoff import HandOff
from refunds.identity import Identity
from refunds.notify import Mailer, mailer_for
from refunds.policy.book import PolicyBook
from refunds.policy_files import load_policy
from refunds.settings import Settings, read_settings
from refunds.withdrawals import Withdrawals
from refunds.words import Words


@dataclass(frozen=True)
class App:
    """Everything a process may use, made once at its start."""

    settings: Settings
    database: Database
    policy: PolicyBook
    calendars: HolidayCalendars
    backoffice: BackOffice
    words: Words
    mailer: Mailer
    identity: Identity
    filing: Filing
    enquiries: Enquiries
    withdrawals: Withdrawals
    handoff: HandOff
    admission: Admission


def open_app(settings: Settings | None = None) -> App:
    """Read the data files and wire the rooms; raises ``SettingsError`` or ``DataFileError`` before anything starts."""
    settings = settings or read_settings()
    policy = load_policy(settings.policy_folder)
    words = Words.load(settings.words_folder)
    database = Database(settings.database_url)
    calendars = HolidayCalendars()
    backoffice = BackOffice(settings.backoffice_url, settings.backoffice_token)
    mailer = mailer_for(settings)
    identity = Identity(database, backoffice, mailer, words, settings)
    handoff = HandOff()
    return App(
        settings=settings,
        database=database,
        policy=policy,
        calendars=calendars,
        backoffice=backoffice,
        words=words,
        mailer=mailer,
        identity=identity,
        filing=Filing(database, backoffice, policy, calendars),
        enquiries=Enquiries(database, backoffice, policy, calendars),
        withdrawals=Withdrawals(database),
        handoff=handoff,
        admission=Admission(database, identity),
    )
