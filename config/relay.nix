# Relays: nodes that mostly forward, with many peers and small tables.
{ lib, ... }:
let
  inherit (lib) mkForce;
in
{
  network.max_connections = mkForce 10000;
  consensus.max_participants = 10;
  performance = mkForce "Balanced";
}
