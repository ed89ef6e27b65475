# Errors in the options of an agent that show before anything is built.
{ lib }:
name: agent:
let
  option = "services.confgate.agents.${name}";
  notifications = lib.filter (notification: notification != null) [
    agent.notify.unit
    agent.notify.pidFile
    agent.notify.command
  ];
  listen = import ../listen.nix { inherit lib; };
in
[
  {
    assertion = agent.config != null;
    message = "${option} has no config: set ${option}.settings to its modules, or ${option}.config to the path of a file or folder";
  }
  {
    assertion = agent.settings == null || agent.config == "/etc/confgate/${name}";
    message = "${option}.settings and ${option}.config are both set: remove one of them";
  }
  {
    assertion = lib.length notifications <= 1;
    message = "${option}.notify has several ways to notify the service: set one of unit, pidFile and command";
  }
]
++ listen.assertions option ", which could read the config" agent
