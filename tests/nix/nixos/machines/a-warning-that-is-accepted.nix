# A name that the gate takes for a secret, and whoever wrote it does not.
{
  services.bitcraps = {
    enable = true;
    settings.app.name = "tJ4x9Qm2ZpW7vKc1LhR8sYd3";
    accept = [ "secrets/likely-secret:app.name" ];
  };
}
