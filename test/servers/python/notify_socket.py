"""Stands where systemd does: a datagram socket at the address of argv[1] ("@" for an abstract name); each datagram is a line of JSON."""

import json
import socket
import sys

address = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\0" + address[1:] if address.startswith("@") else address)
print(json.dumps({"listening": address}), flush=True)
while True:
    print(json.dumps({"datagram": receiver.recv(65536).decode()}), flush=True)
