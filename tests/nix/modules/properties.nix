{ config, lib, ... }:
{
  # Each value below is inside a property.
  app.name = lib.mkIf true (lib.mkDefault "marked");
  imports = [
    (lib.mkIf true {
      app = lib.mkMerge [
        { owner = "me"; }
      ];
    })
  ];
  network = lib.mkIf (config.app.name == "marked") {
    port = 1;
    limits.burst = lib.mkForce 1;
  };
}
