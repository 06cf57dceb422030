#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Routing daemons on the gateway pass the tool's routes on, and no others, with
# the configurations that Documentation/deploying.rst gives. The neighbour, c1,
# runs BIRD and has in its kernel what it learns by BGP.

. "$(dirname "$0")/../lib/gateway.sh"

FRR=/usr/lib/frr
GW=192.168.7.1
NEIGHBOUR=192.168.7.2

# Three of ours, and foreign of other protocols and metrics.
routes() {
	CONF=$WORK/pptpgw.conf
	cat >"$CONF" <<-END
		route 10.40.0.0/16 via 10.1.0.1 dev corp0 metric 217
		route 10.41.0.0/16 via 10.1.0.1 dev corp0 metric 217
		route 10.42.1.0/24 via 10.1.0.1 dev corp0 metric 217
	END
	pg route apply >"$WORK/apply.log"
	ip_batch gw <<-END
		route add 10.50.0.0/16 via 10.1.0.1 proto static
		route add 10.51.0.0/16 via 10.1.0.1 proto boot
		route add 10.52.0.0/16 via 10.1.0.1 proto 216
		route add 10.53.0.0/16 via 10.1.0.1 proto static metric 216
	END
}

setup_neighbour() {
	link gw lan0 c1 lan0
	ip -n pgw-gw addr add "$GW/24" dev lan0
	ip -n pgw-c1 addr add "$NEIGHBOUR/24" dev lan0
	cat >"$WORK/neighbour.conf" <<-END
		router id $NEIGHBOUR;
		protocol device { }
		protocol kernel { ipv4 { export where source = RTS_BGP; }; }
		protocol bgp {
			local $NEIGHBOUR as 65002;
			neighbor $GW as 65001;
			passive;
			ipv4 { import all; export none; };
		}
	END
	bg c1 bird -f -c "$WORK/neighbour.conf" -s "$WORK/neighbour.ctl" \
		>"$WORK/neighbour.log" 2>&1
}

# What the neighbour has learned, in one line.
learned() { ip -n pgw-c1 route show proto bird | awk '{ printf "%s ", $1 }'; }

has_learned() { [ "$(learned)" = "$1" ]; }

# ours_are_passed_on: those that there are, and those that come and go.
ours_are_passed_on() {
	check "ours are passed on" wait_for 60 has_learned \
		"10.40.0.0/16 10.41.0.0/16 10.42.1.0/24 "
	sed -i 's/10.41.0.0/10.43.0.0/' "$CONF"
	pg route apply >"$WORK/apply.log"
	check "changes are passed on" wait_for 30 has_learned \
		"10.40.0.0/16 10.42.1.0/24 10.43.0.0/16 "
	sleep 3
	is "learned" "$(learned)" "10.40.0.0/16 10.42.1.0/24 10.43.0.0/16 "
	pg route flush >"$WORK/apply.log"
	check "that there are none is passed on" wait_for 30 has_learned ""
}

test_bird() {
	command -v bird >/dev/null || skip "bird is not installed"
	routes
	setup_neighbour
	cat >"$WORK/bird.conf" <<-END
		router id $GW;
		protocol device { }
		protocol kernel {
			learn;
			ipv4 { import where krt_source = 217; export none; };
		}
		protocol bgp {
			local $GW as 65001;
			neighbor $NEIGHBOUR as 65002;
			connect delay time 1;
			ipv4 {
				import none;
				export where source = RTS_INHERIT;
				next hop self;
			};
		}
	END
	bg gw bird -f -c "$WORK/bird.conf" -s "$WORK/bird.ctl" >"$WORK/bird.log" 2>&1
	ours_are_passed_on
}

# frr DAEMON: its files are in $WORK/frr, which belongs to the user frr.
frr() {
	local daemon=$1
	in_ns gw "$FRR/$daemon" -d -i "$WORK/frr/$daemon.pid" \
		-f "$WORK/frr/$daemon.conf" -z "$WORK/frr/zserv" \
		--vty_socket "$WORK/frr" >"$WORK/$daemon.log" 2>&1 ||
		fail "$daemon does not start"
}

# start_frr [WORD...]: what follows "redistribute kernel".
start_frr() {
	mkdir -p "$WORK/frr"
	chmod 755 "$WORK"
	: >"$WORK/frr/zebra.conf"
	cat >"$WORK/frr/bgpd.conf" <<-END
		router bgp 65001
		 bgp router-id $GW
		 no bgp ebgp-requires-policy
		 neighbor $NEIGHBOUR remote-as 65002
		 neighbor $NEIGHBOUR timers connect 1
		 address-family ipv4 unicast
		  redistribute kernel $*
		  neighbor $NEIGHBOUR next-hop-self force
		 exit-address-family
		!
		route-map PPTPGW permit 10
		 match metric 217
		!
	END
	chown -R frr:frr "$WORK/frr"
	frr zebra
	frr bgpd
}

test_frr() {
	[ -x "$FRR/bgpd" ] || skip "frr is not installed"
	routes
	setup_neighbour
	start_frr route-map PPTPGW
	ours_are_passed_on
}

# Without the route map it takes all: the protocol is lost on it.
test_frr_without_route_map() {
	[ -x "$FRR/bgpd" ] || skip "frr is not installed"
	routes
	setup_neighbour
	start_frr
	foreign() { learned | grep '10.50.0.0/16 .*10.51.0.0/16 .*10.52.0.0/16'; }
	check "foreign are passed on" wait_for 60 foreign
}

run_tests bird frr frr_without_route_map
