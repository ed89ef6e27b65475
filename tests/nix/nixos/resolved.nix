# What a service reads whose secrets are resolved before it starts: its config, built, and how the unit makes the file of it.
let
  inherit (import ./machine.nix) machine pkgs;
  inherit ((machine [ ./machines/secrets-that-are-resolved.nix ]).config) environment systemd;
in
{
  built = (import ../../../modules { }).mkConfigs {
    name = "lamp";
    bundles.lamp = dirOf environment.etc."lamp-post/config.json".source;
    inherit (pkgs) confgate;
  };
  command = builtins.head systemd.services.lamp-post.serviceConfig.ExecStartPre;
}
