# An agent beside a service that reads JSON: settings, a secret, a unit to reload, and a port that other machines reach.
{
  services.confgate.agents.lamp = {
    schema = ../lamp/schema.json;
    settings =
      { secret, ... }:
      {
        room = secret "ROOM";
      };
    environment = "prod";
    secrets.ROOM = "/run/secrets/room";
    output = {
      format = "json";
      group = "lamp";
    };
    notify.unit = "lamp.service";
    listen = {
      port = 9464;
      address = "::";
      tokenFile = "/run/secrets/agent-token";
    };
    openFirewall = true;
    scrape = true;
  };
}
