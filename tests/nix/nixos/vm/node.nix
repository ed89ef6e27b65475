# The machine of the test: a node in Production with a secret.
{
  services.bitcraps = {
    enable = true;
    openFirewall = true;
    settings =
      { secret, ... }:
      {
        network.max_connections = 100;
        monitoring.alert_webhook = secret "ALERT_WEBHOOK";
      };
    secrets.ALERT_WEBHOOK = "/var/lib/secrets/alert-webhook";
  };

  # In place of sops-nix or agenix.
  systemd.services.bitcraps.after = [ "secret.service" ];
  systemd.services.bitcraps.wants = [ "secret.service" ];
  systemd.services.secret = {
    description = "a secret";
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      UMask = "0077";
      StateDirectory = "secrets";
      ExecStart = "/bin/sh -c 'echo https://hooks.example.net/hunter2 > /var/lib/secrets/alert-webhook'";
    };
  };
}
