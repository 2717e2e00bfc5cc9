"""A small OpenID provider: signs real tokens with a real key, and answers wrongly where a test wants it to."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

CLIENT = ("desk", "a secret of the desk at its provider")
Token = dict[str, Any]


@dataclass
class Provider:
    """``claims`` are said of whoever signs in; ``change`` may spoil the token, ``signing_key`` sign it wrongly."""

    server: HTTPServer
    claims: Token = field(default_factory=dict)
    change: Callable[[Token], Token] = lambda token: token
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    signing_key: Any = None
    algorithm: str = "RS256"
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return self.server.url_for("").rstrip("/")

    def serve(self, **metadata: str) -> None:
        """Answer from now on; ``metadata`` replaces what the discovery document says."""
        told = {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize"}
        told |= {"token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys", **metadata}
        self.server.expect_request("/.well-known/openid-configuration").respond_with_json(told)
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        self.server.expect_request("/keys").respond_with_json({"keys": [{**public, "kid": "k1", "use": "sig"}]})
        self.server.expect_request("/token", method="POST").respond_with_handler(self._give_token)

    def authorize(self, address: str) -> dict[str, str]:
        """What the browser is sent back with when somebody signs in at ``address``."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT[0])
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        return {"state": query["state"], "code": code}

    def _give_token(self, request: Request) -> Response:
        form, who = request.form, request.authorization
        query = self.asked.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if query is None or challenge != query["code_challenge"] or form["redirect_uri"] != query["redirect_uri"]:
            return Response('{"error": "invalid_grant"}', 400, content_type="application/json")
        assert who is not None
        assert who.username == CLIENT[0]
        return Response(self._token(query["nonce"]), content_type="application/json")

    def _token(self, nonce: str) -> str:
        now = int(time.time())
        body = {"iss": self.issuer, "aud": CLIENT[0], "iat": now, "exp": now + 300, "nonce": nonce, **self.claims}
        key = "" if self.algorithm == "none" else self.signing_key or self.key
        assert key is not None
        token = jwt.encode(self.change(body), key, self.algorithm, headers={"kid": "k1"})
        return f'{{"access_token": "x", "token_type": "Bearer", "id_token": "{token}"}}'
