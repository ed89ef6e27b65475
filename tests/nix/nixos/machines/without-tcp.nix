# The firewall stays closed where nobody listens.
{
  services.bitcraps = {
    enable = true;
    openFirewall = true;
    settings.network.enable_tcp = false;
  };
}
