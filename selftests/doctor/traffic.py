#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# traffic.py serve: be the PPTP server of this network namespace, up to GRE, which is echoed.
# traffic.py listen PORT: answer TCP connections to PORT.
# traffic.py tcp ADDRESS PORT: exit with 0 if that is answered.
# traffic.py call ADDRESS: call the server there; print what is answered: "tcp", "gre".
#
# It shares nothing with doctor: what this measures is what doctor must have said.

import os
import socket
import struct
import sys
import threading

TIMEOUT = 1.0
GRE = 47
START, CALL = 1, 7
MAGIC = 0x1A2B3C4D
SERVER_CALL = 77


def message(kind, size, *words):
    """Of the control connection; a reply's number is one higher than the request's."""
    body = struct.pack(">HHIHH", size, 1, MAGIC, kind, 0)
    body += struct.pack(">%dH" % len(words), *words)
    return body.ljust(size, b"\0")


def start_message(kind):
    return message(kind, 156, 0x0100, 0x0100 if kind > START else 0)


def serve_client(client):
    client.settimeout(TIMEOUT)
    try:
        while request := client.recv(1000):
            kind, = struct.unpack(">H", request[8:10])
            if kind == START:
                client.sendall(start_message(START + 1))
            else:
                call, = struct.unpack(">H", request[12:14])
                calls[client.getpeername()[0]] = call
                client.sendall(message(CALL + 1, 32, SERVER_CALL, call, 0x0100))
    except OSError:
        pass
    client.close()


calls = {}


def listen(port, serve):
    server = socket.create_server(("", port))
    while True:
        client, _ = server.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()


def echo(client):
    client.settimeout(TIMEOUT)
    try:
        client.sendall(client.recv(100))
    except OSError:
        pass
    client.close()


def gre_packet(call, number):
    return struct.pack(">HHHHI", 0x3001, 0x880B, 4, call, number) + b"data"


def without_ip(packet):
    return packet[(packet[0] & 15) * 4:]


def echo_gre():
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, GRE)
    while True:
        packet = sock.recv(2000)
        source, target = (socket.inet_ntoa(packet[i:i + 4]) for i in (12, 16))
        number, = struct.unpack(">I", without_ip(packet)[8:12])
        answer = socket.socket(socket.AF_INET, socket.SOCK_RAW, GRE)
        try:
            answer.bind((target, 0))
            answer.sendto(gre_packet(calls.get(source, 1), number), (source, 0))
        except OSError:
            pass
        answer.close()


def try_tcp(address, port):
    with socket.create_connection((address, port), TIMEOUT) as sock:
        sock.sendall(b"hello")
        return sock.recv(100) == b"hello"


def open_control(address, call):
    sock = socket.create_connection((address, 1723), TIMEOUT)
    sock.sendall(start_message(START))
    if len(sock.recv(1000)) == 156:
        sock.sendall(message(CALL, 168, call, 1))
        if len(sock.recv(1000)) == 32:
            print("tcp")
    return sock


def try_gre(address, number):
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, GRE)
    sock.settimeout(TIMEOUT)
    sock.sendto(gre_packet(SERVER_CALL, number), (address, 0))
    while True:
        packet = sock.recv(2000)
        if packet[12:16] == socket.inet_aton(address) and \
           struct.unpack(">I", without_ip(packet)[8:12])[0] == number:
            print("gre")
            return


def call_server(address):
    control = None
    try:
        control = open_control(address, os.getpid() & 0xffff)
    except OSError:
        pass
    try:
        try_gre(address, os.getpid())
    except OSError:
        pass
    if control:
        control.close()


def main(what, *args):
    if what == "serve":
        threading.Thread(target=echo_gre, daemon=True).start()
        listen(1723, serve_client)
    elif what == "listen":
        listen(int(args[0]), echo)
    elif what == "call":
        call_server(args[0])
    else:
        try:
            works = try_tcp(args[0], int(args[1]))
        except OSError:
            works = False
        sys.exit(0 if works else 1)


main(*sys.argv[1:])
