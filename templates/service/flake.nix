{
  description = "A service with a validated config";

  inputs.confgate.url = "github:confgate/confgate";
  inputs.nixpkgs.follows = "confgate/nixpkgs";

  outputs =
    {
      self,
      confgate,
      nixpkgs,
    }:
    let
      inherit (builtins)
        filter
        fromJSON
        head
        listToAttrs
        mapAttrs
        match
        ;

      # The systems that the service runs on.
      systems = filter (system: nixpkgs.legacyPackages ? ${system}) [
        "x86_64-linux"
        "aarch64-linux"
      ];
      forEachSystem =
        output:
        listToAttrs (
          map (system: {
            name = system;
            value = output nixpkgs.legacyPackages.${system};
          }) systems
        );

      greeterOf = pkgs: pkgs.greeter or (pkgs.callPackage ./package.nix { });

      # The service's own binary checks and builds bundles. `greeter schema > schema.json` writes the schema.
      gate = confgate.lib.forModel ./schema.json;
    in
    {
      packages = forEachSystem (
        pkgs:
        let
          greeter = greeterOf pkgs;
          bundle =
            environment: module:
            gate.mkBundle {
              inherit environment;
              modules = [ module ];
              root = ./.;
              confgate = greeter;
            };
        in
        {
          default = greeter;
          production = bundle "production" ./config/production.nix;
        }
      );

      checks = mapAttrs (_: packages: { inherit (packages) production; }) self.packages;

      # services.greeter, with typed settings.
      nixosModules.default = gate.mkModule {
        name = "greeter";
        title = "Greeter";
        package = greeterOf;
        arguments = file: [
          "serve"
          file
        ];
        # A port below 1024 needs a capability, and `openFirewall` opens it.
        ports =
          { listen, ... }:
          {
            public = [ (fromJSON (head (match ".*:([0-9]+)" listen))) ];
          };
      };
    };
}
