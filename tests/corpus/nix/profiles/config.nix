{ secret, ... }:
{
  profiles = [
    {
      name = "night";
      when = {
        environment = [ "Staging" "Production" ];
        time = "22:00-06:00";
        zone = "Europe/Berlin";
      };
      set.network.max_connections = 100;
    }
    {
      name = "rehearsal";
      when.feature = "rehearsal";
      set.monitoring.alert_webhook = secret "REHEARSAL_WEBHOOK";
    }
  ];
}
