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
      inherit (builtins) fromJSON head match;

      system = "x86_64-linux";
      pkgs = nixpkgs.legacyPackages.${system};

      greeter = pkgs.greeter or (pkgs.callPackage ./package.nix { });

      # The service's own binary checks and builds bundles. `greeter schema > schema.json` writes the schema.
      gate = confgate.lib.forModel ./schema.json;

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
      packages.${system} = {
        default = greeter;
        production = bundle "production" ./config/production.nix;
      };

      checks.${system} = { inherit (self.packages.${system}) production; };

      # services.greeter, with typed settings.
      nixosModules.default = gate.mkModule {
        name = "greeter";
        title = "Greeter";
        package = _: greeter;
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
