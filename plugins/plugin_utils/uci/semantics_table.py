# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sections of OpenWrt's packages mean, a row per section type; ``semantics`` compiles and checks it.

Read in OpenWrt 24.10.3: base-files ``config_generate``, netifd, firewall4 ``fw4.uc``, ``dnsmasq.init``, odhcpd
``config.c``, ``dropbear.init``, ``wireguard.sh``, ``uhttpd.init``, rpcd; and ddns-scripts of the packages feed.
Identity is this project's choice: OpenWrt has no such notion.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One section type. Names of options are separated by blanks.

    ``type`` may end in ``*``. ``identity`` has alternatives separated by ``|``, the options of one by ``+``, an
    option's default after ``=``; ``@name`` says that only a section's name identifies it. ``singleton`` is
    ``always`` (there is never a second one) or ``usual`` (a second one is a second daemon). ``any_identity``: any
    alternative that agrees is enough; otherwise the first one that the device's section has decides. ``folded`` options
    compare without regard to case. ``masked`` options are secrets, ``public`` ones only look so.
    """

    package: str
    type: str
    identity: str
    singleton: str = ""
    any_identity: bool = False
    ordered: bool = False
    sets: str = ""
    sequences: str = ""
    folded: str = ""
    masked: str = ""
    public: str = ""


_ROUTE = "interface+target+netmask+gateway+metric+table"
_POLICY = "priority+in+out+src+dest+mark+lookup"
_TAGGED = "dhcp_option dhcp_option_force"

ROWS = (
    # A later element of ipaddr, dns or addresses is not the primary one, so these are sequences.
    Row(
        "network",
        "interface",
        "@name",
        sets="ip6prefix ip6class tags",
        sequences="ipaddr ip6addr dns dns_search addresses",
        masked="private_key preshared_key password pincode init_password",
        public="auth",
    ),
    Row("network", "globals", "@name", singleton="always"),
    Row("network", "device", "name", sets="ports ifname tags", folded="macaddr", public="auth"),
    Row("network", "bridge-vlan", "device+vlan", sets="ports alias"),
    Row("network", "switch", "name"),
    Row("network", "switch_vlan", "device+vlan", sets="ports"),
    Row("network", "switch_port", "device+port"),
    Row("network", "route", _ROUTE),
    Row("network", "route6", _ROUTE),
    # Without `priority` netifd numbers these by their position.
    Row("network", "rule", _POLICY, ordered=True),
    Row("network", "rule6", _POLICY, ordered=True),
    Row("network", "neighbor", "interface+ipaddr", folded="mac"),
    Row("network", "neighbor6", "interface+ipaddr", folded="mac"),
    Row("network", "alias", "@name", sequences="ipaddr ip6addr dns dns_search"),
    Row("network", "wireguard_*", "public_key", sets="allowed_ips", masked="preshared_key private_key"),
    Row("network", "atm-bridge", "@name"),
    Row("network", "dsl", "@name", singleton="always"),
    Row("wireless", "wifi-device", "@name", sets="basic_rate supported_rates channels", folded="macaddr"),
    Row(
        "wireless",
        "wifi-iface",
        "device+mode+ssid",
        sets="network maclist network_vlan r0kh r1kh",
        folded="maclist macaddr",
        masked="key key1 key2 key3 key4 auth_secret acct_secret password priv_key_pwd priv_key2_pwd sae_password "
        "wps_pin r0kh r1kh",
    ),
    Row("wireless", "wifi-vlan", "name | iface+vid", sets="network"),
    # No key here, though it tells stations without a MAC apart: an identity never holds a secret.
    Row("wireless", "wifi-station", "mac | iface+vid", sets="mac", folded="mac", masked="key"),
    Row(
        "dhcp",
        "dnsmasq",
        "@name",
        singleton="usual",
        sets="address rebind_domain interface notinterface listen_address addnhosts bogusnxdomain cache_rr filter_rr "
        "interface_name connmark_allowlist addnmount ipset",
        # `server` is tried in order with strictorder, so its order is kept always.
        sequences="server rev_server pxe_service dhcp_option dhcp_option_force",
    ),
    Row(
        "dhcp",
        "dhcp",
        "interface",
        sets="ra_flags tag match_tag interface_name upstream dhcpv6_relay_servers",
        sequences="dhcp_option dhcp_option_force dns dnr domain ntp router",
    ),
    Row("dhcp", "odhcpd", "@name", singleton="always"),
    # Names are unique in dnsmasq: a camera that was replaced has another MAC and the same name and address.
    Row("dhcp", "host", "mac | duid | name", any_identity=True, sets="mac duid tag match_tag", folded="mac duid"),
    Row("dhcp", "domain", "name+ip", sets="name"),
    Row("dhcp", "hostrecord", "name", sets="name", sequences="ip"),
    Row("dhcp", "cname", "cname"),
    Row("dhcp", "srvhost", "srv+target+port"),
    Row("dhcp", "mxhost", "domain+relay"),
    Row("dhcp", "dnsrr", "rrname+rrnumber"),
    Row("dhcp", "relay", "local_addr+server_addr"),
    Row("dhcp", "boot", "filename+networkid+serveraddress", sequences=_TAGGED),
    Row("dhcp", "boot6", "url+arch"),
    Row("dhcp", "tag", "@name", sequences=_TAGGED),
    Row("dhcp", "match", "networkid+match", sequences=_TAGGED),
    Row("dhcp", "mac", "mac+networkid", sequences=_TAGGED, folded="mac"),
    Row("dhcp", "vendorclass", "vendorclass+networkid", sequences=_TAGGED),
    Row("dhcp", "userclass", "userclass+networkid", sequences=_TAGGED),
    Row("dhcp", "circuitid", "circuitid+networkid", sequences=_TAGGED),
    Row("dhcp", "remoteid", "remoteid+networkid", sequences=_TAGGED),
    Row("dhcp", "subscrid", "subscriberid+networkid", sequences=_TAGGED),
    Row("dhcp", "ipset", "@name", sets="name domain"),
    Row("firewall", "defaults", "@name", singleton="always"),
    # The first zone that a device matches claims it.
    Row("firewall", "zone", "name", ordered=True, sets="network device subnet masq_src masq_dest helper"),
    Row("firewall", "forwarding", "src+dest+family"),
    Row(
        "firewall",
        "rule",
        "name | src+dest+family+proto+src_ip+src_mac+src_port+dest_ip+dest_port+icmp_type+target",
        ordered=True,
        sets="proto src_ip src_mac src_port dest_ip dest_port icmp_type",
        folded="src_mac",
    ),
    Row(
        "firewall",
        "redirect",
        "name | src+src_ip+src_dip+src_dport+proto+dest+dest_ip+dest_port+target",
        ordered=True,
        sets="proto src_mac reflection_zone",
        folded="src_mac",
    ),
    Row("firewall", "nat", "name | src+src_ip+src_port+dest_ip+dest_port+proto+target", ordered=True, sets="proto"),
    Row("firewall", "ipset", "name", sets="entry", sequences="match"),
    Row("firewall", "include", "path", ordered=True),
    Row("system", "system", "@name", singleton="always"),
    Row("system", "timeserver", "@name", sets="server interface dhcp_interface"),
    Row("system", "led", "sysfs", sets="mode port"),
    Row("system", "gpio_switch", "gpio_pin"),
    Row("system", "rssid", "dev"),
    # 24.10 names the one section `main`, 23.05 and older leave it anonymous.
    Row("dropbear", "dropbear", "Port=22", singleton="usual", sets="keyfile"),
    Row("rpcd", "rpcd", "@name", singleton="always"),
    Row("rpcd", "login", "username", sets="read write", masked="password"),
    Row(
        "uhttpd",
        "uhttpd",
        "@name",
        sets="listen_http listen_https interpreter alias httpauth",
        sequences="index_page lua_prefix ucode_prefix",
        public="key",
    ),
    Row("uhttpd", "cert", "@name"),
    Row("uhttpd", "httpauth", "prefix+username", masked="password"),
    Row("ddns", "ddns", "@name", singleton="always"),
    # Providers put keys into the address, netcup.com wants its API key in param_enc, a proxy may carry USER:PASSWORD.
    Row("ddns", "service", "@name", masked="password param_enc update_url proxy"),
)

_NAMES = (
    "access_token acct_secret api_key api_token apikey auth auth_key auth_secret auth_token authkey client_secret "
    "community key key1 key2 key3 key4 pass passphrase passwd password password1 password2 pin pincode "
    "preshared_key presharedkey priv_key_pwd private_key privatekey psk puk pukcode pwd sae_password secret "
    "secret_key shared_secret sim_pin token wpa_passphrase wpakey wps_pin"
)
SECRET_NAMES = frozenset(_NAMES.split())
"""Options that are taken for secrets whatever the package."""

RELOAD = {
    "network": ("network",),
    "wireless": ("network",),
    "firewall": ("firewall",),
    "dhcp": ("dnsmasq", "odhcpd"),
    "system": ("dnsmasq", "system", "log", "sysntpd"),
    "uhttpd": ("uhttpd",),
    "rpcd": ("rpcd",),
    "ddns": ("ddns",),
    "dropbear": ("dropbear",),
}
"""Init scripts that read a package: their triggers, and rpcd, which has none."""

RELOAD_FIRST = ("network", "firewall", "dnsmasq", "odhcpd", "system", "log", "sysntpd", "uhttpd", "rpcd")
"""The order of the reloads; other services follow, and ``RELOAD_LAST``."""

RELOAD_LAST = "dropbear"
