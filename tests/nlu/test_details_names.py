"""Amounts, payment methods, services and regions in customers' words."""

from __future__ import annotations

import pytest

from tests.engine_process import Engine

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("€240", "240.00", "EUR"),
        ("240 euros", "240.00", "EUR"),
        ("240 €", "240.00", "EUR"),
        ("it was 1,188.00 EUR", "1188.00", "EUR"),
        ("1.188,00 €", "1188.00", "EUR"),
        ("1 188,00 EUR", "1188.00", "EUR"),
        ("EUR 29,90", "29.90", "EUR"),
        ("1,188 euros", "1188.00", "EUR"),
        ("240 euros and 50 cents", "240.50", "EUR"),
        ("two hundred and forty euros", "240.00", "EUR"),
        ("1.2k euros", "1200.00", "EUR"),
        ("$99", "99.00", "USD"),
        ("$1,020.50", "1020.50", "USD"),
        ("99 dollars", "99.00", "USD"),
        ("59 USD", "59.00", "USD"),
        ("450 yuan", "450.00", "CNY"),
        ("RMB 450", "450.00", "CNY"),
        ("¥450", "450.00", "CNY"),
        ("£14", "14.00", "GBP"),
        ("14 pounds", "14.00", "GBP"),
        ("AUD 75", "75.00", "AUD"),
        ("A$75", "75.00", "AUD"),
        ("75 australian dollars", "75.00", "AUD"),
        ("5000 JPY", "5000", "JPY"),
    ],
)
def test_an_amount_has_a_value_and_a_currency(engine: Engine, text: str, value: str, currency: str) -> None:
    assert engine.details(text) == [("amount", {"value": value, "currency": currency})]


def test_a_number_without_a_currency_is_no_amount(engine: Engine) -> None:
    assert engine.details("the amount was 29.90") == []


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("I paid by card", "card"),
        ("with my visa", "card"),
        ("Mastercard", "card"),
        ("visa debit card", "card_debit"),
        ("prepaid card", "card_prepaid"),
        ("apple pay with my visa", "apple_pay"),
        ("Google Pay", "google_pay"),
        ("paypal with my credit card", "paypal"),
        ("payed with paypall", "paypal"),
        ("a SEPA transfer", "sepa_transfer"),
        ("sepa instant", "sepa_instant"),
        ("it was a SEPA direct debit", "sepa_debit"),
        ("Lastschrift", "sepa_debit"),
        ("ACH", "ach_debit"),
        ("by wire", "us_wire"),
        ("faster payments", "uk_faster_payments"),
        ("Bacs", "uk_bacs"),
        ("bank transfer", "bank_transfer"),
        ("ali pay", "alipay"),
        ("WeChat", "wechat_pay"),
        ("union pay", "unionpay"),
        ("I paid with ideal", "ideal"),
        ("iDEAL", "ideal"),
        ("klarna", "klarna"),
        ("store credit", "account_credit"),
        ("bitcoin", "crypto"),
        ("sepa_debit", "sepa_debit"),
    ],
)
def test_a_payment_method_is_its_key(engine: Engine, text: str, method: str) -> None:
    assert engine.details(text) == [("payment_method", method)]


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("my vm", "Compute"),
        ("all our instances", "Compute"),
        ("the s3 bucket", "Object Storage"),
        ("a volume", "Block Storage"),
        ("our postgres", "Managed Database"),
        ("the database server", "Managed Database"),
        ("k8s", "Managed Kubernetes"),
        ("CDN", "CDN"),
        ("webhosting", "Web Hosting"),
        ("domain renewal", "Domain Names"),
        ("back-ups", "Backup"),
        ("the mail server", "E-mail"),
        ("E-mail", "E-mail"),
    ],
)
def test_a_service_has_the_back_offices_name(engine: Engine, text: str, service: str) -> None:
    assert engine.details(text) == [("service", service)]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("eu-central", "eu-central"),
        ("EU Central", "eu-central"),
        ("EU_CENTRAL_1", "eu-central"),
        ("in eu west", "eu-west"),
        ("us east", "us-east"),
        ("China East", "cn-east"),
        ("uk south", "uk-south"),
        ("southeast asia", "ap-southeast"),
        ("region global", "global"),
    ],
)
def test_a_region_has_the_back_offices_name(engine: Engine, text: str, region: str) -> None:
    assert engine.details(text) == [("region", region)]


def test_an_address_for_mail_is_not_the_mail_service(engine: Engine) -> None:
    assert engine.details("my email is amara@example.com") == [("email", "amara@example.com")]
