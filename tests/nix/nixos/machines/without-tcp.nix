# The firewall stays closed, because the node does not listen.
{
  services.bitcraps = {
    enable = true;
    openFirewall = true;
    settings.network.enable_tcp = false;
  };
}
