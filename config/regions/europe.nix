# Nodes in Europe.
{ lib, ... }:
{
  # Asked before the others, because it answers sooner.
  network.stun_servers = lib.mkBefore [ "stun.eu.example.net:3478" ];

  # What players and their authorities expect here.
  database.log_retention_days = lib.mkForce 7;
  monitoring.log_retention_days = lib.mkForce 7;
}
