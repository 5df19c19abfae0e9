# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The section types and options that OpenWrt reads, for ``schema``: the union of what releases 18.06 to 25.12 know.

Sources: firewall4 ``fw4.uc`` and firewall3 (all its ``FW3_OPT``), ``dnsmasq.init``, odhcpd ``config.c`` and netifd
with their whole history, ``dropbear.init``, ``wireguard.sh``, and for modems the protocol scripts of comgt, uqmi,
umbim, wwan and ModemManager. A list is *complete* only where nothing but the named programs reads it.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """Names that a package's programs know; an unknown name is certainly wrong only if the list is *complete*."""

    names: frozenset[str]
    complete: bool


def _known(names: str, *, complete: bool = True) -> Known:
    return Known(frozenset(names.split()), complete)


_TIMES = "utc_time start_date stop_date start_time stop_time weekdays monthdays"
_MATCHES = (
    f"enabled name _name family src ipset proto src_ip src_port dest_ip dest_port extra limit limit_burst {_TIMES} mark"
)
_LOG = "counter log log_limit"
_TAGGED = "networkid force dhcp_option dhcp_option_force instance"

SECTION_TYPES = {
    "firewall": _known("defaults zone forwarding rule redirect nat ipset include"),
    "dropbear": _known("dropbear"),
    "dhcp": _known(
        "dnsmasq dhcp odhcpd host domain hostrecord cname srvhost mxhost dnsrr relay boot boot6 tag match mac "
        "vendorclass userclass circuitid remoteid subscrid ipset"
    ),
    # Drivers and protocols of other packages bring types of their own.
    "network": _known(
        "interface globals device bridge-vlan switch switch_vlan switch_port switch_ext route route6 rule rule6 "
        "neighbor neighbor6 alias atm-bridge dsl",
        complete=False,
    ),
    "system": _known("system timeserver led gpio_switch rssid", complete=False),
}

