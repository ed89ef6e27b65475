# A service in Rust: its own program builds and checks, and reloads.
{
  imports = [
    (((import ../../../../modules { }).forModel ../lamp/schema.json).mkModule {
      name = "lamp";
      reload = true;
      package = pkgs: pkgs.confgate // { meta.mainProgram = "lamp"; };
      arguments = file: [
        "serve"
        file
      ];
    })
  ];

  services.lamp = {
    enable = true;
    settings.room = "hall";
  };
}
