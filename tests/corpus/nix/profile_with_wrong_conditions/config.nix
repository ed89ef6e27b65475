{
  profiles = [
    {
      name = "night";
      when.time = "22-6";
      set.network.max_connections = 100;
    }
    {
      name = "night";
      whn.days = [ "Sat" ];
      set = { };
    }
    {
      name = "busy";
      when.cpu_above = 120;
      set = { };
    }
  ];
}
