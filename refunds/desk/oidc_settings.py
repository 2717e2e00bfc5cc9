"""What the environment says about the identity provider by which agents sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from refunds.errors import SettingsError

_NAMES = ("REFUNDS_OIDC_ISSUER", "REFUNDS_OIDC_CLIENT_ID", "REFUNDS_OIDC_CLIENT_SECRET")
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """An OpenID provider, and who we are there."""

    issuer: str
    client_id: str
    client_secret: str


def read_oidc_settings(env: Mapping[str, str]) -> OidcSettings | None:
    """The provider, if one is set; raises ``SettingsError`` for half a setting or an address without TLS."""
    values = [env.get(name) or "" for name in _NAMES]
    if not any(values):
        return None
    if missing := [name for name, value in zip(_NAMES, values, strict=True) if not value]:
        raise SettingsError(f"{' and '.join(missing)} must be set too: signing in by a provider needs all three")
    issuer = urlsplit(values[0])
    if issuer.scheme != "https" and not (issuer.scheme == "http" and issuer.hostname in _THIS_MACHINE):
        raise SettingsError(
            f"REFUNDS_OIDC_ISSUER is {values[0]!r}; it must be a whole address that begins with https://"
        )
    return OidcSettings(*values)
