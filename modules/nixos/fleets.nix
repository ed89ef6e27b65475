# services.confgate.relays and services.confgate.rollouts: what brings releases to the nodes of a fleet.
{
  _class = "nixos";
  _file = ./fleets.nix;
  # Importing the module several times counts once.
  key = "confgate: services.confgate.relays and services.confgate.rollouts";
  imports = [ ./fleets/module.nix ];
}
