#!/usr/bin/env bash
# etcd 3.4.23 (Debian etcd-server 3.4.23-4+b4): the JSON gateway refuses keys in URL-safe base64, unpadded ones and `1e0`.
#
# Input: a range request for one key of four bytes, `61 ff fe 7e`, whose spelling in base64 has a `/` or a `_`.
# Expected: the same answer to each. The gateway (docs/dev-guide/api_grpc_gateway) serves messages of proto3 as JSON, and the
#   mapping of proto3 (https://protobuf.dev/programming-guides/json/) says of bytes: "Either standard or URL-safe base64 encoding
#   with/without paddings are accepted", and of int64 that exponents of integral value are.
# Seen: "illegal base64 data" for all but the standard alphabet with padding, and "cannot unmarshal number" for `1e0`. Names in
#   both spellings (`range_end`, `rangeEnd`), enums as numbers and null are accepted as the mapping has them.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "$server" 2> "$work/kill.txt" || true; wait; rm -rf "$work"' EXIT
server=0
if ! command -v etcd > /dev/null; then
  cd "$work"
  apt-get -o APT::Sandbox::User=root download etcd-server=3.4.23-4+b4 > apt.log
  dpkg-deb --extract etcd-server_*.deb root
  PATH=$work/root/usr/bin:$PATH
fi
read -r client peer <<< "$(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(it.getsockname()[1] for it in sockets))')"
etcd --data-dir "$work/data" --listen-client-urls "http://127.0.0.1:$client" --advertise-client-urls "http://127.0.0.1:$client" \
  --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" \
  --initial-cluster "default=http://127.0.0.1:$peer" --logger zap > "$work/etcd.log" 2>&1 &
server=$!
for _ in $(seq 100); do
  if grep -q '"health":"true"' <<< "$(curl --silent "http://127.0.0.1:$client/health")"; then break; fi
  sleep 0.1
done
post() {
  curl --silent --data "$2" "http://127.0.0.1:$client/v3/kv/$1"
}
post put '{"key": "Yf/+fg==", "value": "eA=="}' > "$work/put.json"
seen=$(
  for request in '{"key": "Yf/+fg=="}' '{"key": "Yf_-fg=="}' '{"key": "Yf/+fg"}' '{"key": "Yf/+fg==", "limit": "1"}' \
    '{"key": "Yf/+fg==", "limit": 1e0}'; do
    echo "$request: $(post range "$request" | grep -oE '"value":"[^"]*"|"message":"[^"]*"')"
  done
)
recorded='{"key": "Yf/+fg=="}: "value":"eA=="
{"key": "Yf_-fg=="}: "message":"illegal base64 data at input byte 2"
{"key": "Yf/+fg"}: "message":"illegal base64 data at input byte 4"
{"key": "Yf/+fg==", "limit": "1"}: "value":"eA=="
{"key": "Yf/+fg==", "limit": 1e0}: "message":"json: cannot unmarshal number 1e0 into Go value of type int64"'
printf 'expected: "value":"eA==" in each line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
