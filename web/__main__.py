"""``python -m web``: the process that customers and agents reach."""

from __future__ import annotations

import uvicorn

from refunds.app import open_app
from refunds.desk.demo import refuse_demo_agents
from refunds.logs import set_up_logs
from refunds.policy_activation import leave_when_policy_changes
from web.app import build


def main() -> None:
    """Serve until told to stop; turns under way get a moment to end, and are taken up again after a restart."""
    app = open_app()
    if not app.settings.is_development:
        refuse_demo_agents(app.accounts)
    set_up_logs("web", app.settings)
    leave_when_policy_changes(app.database, app.policy)
    uvicorn.run(
        build(app),
        host=app.settings.web_host,
        port=app.settings.web_port,
        log_config=None,
        proxy_headers=False,  # REFUNDS_TRUSTED_PROXY says whom to believe
        access_log=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
