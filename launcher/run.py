"""``make run``: everything from a trained model to all processes healthy, until somebody stops it or a command ends."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping

from launcher.console import LaunchError, say
from launcher.health import wait_until_healthy
from launcher.model import train_if_needed
from launcher.ports import refuse_taken_ports
from launcher.processes import SERVICE_PYTHON, Process, processes_of
from launcher.running import only_run, refuse_leftovers
from launcher.supervision import supervised
from launcher.watch import watch
from refunds.database import Database
from refunds.policy_activation import policy_in_force
from refunds.policy_files import load_policy
from refunds.settings import ROOT, Settings

LONGEST_COMMAND = 3600
TO_TRY = """
Three things to try:
  1. Sign in as Amara (amara@example.com) and write:
     My servers in order ORD-48213 were down three days ago, I want my money back.
  2. As a guest: How long does a PayPal refund take?
  3. In another terminal, see the case that was filed: .venv/bin/refunds case list
"""


def run(settings: Settings) -> None:
    """Start everything and stay until a signal ends it; raises ``LaunchError`` when it cannot go on."""

    def stay(supervisor: subprocess.Popen[bytes]) -> None:
        say(TO_TRY if settings.is_development else "")
        say(f"Logs: {settings.var / 'logs'}. Ctrl-C stops everything.")
        watch(supervisor, settings.var)

    _while_running(settings, stay)


def run_during(settings: Settings, command: list[str]) -> None:
    """Start everything, run ``command`` to its end, stop everything; raises ``LaunchError`` when either fails."""

    def carry_out(_: subprocess.Popen[bytes]) -> None:
        status = subprocess.run(
            command, env=dict(environment(settings)), timeout=LONGEST_COMMAND, check=False
        ).returncode
        if status:
            raise LaunchError(f"{' '.join(command)} ended with status {status}")

    _while_running(settings, carry_out)


def _while_running(settings: Settings, use: Callable[[subprocess.Popen[bytes]], None]) -> None:
    # What the processes write is this user's alone; they inherit this.
    os.umask(0o077)
    processes = processes_of(settings)
    with only_run(settings.var, addresses(processes, settings)):
        refuse_leftovers(settings.var, processes)
        refuse_taken_ports(processes)
        train_if_needed(ROOT, settings.var / "logs" / "train.log")
        env = environment(settings)
        _migrate(env)
        _tell_of_proposal(settings)
        say("Starting " + ", ".join(process.name for process in processes) + ".")
        with supervised(processes, settings.var, env) as supervisor:
            wait_until_healthy(processes, settings, supervisor)
            say(f"\nReady.\n{addresses(processes, settings)}")
            use(supervisor)


def addresses(processes: list[Process], settings: Settings) -> str:
    """Where each process is reached, a line each, what a customer opens first."""
    listed = [f"  customers' chat  {settings.site_url}/"]
    listed += [f"  {p.name:15}  http://{p.host}:{p.port}" for p in processes if p.port and p.name != "web"]
    return "\n".join(listed)


def environment(settings: Settings) -> Mapping[str, str]:
    """What every process is told: our own environment, with what was made up or worked out here."""
    return {
        **os.environ,
        "REFUNDS_PROFILE": settings.profile,
        "REFUNDS_VAR": str(settings.var),
        "REFUNDS_RASA_TOKEN": settings.rasa_token,
        "PYTHONUNBUFFERED": "1",
    }


def _migrate(env: Mapping[str, str]) -> None:
    command = [str(SERVICE_PYTHON.with_name("refunds")), "migrate"]
    migrated = subprocess.run(command, env=dict(env), capture_output=True, text=True, timeout=300, check=False)
    if migrated.returncode:
        raise LaunchError(f"The database could not be migrated:\n{migrated.stdout}{migrated.stderr}")


def _tell_of_proposal(settings: Settings) -> None:
    """Whoever edits ``policy/`` must hear that editing alone changes nothing."""
    shipped, database = load_policy(settings.policy_folder), Database(settings.database_url)
    in_force = policy_in_force(database, shipped)
    database.close()
    if in_force.version != shipped.version:
        say(
            f"policy/ holds {shipped.version}, and {in_force.version} is in force. To change that: "
            ".venv/bin/refunds policy propose --as NAME --why REASON, and another person signs it."
        )