OPTIONS = {
    ("firewall", "defaults"): _known(
        "input output forward drop_invalid tcp_reject_code any_reject_code syn_flood synflood_protect synflood_rate "
        "synflood_burst tcp_syncookies tcp_ecn tcp_window_scaling accept_redirects accept_source_route auto_helper "
        "custom_chains disable_ipv6 flow_offloading flow_offloading_hw auto_includes"
    ),
    ("firewall", "zone"): _known(
        "enabled name family network device subnet input output forward masq masq_allow_invalid masq_src masq_dest "
        "masq6 extra extra_src extra_dest mtu_fix custom_chains log log_limit auto_helper helper counter"
    ),
    ("firewall", "forwarding"): _known("enabled name family src dest"),
    ("firewall", "rule"): _known(
        f"{_MATCHES} {_LOG} dest device direction helper set_helper src_mac icmp_type set_mark set_xmark dscp "
        "set_dscp target"
    ),
    ("firewall", "redirect"): _known(
        f"{_MATCHES} {_LOG} dest helper src_mac src_dip src_dport reflection reflection_src reflection_zone target"
    ),
    ("firewall", "nat"): _known(f"{_MATCHES} {_LOG} device snat_ip snat_port connlimit_ports target"),
    ("firewall", "include"): _known("enabled path type fw4_compatible family reload position chain"),
    ("firewall", "ipset"): _known(
        "enabled reload_set counters comment name family storage match iprange portrange netmask maxelem hashsize "
        "timeout external entry loadfile"
    ),
    ("dropbear", "dropbear"): _known(
        "PasswordAuth enable DirectInterface Interface GatewayPorts ForceCommand RootPasswordAuth RootLogin "
        "rsakeyfile dsskeyfile keyfile BannerFile Port SSHKeepAlive IdleTimeout MaxAuthTries RecvWindowSize "
        "LocalPortForward RemotePortForward mdns RunAsUser verbose"
    ),
    ("dhcp", "host"): _known(
        "name ip mac duid hostid tag match_tag networkid enable dns broadcast leasetime force dhcp_option "
        "dhcp_option_force instance hostname comment description"
    ),
    ("dhcp", "domain"): _known("name ip instance comment description"),
    ("dhcp", "hostrecord"): _known("name ip instance comment description"),
    ("dhcp", "cname"): _known("cname target instance"),
    ("dhcp", "srvhost"): _known("srv target port class weight instance"),
    ("dhcp", "mxhost"): _known("domain relay pref instance"),
    ("dhcp", "dnsrr"): _known("rrname rrnumber hexdata instance"),
    ("dhcp", "relay"): _known("id local_addr server_addr interface instance"),
    ("dhcp", "boot"): _known(f"{_TAGGED} filename servername serveraddress"),
    ("dhcp", "tag"): _known(f"{_TAGGED} comment"),
    ("dhcp", "match"): _known(f"{_TAGGED} match"),
    ("dhcp", "mac"): _known(f"{_TAGGED} mac"),
    ("dhcp", "vendorclass"): _known(f"{_TAGGED} vendorclass"),
    ("dhcp", "userclass"): _known(f"{_TAGGED} userclass"),
    ("dhcp", "circuitid"): _known(f"{_TAGGED} circuitid"),
    ("dhcp", "remoteid"): _known(f"{_TAGGED} remoteid"),
    ("dhcp", "subscrid"): _known(f"{_TAGGED} subscriberid"),
    ("dhcp", "ipset"): _known("name domain table table_family family instance"),
    ("dhcp", "odhcpd"): _known(
        "maindhcp leasefile leasetrigger legacy loglevel hostsfile hostsdir piofolder piodir enable_tz", complete=False
    ),
    # Both dnsmasq's script and odhcpd read these, each release a little differently.
    ("dhcp", "dhcp"): _known(
        f"{_TAGGED} interface ifname ignore start limit leasetime netmask options dynamicdhcp dynamicdhcpv4 "
        "dynamicdhcpv6 dhcpv4 dhcpv6 ra ndp master upstream router match_tag dns dnr dns_service domain ntp tag "
        "interface_name dhcpv4_forcereconf dhcpv6_raw dhcpv6_assignall dhcpv6_pd_preferred dhcpv6_pd dhcpv6_pd_min_len "
        "dhcpv6_na dhcpv6_hostidlength dhcpv6_relay_servers ra_default ra_flags ra_management ra_slaac ra_offlink "
        "ra_preference ra_advrouter ra_mininterval ra_maxinterval ra_lifetime ra_useleasetime ra_reachabletime "
        "ra_retranstime ra_hoplimit ra_mtu ra_dns ra_pref64 ndproxy_routing ndproxy_slave ndproxy_static "
        "ndp_from_link_local prefix_filter filter_class pd_manager pd_cer preferred_lifetime max_preferred_lifetime "
        "max_valid_lifetime captive_portal_uri ipv6_only_preferred compat_ula ula_compat",
        complete=False,
    ),
    ("dhcp", "dnsmasq"): _known(
        "disabled authoritative nodaemon domainneeded filterwin2k nohosts nonegcache strictorder logqueries noresolv "
        "localise_queries readethers dbus ubus expandhosts enable_tftp tftp_root tftp_no_fail tftp_unique_root "
        "nonwildcard fqdn proxydnssec localservice logdhcp quietdhcp sequential_ip allservers noping rapidcommit "
        "scriptarp filter_aaaa filter_a filter_rr cache_rr logfacility cachesize dnsforwardmax port ednspacket_max "
        "dhcpleasemax queryport minport maxport domain local listen_address server rev_server address "
        "address_as_local connmark_allowlist_enable connmark_allowlist interface notinterface ignore_hosts_dir "
        "addnhosts bogusnxdomain leasefile serversfile dhcp_boot local_ttl max_ttl min_ttl min_cache_ttl "
        "max_cache_ttl pxe_prompt pxe_service add_local_domain add_local_hostname add_local_fqdn add_wan_fqdn "
        "dhcpscript cachelocal resolvfile localuse dhcphostsfile rebind_protection rebind_localhost rebind_domain "
        "dnssec dnsseccheckunsigned addmac stripmac addsubnet stripsubnet dhcp_option dhcp_option_force confdir "
        "extraconftext dhcpbogushostname boguspriv addnmount ipset interface_name dns_redirect umbrella",
        complete=False,
    ),
    ("system", "timeserver"): _known("enabled enable_server interface server use_dhcp dhcp_interface"),
    # Any package may leave its switch here.
    ("system", "system"): _known(
        "hostname description notes timezone zonename conloglevel klogconloglevel cronloglevel buffersize ttylogin "
        "urandom_seed compat_version leds_off log_file log_size log_buffer_size log_hostname log_ip log_remote "
        "log_port log_proto log_trailer_null log_prefix zram_size_mb zram_comp_algo zram_priority clock_timestyle "
        "clock_hourcycle",
        complete=False,
    ),
    ("network", "globals"): _known(
        "ula_prefix packet_steering steering_flows default_ps default_rps_val default_rps_flow_cnt default_xps_val "
        "tcp_l3mdev udp_l3mdev dhcp_default_duid multipath netns",
        complete=False,
    ),
    ("network", "device"): _known(
        "name type ifname ports mtu mtu6 macaddr txqueuelen enabled ipv6 ip6segmentrouting promisc rpfilter "
        "acceptlocal igmpversion mldversion neighreachabletime neighgcstaletime neighlocktime dadtransmits multicast "
        "multicast_to_unicast multicast_router multicast_fast_leave learning unicast_flood broadcast_flood "
        "sendredirects isolate drop_v4_unicast_in_l2_multicast drop_v6_unicast_in_l2_multicast drop_gratuitous_arp "
        "drop_unsolicited_na arp_accept auth auth_vlan speed duplex vlan pause asym_pause rxpause txpause autoneg "
        "gro rps xps conduit eee tags pse pse_podl pse_power_limit pse_priority stp stp_kernel stp_proto "
        "forward_delay priority ageing_time hello_time max_age igmp_snooping bridge_empty empty multicast_querier "
        "hash_max robustness query_interval query_response_interval last_member_interval vlan_filtering vid "
        "ingress_qos_mapping egress_qos_mapping mode peer_name peer_macaddr table policy xmit_hash_policy "
        "all_ports_active min_links ad_actor_system ad_actor_sys_prio ad_select lacp_rate packets_per_port "
        "lp_interval dynamic_lb resend_igmp num_peer_notif primary primary_reselect failover_mac monitor_mode "
        "monitor_interval arp_target arp_all_targets arp_validate use_carrier updelay downdelay cooked disabled "
        "local remote ttl tos df link",
        complete=False,
    ),
    ("network", "bridge-vlan"): _known("device vlan local ports alias"),
    ("network", "route"): _known(
        "interface target netmask gateway metric mtu table valid source onlink type proto disabled comment description"
    ),
    ("network", "wireguard_*"): _known(
        "public_key preshared_key private_key allowed_ips endpoint_host endpoint_port persistent_keepalive "
        "route_allowed_ips description disabled name"
    ),
}

