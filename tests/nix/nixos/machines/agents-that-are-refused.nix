# Agents whose options contradict each other.
{
  services.confgate.agents = {
    empty = { };
    both = {
      settings.app.name = "two";
      config = "/var/lib/both/current";
      notify.unit = "both.service";
      notify.pidFile = "/run/both.pid";
    };
    open = {
      config = "/var/lib/open";
      listen.port = 9000;
      listen.address = "0.0.0.0";
    };
    closed = {
      config = "/var/lib/closed";
      openFirewall = true;
      scrape = true;
    };
    disabled.enable = false;
  };
}
