# Only `enable`.
{
  services.bitcraps.enable = true;
}
