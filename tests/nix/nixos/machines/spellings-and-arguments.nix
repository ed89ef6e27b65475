# The environment in two spellings, and an argument of the settings that their imports depend on.
{
  imports = [
    { services.bitcraps.environment = "stage"; }
    { services.bitcraps.environment = "Staging"; }
  ];
  services.bitcraps = {
    enable = true;
    specialArgs.region = "europe";
    settings =
      { region, lib, ... }:
      {
        imports = lib.optional (region == "europe") { app.name = "node in ${region}"; };
      };
  };
}
