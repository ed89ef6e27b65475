# Testing: short-lived nodes that the test suite starts in numbers.
{ lib, ... }:
{
  imports = [ ./base.nix ];

  network = {
    listen_address = "127.0.0.1";
    # Tests do not contact other machines.
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
