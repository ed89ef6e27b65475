# Built without a check, and checked when the service starts.
{
  services.bitcraps = {
    enable = true;
    checkConfig = false;
  };
}
