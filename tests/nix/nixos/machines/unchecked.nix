# Built whatever the gate says, and checked when the service starts.
{
  services.bitcraps = {
    enable = true;
    checkConfig = false;
  };
}
