"""The one place that wires objects: from settings to everything a process needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from refunds.backoffice.client import BackOffice
from refunds.bank_days import HolidayCalendars
from refunds.chat.admission import Admission
from refunds.chat.attachments import Attachments
from refunds.chat.closing import ChatClosing
from refunds.chat.links import ChatLinks
from refunds.chat.reopening import Reopening
from refunds.database import Database
from refunds.desk.accounts import Accounts
from refunds.desk.audit import Audit
from refunds.desk.away_mails import AwayMails
from refunds.desk.cases.acts import CaseActs
from refunds.desk.cases.given_days import GivenDays
from refunds.desk.chats.holding import Holding
from refunds.desk.chats.kept_tests import KeptTests
from refunds.desk.chats.notes import Notes
from refunds.desk.chats.writing import Writing
from refunds.desk.identity_checks import IdentityChecks
from refunds.desk.opened_for import OpenedFor
from refunds.desk.policy_changes import PolicyChanges
from refunds.desk.presence import Presence
from refunds.desk.sessions import Sessions
from refunds.desk.waiting import Waits
from refunds.enquiries import Enquiries
from refunds.filing import Filing
from refunds.handoff import Desk, HandOff
from refunds.identity import Identity
from refunds.notify import Mailer, mailer_for
from refunds.notify.identity_mails import IdentityMails
from refunds.notify.mails import NoticeMails
from refunds.notify.notices import Notices
from refunds.notify.opinion_mails import OpinionMails
from refunds.notify.opinions import Opinions
from refunds.notify.transcript_mails import TranscriptMails
from refunds.notify.wishing import Wishing
from refunds.notify.withdrawal_mails import WithdrawalMails
from refunds.payouts import Payouts
from refunds.policy.book import PolicyBook
from refunds.policy_activation import activate_first, policy_in_force
from refunds.policy_files import load_policy
from refunds.reminders import Reminders
from refunds.review import Review
from refunds.settings import Settings, read_settings
from refunds.watch import Watch
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
    notices: Notices
    notice_mails: NoticeMails
    links: ChatLinks
    opinions: Opinions
    opinion_mails: OpinionMails
    wishing: Wishing
    payouts: Payouts
    filing: Filing
    review: Review
    watch: Watch
    enquiries: Enquiries
    withdrawals: Withdrawals
    withdrawal_mails: WithdrawalMails
    reminders: Reminders
    handoff: HandOff
    admission: Admission
    attachments: Attachments
    chat_closing: ChatClosing
    transcript_mails: TranscriptMails
    audit: Audit
    accounts: Accounts
    desk_sessions: Sessions
    chat_holding: Holding
    chat_writing: Writing
    chat_notes: Notes
    kept_tests: KeptTests
    case_acts: CaseActs
    given_days: GivenDays
    presence: Presence
    waits: Waits
    away_mails: AwayMails
    reopening: Reopening
    identity_checks: IdentityChecks
    identity_mails: IdentityMails
    opened_for: OpenedFor
    policy_changes: PolicyChanges


def open_app(settings: Settings | None = None) -> App:
    """Read the data files and the policy in force, and wire the rooms.

    Raises ``SettingsError``, ``DataFileError`` or ``DatabaseUnavailable`` before anything starts.
    """
    settings = settings or read_settings()
    shipped = load_policy(settings.policy_folder)
    words = Words.load(settings.words_folder)
    database = Database(settings.database_url)
    activate_first(database, shipped, datetime.now(UTC))
    policy = policy_in_force(database, shipped)
    calendars = HolidayCalendars()
    backoffice = BackOffice(settings.backoffice_url, settings.backoffice_token)
    mailer = mailer_for(settings)
    identity = Identity(database, backoffice, mailer, words, settings)
    handoff = HandOff()
    links = ChatLinks(settings.site_url, settings.secret)
    notices = Notices(words, policy, calendars)
    payouts = Payouts(database, backoffice, policy, calendars, notices)
    audit = Audit(database)
    review = Review(database, backoffice, policy, calendars, payouts, notices)
    filing = Filing(database, backoffice, policy, calendars, payouts, notices)
    withdrawals, admission = Withdrawals(database), Admission(database, identity, words)
    desk, targets = Desk(settings.desk_hours, calendars, words), settings.desk_targets
    return App(
        settings=settings,
        database=database,
        policy=policy,
        calendars=calendars,
        backoffice=backoffice,
        words=words,
        mailer=mailer,
        identity=identity,
        notices=notices,
        notice_mails=NoticeMails(database, backoffice, words, mailer, links),
        links=links,
        opinions=Opinions(database, words, policy),
        opinion_mails=OpinionMails(database, backoffice, words, mailer, links),
        wishing=Wishing(database, words),
        payouts=payouts,
        filing=filing,
        review=review,
        watch=Watch(database, policy, calendars, notices),
        enquiries=Enquiries(database, backoffice, policy, calendars),
        withdrawals=withdrawals,
        withdrawal_mails=WithdrawalMails(database, backoffice, policy, words, mailer, links),
        reminders=Reminders(database, backoffice, policy, words, mailer, links),
        handoff=handoff,
        admission=admission,
        attachments=Attachments(database, settings.attachments),
        chat_closing=ChatClosing(database, handoff),
        transcript_mails=TranscriptMails(database, backoffice, policy, words, mailer, links),
        audit=audit,
        accounts=Accounts(database, audit),
        desk_sessions=Sessions(database, audit),
        chat_holding=Holding(database, handoff, audit, words),
        chat_writing=Writing(database, audit),
        chat_notes=Notes(database, audit),
        kept_tests=KeptTests(database, backoffice, audit, words),
        case_acts=CaseActs(database, review, payouts, notices, audit),
        given_days=GivenDays(database, audit, policy),
        presence=Presence(database, handoff, audit, desk, targets.gone_after),
        waits=Waits(database, handoff, desk, targets.take_within),
        away_mails=AwayMails(database, backoffice, policy, words, mailer, links, targets.mail_after),
        reopening=Reopening(database, links),
        identity_checks=IdentityChecks(database, backoffice, policy, withdrawals, audit, words),
        identity_mails=IdentityMails(database, backoffice, policy, words, mailer, links),
        opened_for=OpenedFor(database, handoff, admission, filing, audit),
        policy_changes=PolicyChanges(database, audit, policy, settings.policy_folder),
    )
