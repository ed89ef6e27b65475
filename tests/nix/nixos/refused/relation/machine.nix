# Two valid values that break a rule together; one is in a module of the settings, the other a default.
{
  imports = [ { services.bitcraps.settings.network.listen_port = 9090; } ];
}
