// SPDX-License-Identifier: GPL-2.0
#include "doctor/manager.h"

#include <linux/rtnetlink.h>
#include <stddef.h>

#define YES "@(yes|true|on|1|y|t)"
#define NO "@(no|false|off|0|n|f)"
#define ALL "@(default|0.0.0.0/0)"
#define AND " && "
#define HASH "sed -i '%ls/^/#/' %f"

#define NETPLAN_KINDS "ethernets|vlans|bridges|bonds|tunnels|vrfs|dummy-devices"
#define NETPLAN_LISTS "match|routes|addresses|interfaces|parameters|nameservers|search"
#define NETPLAN_OTHERS "network|dhcp[46]-overrides|routing-policy|link-local|auth|wifis|modems"

/* netplan(5) by lines: a line without a value that is none of its words begins a unit. */
static const struct key netplan[] = {
	{ NULL, NULL, "@(" NETPLAN_KINDS "):", KEY_KIND },
	{ NULL, NULL, "!(-*|" NETPLAN_KINDS "|" NETPLAN_LISTS "|" NETPLAN_OTHERS "):", KEY_UNIT },
	{ NULL, "name:", NULL, KEY_NAME },
	{ NULL, "set-name:", NULL, KEY_NAME },
	{ NULL, "macaddress:", NULL, KEY_MAC },
	{ NULL, "dhcp4:", YES, KEY_LEASE },
	{ NULL, "use-routes:", NO, KEY_NO_LEASE },
	{ NULL, "gateway4:", NULL, KEY_LINE },
	{ NULL, "- to:", ALL, KEY_ITEM },
	{ NULL, "- to:", NULL, KEY_OTHER_ITEM },
	{ NULL, NULL, "@(via|metric|on-link|table|type|scope|from|mtu):*", KEY_MORE },
	{ }
};

#define NETPLAN_ADD(list, item) "netplan set '%k.%u." list "=[{" item "}]' && netplan apply"

static const struct key networkd[] = {
	{ "Match", "Name", NULL, KEY_NAME },
	{ "Match", "MACAddress", NULL, KEY_MAC },
	{ "Match", "PermanentMACAddress", NULL, KEY_MAC },
	{ "Match", "Type", NULL, KEY_TYPE },
	{ "Network", "DHCP", "@(yes|true|on|1|y|t|ipv4|both|v4)", KEY_LEASE },
	{ "Network", "Gateway", "*.*", KEY_LINE },
	{ "Network", "DefaultRouteOnDevice", YES, KEY_LINE },
	{ "Route", "Gateway", "@(*.*|_dhcp4|dhcp)", KEY_SECTION },
	{ "Route", "Destination", "!(default|0.0.0.0/0)", KEY_NOT_SECTION },
	{ "Route", "Table", "!(main|254)", KEY_NOT_SECTION },
	{ "DHCP?(v4)", "UseGateway", NO, KEY_NO_LEASE },
	{ "DHCP?(v4)", "UseRoutes", NO, KEY_NO_LEASE },
	{ }
};

#define NETWORKD_DIR "/etc/systemd/network/%b.d"
#define NETWORKD_ADD(text) "mkdir -p " NETWORKD_DIR " && printf '" text "' >>" NETWORKD_DIR \
	"/pptpgw.conf && networkctl reload"

static const struct key nm[] = {
	{ "connection", "interface-name", NULL, KEY_NAME },
	{ "match", "interface-name", NULL, KEY_NAME },
	{ "connection", "type", "!(ethernet|802-3-ethernet|vlan|bridge|bond|ppp*)", KEY_NOT },
	{ "connection", "id", NULL, KEY_ID },
	{ "connection", "uuid", NULL, KEY_ID },
	{ "@(ethernet|802-3-ethernet)", "mac-address", NULL, KEY_MAC },
	{ "ipv4", "method", "auto", KEY_LEASE },
	{ "ipv4", "gateway", NULL, KEY_LINE },
	{ "ipv4", "address1", "*,*", KEY_LINE },
	{ "ipv4", "route1", "0.0.0.0/0*", KEY_LINE },
	{ "ipv4", "never-default", YES, KEY_NEVER },
	{ }
};

