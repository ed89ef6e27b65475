# The module that mkModule makes: what stands in the configuration of the machine once the service is enabled.
service:
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  inherit (lib)
    mapAttrs'
    mkIf
    mkMerge
    optional
    optionalAttrs
    replaceStrings
    ;
  inherit (service) format schemaInStore name;

  cfg = config.services.${name};
  environments = import ../environments.nix;
  environment = environments.toLower cfg.environment;
  bundle = import ./bundle.nix { inherit lib service; } cfg options.services.${name}.settings;
  secrets = import ./secrets.nix { inherit lib name; } cfg;
  ports = service.ports cfg.settings;
  inherit (import ./folders.nix { inherit lib service; }) foldersOf;
in
{
  options.services.${name} = import ./interface.nix { inherit lib pkgs service; } cfg;

  config = mkIf cfg.enable (mkMerge [
    {
      inherit (secrets) warnings;
      assertions = secrets.assertions ++ import ./assertions.nix { inherit lib service; } cfg;

      # What the unit names is named here, so that its text stays the same when a path in the store moves.
      environment.etc = {
        "${name}/config.${format}".source = "${bundle}/config.${format}";
        # Where a program looks that is told a folder and an environment.
        "${name}/${environment}.${format}".source = "${bundle}/config.${format}";
        "${name}/origins.json".source = "${bundle}/origins.json";
        "${name}/manifest.json".source = "${bundle}/manifest.json";
        "${name}/gate".source = lib.getExe' cfg.confgatePackage (
          cfg.confgatePackage.meta.mainProgram or "confgate"
        );
      }
      // optionalAttrs (schemaInStore != null) { "${name}/schema.json".source = schemaInStore; };
    }

    (mkIf (cfg.package != null) {
      systemd.services.${name} = import ./unit.nix { inherit lib pkgs service; } cfg;
    })

    # Folders outside of its own are made where they are missing, and left as they are where not (`:`).
    (mkIf (cfg.package != null && cfg.user != null) {
      systemd.tmpfiles.settings."10-${name}" = mapAttrs' (_: path: {
        name = replaceStrings [ "%" ] [ "%%" ] path;
        value.d = {
          mode = ":0700";
          user = ":${cfg.user}";
        }
        // optionalAttrs (cfg.group != null) { group = ":${cfg.group}"; };
      }) (foldersOf cfg);
    })

    (mkIf cfg.openFirewall { networking.firewall.allowedTCPPorts = ports.public or [ ]; })

    # A user of another name is somebody else's, who says what else it is.
    (mkIf (cfg.user == name) {
      users.users.${name} = {
        isSystemUser = true;
        description = service.title;
        group = if cfg.group == null then name else cfg.group;
      };
    })
    (mkIf (cfg.user == name && (cfg.group == null || cfg.group == name)) {
      users.groups.${name} = { };
    })

    # A machine whose config is refused is not built, whatever uses the config.
    (optionalAttrs (options ? system.checks) { system.checks = optional cfg.checkConfig bundle; })
  ]);
}
