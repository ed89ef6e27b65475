# Nodes in Europe.
{ lib, ... }:
{
  # Tried before the others, because it is nearer.
  network.stun_servers = lib.mkBefore [ "stun.eu.example.net:3478" ];

  # European data protection requires a short retention.
  database.log_retention_days = lib.mkForce 7;
  monitoring.log_retention_days = lib.mkForce 7;
}
