"""Replaces a node: sends its settings to each client, and reads them again on SIGHUP."""

import os
import signal
import socket
import tomllib


def read():
    environment = os.environ["BITCRAPS_ENV"].lower()
    path = os.path.join(os.environ["BITCRAPS_CONFIG_PATH"], environment + ".toml")
    with open(path, "rb") as file:
        return tomllib.load(file)


config = read()
running = config["network"]


def reload(*_):
    global running
    running = {**read()["network"], "listen_port": running["listen_port"]}


def secret(name):
    with open(os.path.join(os.environ["CREDENTIALS_DIRECTORY"], name), encoding="utf-8") as file:
        return file.read().strip()


signal.signal(signal.SIGHUP, reload)
server = socket.create_server(("0.0.0.0", running["listen_port"]))
while True:
    connection, _ = server.accept()
    with connection:
        connection.recv(4096)
        body = f"peers {running['max_connections']}, secret of {len(secret('ALERT_WEBHOOK'))} letters\n".encode()
        connection.sendall(b"HTTP/1.0 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