#define NM_MODIFY "nmcli connection modify %u "
#define NM_OWN "connection.autoconnect-priority 10 ipv4.never-default yes"
#define NM_NEVER NM_MODIFY "ipv4.gateway '' ipv4.never-default yes && nmcli device reapply %i"

static const struct key ifupdown[] = {
	{ NULL, "iface", NULL, KEY_UNIT },
	{ NULL, "iface", "*inet6*", KEY_NOT },
	{ NULL, "iface", "* dhcp*", KEY_LEASE },
	{ NULL, "gateway", "*.*", KEY_LINE },
	{ NULL, NULL, "@(up|post-up)[ \t]*@(add|append|replace)*[ \t]" ALL "*", KEY_LINE },
	{ NULL, "source", NULL, KEY_SOURCE },
	{ NULL, "source-directory", NULL, KEY_SOURCE },
	{ }
};

#define IFUPDOWN_ADD(text) "sed -i 's/^iface %i inet .*/&\\n    up " text "/' %f"

#define IFCFG_DIR "/etc/sysconfig/network-scripts"

static const struct key ifcfg[] = {
	{ NULL, "DEVICE", NULL, KEY_NAME },
	{ NULL, "HWADDR", NULL, KEY_MAC },
	{ NULL, "BOOTPROTO", "dhcp*", KEY_LEASE },
	{ NULL, "GATEWAY", NULL, KEY_LINE },
	{ NULL, "DEFROUTE", NO, KEY_NEVER },
	{ NULL, "DHCLIENT_SET_DEFAULT_ROUTE", NO, KEY_NO_LEASE },
	{ }
};

static const struct key routes[] = {
	{ NULL, NULL, ALL "[ \t]*", KEY_LINE },
	{ }
};

/* What names another gateway brought another route. */
static const struct key dhclient[] = {
	{ NULL, "lease", NULL, KEY_BLOCK },
	{ NULL, "interface", NULL, KEY_NAME },
	{ NULL, "option routers", "%g*", KEY_LEASE },
	{ NULL, "option rfc3442-classless-static-routes", "0,*", KEY_LEASE },
	{ }
};

#define RFC_3442 "new_rfc3442_classless_static_routes"
#define DHCLIENT_UNSET(variables) "echo '[ \"$interface\" != %i ] || unset " variables \
	"' >>/etc/dhcp/dhclient-enter-hooks.d/pptpgw"

static const struct key dhcpcd[] = {
	{ NULL, "interface", NULL, KEY_UNIT },
	{ NULL, "denyinterfaces", NULL, KEY_NOT_NAME },
	{ NULL, NULL, "static routers=*", KEY_LINE },
	{ NULL, "nogateway", NULL, KEY_NEVER },
	{ }
};

#define DHCPCD_ADD(word) "printf 'interface %i\\n" word "\\n' >>/etc/dhcpcd.conf && dhcpcd -n %i"
#define DHCPCD_NEVER DHCPCD_ADD("nogateway")

static const struct key pppd[] = {
	{ NULL, NULL, "@(|*[ \t])?(replace)defaultroute@(|[ \t]*)", KEY_LINE },
	{ NULL, NULL, "@(|*[ \t])nodefaultroute@(|[ \t]*)", KEY_NEVER },
	{ }
};

static const struct key openvpn[] = {
	{ NULL, "dev", NULL, KEY_PREFIX },
	{ NULL, "client", NULL, KEY_LEASE },
	{ NULL, "pull", NULL, KEY_LEASE },
	{ NULL, "redirect-gateway", NULL, KEY_LINE },
	{ NULL, "pull-filter", "ignore*redirect-gateway*", KEY_NO_LEASE },
	{ NULL, "route-nopull", NULL, KEY_NO_LEASE },
	{ }
};

static const struct key wireguard[] = {
	{ "Peer", "AllowedIPs", "*.0/[0-4]@(|[ \t,]*)", KEY_LINE },
	{ "Interface", "Table", "off", KEY_NEVER },
	{ }
};

