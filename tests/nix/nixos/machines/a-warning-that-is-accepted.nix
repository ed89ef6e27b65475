# A name that looks like a secret, with its warning accepted.
{
  services.bitcraps = {
    enable = true;
    settings.app.name = "tJ4x9Qm2ZpW7vKc1LhR8sYd3";
    accept = [ "secrets/likely-secret:app.name" ];
  };
}
