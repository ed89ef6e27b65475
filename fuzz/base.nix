{ lib, secret, ... }:
{
  network.listen_port = 8333;
  network.stun_servers = [
    "stun.example.net:3478"
    "stun2.example.net:3478"
  ];
  database.url = "postgresql://node:${secret "DB_PASSWORD"}@db/node";
  security = lib.mkIf true { tls_cert_path = "/etc/ssl/é.pem"; };
}
