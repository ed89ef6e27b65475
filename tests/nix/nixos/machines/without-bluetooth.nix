# Without the address family of Bluetooth.
{
  services.bitcraps = {
    enable = true;
    settings.network.enable_bluetooth = false;
  };
}
