# services.confgate.agents: agents that keep the config of a service current, whatever it is written in.
{
  _class = "nixos";
  _file = ./agents.nix;
  # Importing the module several times counts once.
  key = "confgate: services.confgate.agents";
  imports = [ ./agents/module.nix ];
}
