"""The one way out: every spelling of a non-public address, the hosts file's permissions, rebinding."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.addresses import is_public
from monitor.collect.errors import BadUrl
from monitor.collect.guard import (
    AddressGuard,
    AddressRefused,
    HostsFile,
    HostsFileError,
    NoSuchName,
    NothingListens,
    Pinned,
    ResolverFailed,
    check_url,
    system_resolve,
)

HOSTS = """
# 演练
www.a.gov.cn 127.3.0.1:8080
www.a.gov.cn:443 127.3.0.1:8443
only-tls.gov.cn:443 127.3.0.2:8443
six.gov.cn [::1]:8080
8.8.8.8 127.0.0.1:80
"""


def never(host: str, port: int) -> list[str]:
    raise AssertionError(f"the resolver was asked for {host}")


@pytest.fixture
def closed() -> AddressGuard:
    return AddressGuard(HostsFile.parse(HOSTS), never)


def test_listed_names_reach_their_listed_address_whatever_the_port(closed: AddressGuard) -> None:
    assert closed.pin("http", "www.a.gov.cn", 80) == Pinned("www.a.gov.cn", "127.3.0.1", 8080)
    assert closed.pin("http", "WWW.A.gov.cn.", 8888) == Pinned("www.a.gov.cn", "127.3.0.1", 8080)
    assert closed.pin("https", "www.a.gov.cn") == Pinned("www.a.gov.cn", "127.3.0.1", 8443)
    assert closed.pin("http", "six.gov.cn") == Pinned("six.gov.cn", "::1", 8080)


def test_unlisted_names_do_not_exist_and_the_resolver_is_never_asked(closed: AddressGuard) -> None:
    with pytest.raises(NoSuchName):
        closed.pin("http", "www.b.gov.cn")
    with pytest.raises(NothingListens):
        closed.pin("http", "only-tls.gov.cn", 80)
    assert closed.pin("https", "only-tls.gov.cn").port == 8443


def test_permission_belongs_to_name_and_address_together(closed: AddressGuard) -> None:
    for literal in ("127.3.0.1", "[::1]", "[::ffff:127.3.0.1]", "0x7f030001", "8.8.8.8"):
        with pytest.raises(AddressRefused):
            closed.pin("http", literal)
    with pytest.raises(NoSuchName):  # a public literal is not in a closed network either
        closed.pin("http", "9.9.9.9")


def test_the_star_stands_for_names_alone() -> None:
    guard = AddressGuard(HostsFile.parse("* 127.0.0.1:9000\nwww.a.gov.cn 127.0.0.1:9001\n"), never)
    assert guard.pin("https", "anything.gov.cn").port == 9000
    assert guard.pin("http", "www.a.gov.cn").port == 9001
    for host in ("127.0.0.1", "localhost", "x.localhost", "127.1", "２１３０７０６４３３", "[::1]"):
        with pytest.raises(AddressRefused):
            guard.pin("http", host)
    with pytest.raises(NoSuchName):
        guard.pin("http", "1.1.1.1")


SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001",
    "127.0.0.1.", "１２７.0.0.1", "127。0。0。1", "%31%32%37.0.0.1", "①②⑦.0.0.1", "0", "0.0.0.0", "10.1.2.3",
    "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b::808:808]", "[2002:7f00:1::]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[ff02::1]",
    "[2001:db8::1]", "[2001::1]", "[100::1]", "[fec0::1]", "[64:ff9b:1::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
def test_every_spelling_of_a_non_public_address_is_refused(host: str) -> None:
    guard = AddressGuard(None, never)
    with pytest.raises((AddressRefused, BadUrl)) as refused:
        guard.pin("http", host)
    assert not isinstance(refused.value, BadUrl) or "%25" in host


@pytest.mark.parametrize("host", ["1.2.3.4.5", "256.1.1.1", "1.2.3.08", "0x.1", "a.1", "1.1.1.99999"])
def test_what_ends_in_a_number_is_never_a_name(host: str) -> None:
    with pytest.raises((AddressRefused, BadUrl)):
        AddressGuard(None, never).pin("http", host)


@pytest.mark.parametrize("host", ["8.8.8.8", "223.5.5.5", "0x08080808", "[2400:3200::1]"])
def test_public_literals_pass(host: str) -> None:
    assert is_public(ipaddress.ip_address(AddressGuard(None, never).pin("http", host).ip))


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_any_spelling_of_an_ipv4_address_is_judged_alike(value: int) -> None:
    octets = [value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255]
    spellings = [".".join(map(str, octets)), str(value), hex(value), f"0{value:o}",
                 f"{octets[0]}.{value & 0xFFFFFF}", f"{octets[0]:#x}.{octets[1]}.{value & 0xFFFF:#o}".replace("0o", "0"),
                 f"[::ffff:{'.'.join(map(str, octets))}]"]  # fmt: skip
    public = is_public(ipaddress.IPv4Address(value))
    for spelling in spellings:
        try:
            pinned = AddressGuard(None, never).pin("http", spelling)
        except AddressRefused:
            assert not public or spelling.startswith("[")
        else:
            assert public
            assert pinned.ip == str(ipaddress.IPv4Address(value))


@given(st.ip_addresses())
def test_nothing_is_public_that_the_standard_library_calls_private(address: ipaddress.IPv4Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast


def test_rebinding_gains_nothing_because_the_checked_address_is_the_one_connected_to() -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"], ["10.0.0.1", "93.184.216.34"], []]
    guard = AddressGuard(None, lambda host, port: answers.pop(0))
    assert guard.pin("http", "evil.example").ip == "93.184.216.34"
    with pytest.raises(AddressRefused):
        guard.pin("http", "evil.example")
    assert guard.pin("http", "evil.example").ip == "93.184.216.34"  # never the private one of a mixed answer
    with pytest.raises(NoSuchName):
        guard.pin("http", "evil.example")


def test_our_resolvers_trouble_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(code: int) -> None:
        def answer(*_: object, **__: object) -> None:
            raise socket.gaierror(code, "x")

        monkeypatch.setattr(socket, "getaddrinfo", answer)

    failing(socket.EAI_AGAIN)
    with pytest.raises(ResolverFailed):
        system_resolve("a.gov.cn", 80)
    failing(socket.EAI_NONAME)
    with pytest.raises(NoSuchName):
        system_resolve("a.gov.cn", 80)
    guard = AddressGuard(None, lambda host, port: (_ for _ in ()).throw(OSError("boom")))
    with pytest.raises(ResolverFailed):
        guard.pin("http", "a.gov.cn")


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("ftp://a.gov.cn/", AddressRefused),
        ("file:///etc/passwd", AddressRefused),
        ("gopher://a.gov.cn/", AddressRefused),
        ("http://a.gov.cn:8080/", AddressRefused),
        ("http://a.gov.cn:22/", AddressRefused),
        ("http://user@a.gov.cn/", AddressRefused),
        ("http://user:word@a.gov.cn/", AddressRefused),
        ("http://a.gov.cn\\@127.0.0.1/", AddressRefused),
        ("http:///path", BadUrl),
        ("http://a.gov.cn:99999/", BadUrl),
        ("http://[::1/", BadUrl),
        ("http://a b.gov.cn/", BadUrl),
    ],
)
def test_spellings_that_may_not_be_visited(url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        check_url(url)


def test_a_filed_port_is_allowed_and_no_other() -> None:
    assert check_url("http://a.gov.cn:8080/x", {8080}).port == 8080
    assert check_url("https://政务.gov.cn/").host == "xn--zfr164b.gov.cn"
    with pytest.raises(AddressRefused):
        check_url("http://a.gov.cn:8081/", {8080})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("\n\nwww.a.gov.cn\n", "第 3 行"),
        ("www.a.gov.cn 127.0.0.1\n", "IP地址:端口"),
        ("www.a.gov.cn 127.0.0.1:0\n", "IP地址:端口"),
        ("www.a.gov.cn host:80\n", "IP地址:端口"),
        ("www.a.gov.cn 127.0.0.1:80 extra\n", "实为 3 项"),
        ("a..b 127.0.0.1:80\n", "主机名无法识别"),
        ("a.cn:x 127.0.0.1:80\n", "主机名无法识别"),
        ("a.cn 127.0.0.1:80\nA.cn 127.0.0.1:81\n", "第 2 行"),
    ],
)
def test_a_bad_hosts_file_names_line_and_reason(text: str, says: str) -> None:
    with pytest.raises(HostsFileError, match=says):
        HostsFile.parse(text)


def test_a_missing_hosts_file_is_a_clear_error() -> None:
    with pytest.raises(HostsFileError, match="读不到主机清单"):
        HostsFile.read("/nowhere/hosts.txt")
