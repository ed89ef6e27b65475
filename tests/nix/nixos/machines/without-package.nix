# The config alone.
{
  services.bitcraps = {
    enable = true;
    package = null;
  };
}
