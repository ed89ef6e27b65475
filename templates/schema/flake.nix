{
  description = "A config that is checked against a JSON Schema";

  inputs.confgate.url = "github:confgate/confgate";

  outputs =
    { self, confgate }:
    let
      inherit (builtins) mapAttrs;

      gate = confgate.lib.forSchema ./schema.json;
    in
    {
      # For each system that Confgate has packages for. A Mac builds with a Linux builder.
      packages = mapAttrs (_: packages: {
        default = gate.mkBundle {
          name = "clock";
          environment = "production";
          modules = [ ./config.nix ];
          root = ./.;
          format = "json"; # the format that the service reads
          confgate = packages.confgate;
        };
      }) confgate.packages;

      checks = mapAttrs (_: packages: { inherit (packages) default; }) self.packages;

      # services.clock, with typed settings.
      nixosModules.default = gate.mkModule {
        name = "clock";
        title = "Clock";
        package =
          pkgs: pkgs.writeShellScriptBin "clock" "exec ${pkgs.python3}/bin/python3 ${./clock.py} \"$@\"";
        format = "json";
        arguments = file: [ file ];
      };
    };
}
