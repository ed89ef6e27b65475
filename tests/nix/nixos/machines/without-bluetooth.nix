# No kind of socket that is not used.
{
  services.bitcraps = {
    enable = true;
    settings.network.enable_bluetooth = false;
  };
}
