# Each value is good, and the two together are not; one stands in a module of the settings, the other is in no place.
{
  imports = [ { services.bitcraps.settings.network.listen_port = 9090; } ];
}
