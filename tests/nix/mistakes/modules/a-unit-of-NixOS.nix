{
  systemd.services.node.enable = true;
}
