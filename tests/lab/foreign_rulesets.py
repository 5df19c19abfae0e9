# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rulesets of other firewalls, made by the real tools, for the unit tests of their evaluation.

``unshare --net python3 tests/lab/foreign_rulesets.py`` writes them anew to tests/unit/data/foreign_rulesets/. What ufw
and Docker hand to iptables is written down here as they do it (ufw 0.36, Docker 26), without what has no part in the
verdicts; firewalld's table has the structure of firewalld 1.3.
"""

from __future__ import annotations

import json
import pathlib
import subprocess

DATA = pathlib.Path(__file__).resolve().parents[1] / "unit" / "data" / "foreign_rulesets"

_UFW = """\
*filter
:INPUT DROP
:FORWARD DROP
:OUTPUT ACCEPT
:ufw-before-input -
:ufw-before-forward -
:ufw-user-input -
:ufw-user-forward -
:ufw-logging-deny -
:ufw-not-local -
:ufw-user-limit -
:ufw-user-limit-accept -
-A INPUT -j ufw-before-input
-A FORWARD -j ufw-before-forward
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -m conntrack --ctstate INVALID -j ufw-logging-deny
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw-before-input -p icmp --icmp-type echo-request -j ACCEPT
-A ufw-before-forward -p icmp --icmp-type echo-request -j ACCEPT
-A ufw-before-input -p udp --sport 67 --dport 68 -j ACCEPT
-A ufw-before-input -j ufw-not-local
-A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
-A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN
-A ufw-not-local -m addrtype --dst-type BROADCAST -j RETURN
-A ufw-not-local -m limit --limit 3/min --limit-burst 10 -j ufw-logging-deny
-A ufw-not-local -j DROP
-A ufw-before-input -p udp -d 224.0.0.251 --dport 5353 -j ACCEPT
-A ufw-before-input -j ufw-user-input
-A ufw-before-forward -j ufw-user-forward
-A ufw-logging-deny -m conntrack --ctstate INVALID -m limit --limit 3/min --limit-burst 10 -j RETURN
-A ufw-logging-deny -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "
-A ufw-user-limit -m limit --limit 3/minute -j LOG --log-prefix "[UFW LIMIT BLOCK] "
-A ufw-user-limit -j REJECT
-A ufw-user-limit-accept -j ACCEPT
-A ufw-user-input -p tcp --dport 22 -j ACCEPT
-A ufw-user-input -p tcp -m multiport --dports 80,443 -m comment --comment "dapp_WWW%20Full" -j ACCEPT
{more}COMMIT
"""

_DOCKER = """\
*filter
:INPUT ACCEPT
:FORWARD DROP
:OUTPUT ACCEPT
:DOCKER -
:DOCKER-ISOLATION-STAGE-1 -
:DOCKER-ISOLATION-STAGE-2 -
:DOCKER-USER -
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-ISOLATION-STAGE-1
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -i docker0 -o docker0 -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp --dport 8554 -j ACCEPT
-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -j RETURN
-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
-A DOCKER-ISOLATION-STAGE-2 -j RETURN
{more}-A DOCKER-USER -j RETURN
COMMIT
*nat
:PREROUTING ACCEPT
:POSTROUTING ACCEPT
:OUTPUT ACCEPT
:DOCKER -
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A DOCKER -i docker0 -j RETURN
-A DOCKER ! -i docker0 -p tcp --dport 8554 -j DNAT --to-destination 172.17.0.2:8554
COMMIT
"""

_FIREWALLD = """\
table inet firewalld {
  chain mangle_PREROUTING {
    type filter hook prerouting priority mangle + 10; policy accept;
    icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept
    meta nfproto ipv6 fib saddr . mark . iif oif missing drop
  }
  chain filter_INPUT {
    type filter hook input priority filter + 10; policy accept;
    ct state { established, related } accept
    ct status dnat accept
    iifname "lo" accept
    ct state invalid drop
    jump filter_INPUT_ZONES
    reject with icmpx admin-prohibited
  }
  chain filter_FORWARD {
    type filter hook forward priority filter + 10; policy accept;
    ct state { established, related } accept
    ct status dnat accept
    iifname "lo" accept
    ct state invalid drop
    ip6 daddr { ::/96, ::ffff:0.0.0.0/96, 2002::/24 } reject with icmpv6 addr-unreachable
    jump filter_FORWARD_ZONES
    reject with icmpx admin-prohibited
  }
  chain filter_OUTPUT {
    type filter hook output priority filter + 10; policy accept;
    ct state { established, related } accept
    oifname "lo" accept
  }
  chain filter_INPUT_ZONES {
    iifname "docker0" goto filter_IN_trusted
    goto filter_IN_public
  }
  chain filter_FORWARD_ZONES {
    goto filter_FWD_public
  }
  chain filter_IN_trusted {
    accept
  }
  chain filter_IN_public {
    jump filter_IN_public_deny
    jump filter_IN_public_allow
    meta l4proto { icmp, ipv6-icmp } accept
  }
  chain filter_IN_public_deny {
  }
  chain filter_IN_public_allow {
    tcp dport 22 accept
    ip6 daddr fe80::/64 udp dport 546 accept
  }
  chain filter_FWD_public {
    meta l4proto { icmp, ipv6-icmp } accept
  }
}
"""

_BY_HAND = """\
table inet filter {
  set banned {
    type ipv4_addr
    flags interval
    elements = { 192.0.2.1, 203.0.113.64/26 }
  }
  map services {
    type inet_proto . inet_service : verdict
    elements = { tcp . 22 : accept, udp . 51820 : accept }
  }
  chain input {
    type filter hook input priority 0; policy drop;
    ip saddr @banned drop
    tcp flags & (fin|syn|rst|ack) != syn ct state new drop
    ip frag-off & 0x1fff != 0 drop
    ct state vmap { established : accept, related : accept, invalid : drop }
    iif lo accept
    meta l4proto . th dport vmap @services
    tcp dport 8000-8600 limit rate 10/second accept
  }
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname "wlan*" drop
    iifname != "fleet" jump strangers
  }
  chain strangers {
    ct state established,related return
    ip saddr 10.0.0.0/8 return
    tcp dport { 80, 8000 } accept
    goto refused
  }
  chain refused {
    log prefix "refused "
    reject
  }
}
table ip raw_filter {
  chain early {
    type filter hook prerouting priority raw; policy accept;
    iifname "eth0" ip saddr { 10.0.0.0/8, 192.168.0.0/16 } drop
  }
}
"""

_FAIL2BAN = """\
table inet f2b-table {
  set addr-set-sshd {
    type ipv4_addr
    elements = { 192.0.2.7, 192.0.2.9 }
  }
  chain f2b-chain {
    type filter hook input priority filter - 1; policy accept;
    tcp dport 22 ip saddr @addr-set-sshd reject with icmp port-unreachable
  }
}
"""

IPTABLES = {
    "ufw": _UFW.format(more=""),
    "ufw_allowed": _UFW.format(
        more="-A ufw-user-input -p udp --dport 51820 -j ACCEPT\n"
        "-A ufw-user-forward -o fleet -j ACCEPT\n-A ufw-user-input -p tcp --dport 8554 -j ACCEPT\n"
    ),
    "docker": _DOCKER.format(more=""),
    "docker_allowed": _DOCKER.format(more="-A DOCKER-USER -o fleet -j ACCEPT\n-A DOCKER-USER -i fleet -j ACCEPT\n"),
    "unknown_match": "*filter\n:INPUT DROP\n-A INPUT -p tcp -m string --string no-packet-has-this --algo bm -j DROP\n"
    "-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n",
}
NFTABLES = {"firewalld": _FIREWALLD, "by_hand": _BY_HAND, "fail2ban": _FAIL2BAN}


def make(name: str) -> None:
    """Put the ruleset *name* in the place of what is in this network namespace."""
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    if name in IPTABLES:
        subprocess.run(["iptables-nft-restore"], input=IPTABLES[name], text=True, check=True)
    else:
        subprocess.run(["nft", "-f", "-"], input=NFTABLES[name], text=True, check=True)


def listed(*options: str) -> str:
    return subprocess.run(["nft", *options, "list", "ruleset"], capture_output=True, text=True, check=True).stdout


def write() -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    for name in (*IPTABLES, *NFTABLES):
        make(name)
        found = {"listing": json.loads(listed("-j")), "text": listed("-a")}
        (DATA / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
