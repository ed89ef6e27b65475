# An agent with the bundled model: a folder that `confgate deploy` writes, and files and a socket in a folder of their own.
{
  services.confgate.agents.node = {
    config = "/var/lib/bitcraps/current";
    output.path = "/run/bitcraps-config/node.toml";
    listen.socket = "/run/bitcraps-config/agent.sock";
    notify.pidFile = "/run/bitcraps/pid";
    identity = "/etc/node.key";
  };
}
