# Nothing is said but that there is a node.
{
  services.bitcraps.enable = true;
}
