# Testing: what the test suite starts by the dozen and throws away.
{ lib, ... }:
{
  imports = [ ./base.nix ];

  network = {
    listen_address = "127.0.0.1";
    # No test talks to a machine outside.
    stun_servers = lib.mkForce [ ];
    enable_bluetooth = false;
    connection_timeout = "2s";
  };

  consensus = {
    proposal_timeout = "500ms";
    voting_timeout = "250ms";
  };

  performance = "PowerSaving";
}
