# A service with a schema of its own that reads JSON and does not reload.
{
  imports = [
    ((import ../../../../modules { }).mkModule {
      name = "lamp-post";
      title = "Lamp";
      schemaFile = ./schema.json;
      format = "json";
      package = pkgs: pkgs.coreutils // { meta.mainProgram = "lampd"; };
      arguments = file: [
        "--config"
        file
        "--motto"
        "100% $HOME"
      ];
      ports =
        { listen, ... }:
        {
          public = [ listen.port ];
        };
    })
  ];

  services.lamp-post = {
    enable = true;
    openFirewall = true;
    environment = "Staging";
    settings =
      { config, lib, ... }:
      {
        room = "kitchen";
        listen.port = lib.mkDefault 7001;
        colour.kelvin = if config.listen.port == 7001 then 2700 else 6500;
        scenes = {
          dinner = 0.25;
          party = 1;
        };
        vendor.lottery.numbers = lib.optionals true [
          4
          8
        ];
      };
  };
}
