# A name that no reference can have, of a secret that nobody refers to.
{
  services.bitcraps = {
    enable = true;
    secrets.db-password = "/run/secrets/db-password";
  };
}
