# A profile for little free memory, which the node reads in /proc.
{
  services.bitcraps = {
    enable = true;
    settings.profiles = [
      {
        name = "evening";
        when.time = "18:00-23:00"; # does not need /proc
        set.network.max_connections = 900;
      }
      {
        name = "busy";
        when.memory_above = 90;
        set.network.max_connections = 500;
      }
    ];
  };
}
