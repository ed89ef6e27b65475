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
  isLoopback =
    lib.hasPrefix "127." agent.listen.address || agent.listen.address == "::1";
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
  {
    assertion = agent.listen.port == null || agent.listen.socket == null;
    message = "${option}.listen has both a port and a socket: set one of them";
  }
  {
    assertion = agent.listen.port == null || isLoopback || agent.listen.tokenFile != null;
    message = "${option}.listen.address is reached by other machines, which could read the config: set ${option}.listen.tokenFile to the path of a token, or use 127.0.0.1";
  }
  {
    assertion = !agent.openFirewall || (agent.listen.port != null && !isLoopback);
    message = "${option}.openFirewall opens nothing: set ${option}.listen.port, and ${option}.listen.address to one that other machines reach";
  }
  {
    assertion = !agent.scrape || agent.listen.port != null;
    message = "${option}.scrape needs a port: set ${option}.listen.port";
  }
]
