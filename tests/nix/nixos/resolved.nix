# A service whose secrets are resolved before it starts: its built config, and the command of its unit.
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
