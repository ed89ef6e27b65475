# The settings and the built config of lamp/machine.nix.
let
  inherit (import ./machine.nix) machine pkgs;
  inherit ((machine [ ./lamp/machine.nix ]).config) environment services;
in
{
  settings = services.lamp-post.settings;
  built = (import ../../../modules { }).mkConfigs {
    name = "lamp";
    bundles.lamp = dirOf environment.etc."lamp-post/config.json".source;
    inherit (pkgs) confgate;
  };
}
