{
  description = "A config that is checked against a JSON Schema";

  inputs.confgate.url = "github:confgate/confgate";

  outputs =
    { self, confgate }:
    let
      system = "x86_64-linux";

      gate = confgate.lib.forSchema ./schema.json;
    in
    {
      packages.${system}.default = gate.mkBundle {
        name = "clock";
        environment = "production";
        modules = [ ./config.nix ];
        root = ./.;
        format = "json"; # the format that the service reads
        confgate = confgate.packages.${system}.default;
      };

      checks.${system}.default = self.packages.${system}.default;

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
