# A port that needs a capability.
{
  services.bitcraps = {
    enable = true;
    openFirewall = true;
    settings.network.listen_port = 443;
  };
}