#define WG_RULE(when, what) when " = ip rule " what " from %a lookup main"

static const struct key frr[] = {
	{ NULL, "ip route 0.0.0.0/0", "@(%g|%i)*", KEY_LINE },
	{ }
};

/* As vtysh(1) is run once for all. */
#define VTYSH(commands) "vtysh -c 'configure terminal' " commands " -c end -c 'write memory'"

#define FRR_PREFIXES "-c 'ip prefix-list pptpgw permit 0.0.0.0/0' -c 'route-map pptpgw deny 10'"
#define FRR_MATCH " -c 'match ip address prefix-list pptpgw' -c 'match interface %i'"
#define FRR_MAP FRR_MATCH " -c 'route-map pptpgw permit 20' -c exit"

static const struct key bird_static[] = {
	{ NULL, NULL, "*route 0.0.0.0/0 via*", KEY_LINE },
	{ NULL, "include", NULL, KEY_SOURCE },
	{ }
};

static const struct key bird_kernel[] = {
	{ NULL, "protocol", "kernel*", KEY_BLOCK },
	{ NULL, NULL, "*export all@(|;*)", KEY_LEASE },
	{ NULL, "include", NULL, KEY_SOURCE },
	{ }
};

#define BIRD_OTHERS "net != 0.0.0.0\\/0 || ifname != \"%i\""

