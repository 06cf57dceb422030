#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Both ends of a PPTP call, as far as they can be without PPP: "pptp.py server ADDRESS"
# answers, "pptp.py client SERVER" dials and gives up after a few seconds. They send LCP
# by GRE, and IPCP to who has answered.

import socket
import struct
import sys
import threading
import time

COOKIE = 0x1A2B3C4D
LCP, IPCP = b"\xc0\x21", b"\x80\x21"


def message(kind, size, rest):
    head = struct.pack("!HHIHH", size, 1, COOKIE, kind, 0)
    return (head + rest).ljust(size, b"\0")


class Gre:
    def __init__(self, call):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
        self.call, self.number = call, 0

    def send(self, to, ppp, ack=None):
        flags = 0x3001 if ack is None else 0x3081
        data = b"\xff\x03" + ppp
        head = struct.pack("!HHHHI", flags, 0x880B, len(data), self.call, self.number)
        self.number += 1
        self.socket.sendto(head + (b"" if ack is None else struct.pack("!I", ack)) + data, (to, 0))

    def receive(self):
        packet, source = self.socket.recvfrom(2000)
        gre = packet[(packet[0] & 15) * 4 :]
        number = struct.unpack("!I", gre[8:12])[0]
        return source[0], number, gre[(16 if gre[1] & 0x80 else 12) + 2 :]


def serve_one(connection):
    connection.recv(2000)
    connection.send(message(2, 156, struct.pack("!HBB", 0x100, 1, 0)))
    connection.recv(2000)
    connection.send(message(8, 32, struct.pack("!HHB", 100, 200, 1)))
    connection.recv(2000)


def serve_gre(gre):
    while True:
        source, number, ppp = gre.receive()
        gre.send(source, ppp[:2] + b"\2\1\0\4", number)


def server(address):
    listener = socket.create_server((address, 1723))
    threading.Thread(target=serve_gre, args=(Gre(200),), daemon=True).start()
    while True:
        threading.Thread(target=serve_one, args=(listener.accept()[0],), daemon=True).start()


def client(server_address):
    connection = socket.create_connection((server_address, 1723), 2)
    connection.send(message(1, 156, struct.pack("!HBB", 0x100, 0, 0)))
    connection.recv(2000)
    connection.send(message(7, 168, struct.pack("!HH", 200, 1)))
    connection.recv(2000)
    gre = Gre(100)
    gre.socket.settimeout(0.7)
    for protocol in LCP, LCP, IPCP:
        gre.send(server_address, protocol + b"\1\1\0\4")
        try:
            gre.receive()
        except TimeoutError:
            sys.exit(1)
    time.sleep(0.5)


{"server": server, "client": client}[sys.argv[1]](sys.argv[2])