INTERFACE_OPTIONS = _known(
    "device proto type ifname auto disabled zone jail jail_device jail_ifname host_device defaultroute peerdns "
    "metric dns renew dns_search dns_metric interface ip6assign ip6hint ip4table ip6table ip6class delegate "
    "ip6ifaceid force_link ip6weight tags carrier_loss_delay ip6deprecated macaddr mtu mtu6 txqueuelen ipv6 "
    "multipath sourcefilter description stp igmp_snooping bridge_empty multicast_querier forward_delay priority "
    "ageing_time hello_time max_age vlan_filtering"
)
"""What any interface may have, whatever its protocol; the bridge's options are from before 21.02."""

_STATIC = "ipaddr netmask broadcast ptpaddr gateway ip6addr ip6gw ip6prefix"
_DIAL = "apn username password pincode delay"
_PPP = (
    "username password keepalive keepalive_adaptive demand pppd_options connect disconnect ipv6 authfail mtu pppname "
    "unnumbered persist maxfail holdoff ip6prefix reqprefix norelease noserverunicast"
)

PROTOCOLS = {
    "static": _known(_STATIC),
    "none": _known("", complete=False),
    "wireguard": _known(
        "private_key listen_port mtu fwmark addresses ip6prefix nohostroute tunlink preshared_key listen_addr"
    ),
    "qmi": _known(f"{_DIAL} v6apn auth modes pdptype profile v6profile dhcp dhcpv6 autoconnect plmn timeout"),
    "mbim": _known(f"{_DIAL} allow_roaming allow_partner auth ipv6 dhcp dhcpv6 pdptype"),
    "ncm": _known(f"{_DIAL} auth mode pdptype profile"),
    "3g": _known(f"{_DIAL} {_PPP} service dialnumber"),
    "directip": _known(f"{_DIAL} auth"),
    "wwan": _known(f"{_DIAL} auth modes bus"),
    "modemmanager": _known(
        f"{_DIAL} auth allowedauth allowedmode preferredmode iptype plmn signalrate lowpower allow_roaming "
        "force_connection init_epsbearer init_iptype init_allowedauth init_password init_user init_username init_apn "
        "disable_modem"
    ),
    "dhcp": _known(
        f"{_STATIC} hostname clientid sendclientid vendorid broadcast norelease release reqopts defaultreqopts "
        "iface6rd sendopts zone6rd mtu6rd customroutes classlessroute skpriority timeout retry tryagain",
        complete=False,
    ),
    "dhcpv6": _known(
        "reqaddress reqprefix clientid reqopts defaultreqopts noslaaconly forceprefix extendprefix norelease "
        "noserverunicast noclientfqdn noacceptreconfig ip6prefix iface_dslite zone_dslite encaplimit_dslite "
        "mtu_dslite iface_map zone_map encaplimit_map iface_464xlat zone_464xlat ifaceid userclass vendorclass "
        "sendopts skpriority soltimeout fakeroutes keep_ra_dnslifetime ra_holdoff verbose dynamic",
        complete=False,
    ),
    "pppoe": _known(f"{_PPP} ac service ac_mac host_uniq padi_attempts padi_timeout", complete=False),
    "ppp": _known(_PPP, complete=False),
}
"""What an interface of a protocol may have besides; of other protocols nothing is said."""
