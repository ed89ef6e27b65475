# The module that mkModule makes: options, and the configuration of a machine with the service enabled.
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
    listToAttrs
    mapAttrs'
    mkIf
    mkMerge
    optional
    optionalAttrs
    replaceStrings
    ;
  inherit (service)
    format
    name
    schemaDocuments
    schemaInStore
    ;

  cfg = config.services.${name};
  environments = import ../environments.nix;
  environment = environments.toLower cfg.environment;
  bundle = import ./bundle.nix { inherit lib service; } cfg options.services.${name}.settings;
  secrets = import ./secrets.nix { inherit lib name; } cfg;
  ports = service.ports cfg.settings;
  inherit (import ./oldest-lib.nix) requireLib;
  inherit (import ./gate.nix { inherit lib; }) gateOf;
  inherit (import ./folders.nix { inherit lib service; }) foldersOf;
in
{
  options.services.${name} = requireLib lib "services.${name}" (
    import ./options.nix { inherit lib pkgs service; } cfg
  );

  config = mkIf cfg.enable (mkMerge [
    (optionalAttrs (options ? meta.maintainers) { meta = { inherit (service) maintainers; }; })

    {
      inherit (secrets) warnings;
      assertions = secrets.assertions ++ import ./assertions.nix { inherit lib service; } cfg;

      # The unit refers to these names, so its text does not change with a store path.
      environment.etc = {
        "${name}/config.${format}".source = "${bundle}/config.${format}";
        # For programs that are given a folder and an environment.
        "${name}/${environment}.${format}".source = "${bundle}/config.${format}";
        "${name}/origins.json".source = "${bundle}/origins.json";
        "${name}/manifest.json".source = "${bundle}/manifest.json";
        "${name}/gate".source = gateOf cfg;
      }
      // optionalAttrs (schemaInStore != null) { "${name}/schema.json".source = schemaInStore; }
      // listToAttrs (
        map (document: {
          name = "${name}/${document.file}";
          value.source = document.source;
        }) schemaDocuments
      );
    }

    (mkIf (cfg.package != null) {
      systemd.services.${name} = import ./unit.nix { inherit lib pkgs service; } cfg;
    })

    # tmpfiles creates missing folders; the prefix `:` leaves existing ones unchanged.
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

    # Users of another name are defined elsewhere.
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

    # Fails the build of the machine for a rejected config, even if nothing uses the bundle.
    (optionalAttrs (options ? system.checks) { system.checks = optional cfg.checkConfig bundle; })
  ]);
}