const struct manager managers[] = { {
	.name = "netplan", .files = "/{etc,run,lib}/netplan/*.yaml", .must_name = true,
	.keys = netplan, .by_line = HASH " && netplan apply",
	.by_only = "netplan set %k.%u.routes=NULL && netplan apply",
	.by_lease = "netplan set %k.%u.dhcp4-overrides.use-routes=false && netplan apply",
	.add_route = NETPLAN_ADD("routes", "\"to\":\"0.0.0.0/0\",\"via\":\"%g\",\"metric\":%m"),
	.add_rule = NETPLAN_ADD("routing-policy", "\"from\":\"%a\",\"table\":254,\"priority\":%p"),
}, {
	.name = "systemd-networkd", .files = "/{etc,run,usr/lib}/systemd/network/*.network",
	.asked = "/run/systemd/netif/links/%x", .asked_key = "NETWORK_FILE", .first = true,
	.dropins = "/{etc,run,usr/lib}/systemd/network/%b.d/*.conf",
	.keys = networkd, .by_line = HASH " && networkctl reload",
	.by_lease = NETWORKD_ADD("[DHCPv4]\\nUseGateway=no\\n"),
	.by_lease_of = NETWORKD_ADD("[DHCPv4]\\nUseRoutes=no\\nUseGateway=yes\\n"),
	.add_route = NETWORKD_ADD("[Route]\\nGateway=%g\\nMetric=%m\\n"),
	.add_rule = NETWORKD_ADD("[RoutingPolicyRule]\\nFrom=%a\\nTable=main\\nPriority=%p\\n"),
}, {
	.name = "NetworkManager",
	.files = "{/etc,/run,/usr/lib}/NetworkManager/system-connections/*",
	.asked = "/run/NetworkManager/devices/%x", .asked_key = "connection-uuid",
	.keys = nm, .by_line = NM_NEVER,
	.by_lease = NM_MODIFY "ipv4.never-default yes && nmcli device reapply %i",
	.by_lease_of = NM_MODIFY "ipv4.ignore-auto-routes yes && nmcli device reapply %i",
	.by_any = "nmcli connection clone %u pptpgw-%i" AND
		"nmcli connection modify pptpgw-%i connection.interface-name %i " NM_OWN AND
		"nmcli connection up pptpgw-%i",
	.add_route = NM_MODIFY "+ipv4.routes '0.0.0.0/0 %g %m' && nmcli device reapply %i",
	.add_rule = NM_MODIFY "+ipv4.routing-rules 'priority %p from %a table 254'" AND
		"nmcli device reapply %i",
}, {
	.name = "ifupdown", .files = "/etc/network/interfaces", .must_name = true,
	.keys = ifupdown, .by_line = HASH,
	.add_route = IFUPDOWN_ADD("ip route add default via %g dev %i metric %m"),
	.add_rule = IFUPDOWN_ADD("ip rule add pref %p from %a lookup main"),
}, {
	.name = "ifcfg", .files = "/etc/sysconfig/{network-scripts,network}/ifcfg-*",
	.must_name = true, .keys = ifcfg, .by_line = "echo DEFROUTE=no >>%f",
	.by_lease = "printf 'DEFROUTE=no\\nDHCLIENT_SET_DEFAULT_ROUTE=no\\n' >>%f",
	.add_route = "echo 'default via %g dev %i metric %m' >>" IFCFG_DIR "/route-%i",
	.add_rule = "echo 'pref %p from %a lookup main' >>" IFCFG_DIR "/rule-%i",
}, {
	.name = "ifcfg", .files = "/etc/sysconfig/{network-scripts,network}/{ifroute,route}-%i",
	.keys = routes, .by_line = HASH,
}, {
	.name = "dhclient", .comm = "dhclient", .must_name = true, .keys = dhclient,
	.files = "/var/lib/{dhcp,dhclient}/dhclient*.lease*",
	.by_lease = DHCLIENT_UNSET("new_routers " RFC_3442),
	.by_lease_of = DHCLIENT_UNSET(RFC_3442),
}, {
	.name = "dhcpcd", .comm = "dhcpcd", .files = "/etc/dhcpcd.conf", .keys = dhcpcd,
	.by_line = DHCPCD_NEVER, .by_lease = DHCPCD_NEVER,
	.by_lease_of = DHCPCD_ADD("nooption classless_static_routes"),
}, {
	.name = "udhcpc", .comm = "udhcpc",
	.by_lease = "sed -i '1a [ $interface != %i ] || unset router' /etc/udhcpc/default.script",
}, {
	.name = "pppd", .files = "/etc/ppp/{options,options.*,peers/*}", .devs = "ppp*",
	.pid_file = "/run/%i.pid", .keys = pppd,
	.by_line = "sed -i -E 's/(^|\\s)((replace)?defaultroute(\\s|$))+/ /' %f",
}, {
	.name = "OpenVPN", .files = "/etc/openvpn/{,client/}*.{conf,ovpn}", .must_name = true,
	.devs = "t[ua][np]*", .keys = openvpn, .by_line = HASH,
	.by_lease = "echo 'pull-filter ignore redirect-gateway' >>%f",
}, {
	.name = "wg-quick", .files = "/etc/wireguard/%i.conf", .keys = wireguard,
	.by_line = "sed -i 's/^\\[Interface\\]/&\\nTable = off/' %f",
	.add_rule = "sed -i 's/^\\[Interface\\]/&\\n" WG_RULE("PostUp", "add") "\\n"
		WG_RULE("PreDown", "del") "/' %f",
}, {
	.name = "Tailscale", .comm = "tailscaled", .devs = "tailscale*",
	.by_lease = "tailscale set --exit-node=",
}, {
	.name = "FRR", .files = "/etc/frr/*.conf", .daemon = { RTPROT_BGP, RTPROT_EIGRP + 5 },
	.where = "/etc/frr", .keys = frr, .by_line = VTYSH("-c 'no %t'"),
	.by_lease = VTYSH(FRR_PREFIXES FRR_MAP " -c 'ip protocol %P route-map pptpgw'"),
}, {
	.name = "BIRD", .files = "/etc/{bird/,}bird.conf", .keys = bird_static,
	.daemon = { RTPROT_BIRD, RTPROT_BIRD }, .by_line = HASH " && birdc configure",
}, {
	.name = "BIRD", .files = "/etc/{bird/,}bird.conf", .keys = bird_kernel,
	.where = "/etc/bird/bird.conf",
	.daemon = { RTPROT_BIRD, RTPROT_BIRD },
	.by_lease = "sed -i '%ls/export all;/export where " BIRD_OTHERS ";/' %f && birdc configure",
}, { } };
