# The production config of this repository, with its secrets.
{
  services.bitcraps = {
    enable = true;
    openFirewall = true;
    settings.imports = [ ../../../../config/production.nix ];
    secrets = {
      DB_PASSWORD = "/run/secrets/bitcraps/db-password";
      ALERT_WEBHOOK = "/run/secrets/bitcraps/100%-webhook";
    };
  };
}
