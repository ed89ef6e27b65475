# An unused secret with an invalid name.
{
  services.bitcraps = {
    enable = true;
    secrets.db-password = "/run/secrets/db-password";
  };
}
