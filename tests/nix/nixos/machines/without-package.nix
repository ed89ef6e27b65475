# The config without a service.
{
  services.bitcraps = {
    enable = true;
    package = null;
  };
}
