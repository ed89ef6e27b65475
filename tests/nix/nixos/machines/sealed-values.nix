# A setting that is sealed for the key of the machine.
{
  services.bitcraps = {
    enable = true;
    identity = "/etc/node 100%.key";
    settings.database.url = "encrypted:YWdlLWVuY3J5cHRpb24ub3JnL3Yx";
  };
}
