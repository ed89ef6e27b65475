# A machine with the template for a service in Rust, on a port that needs a capability.
let
  greeter =
    derivation {
      name = "greeter";
      system = "x86_64-linux";
      builder = "/none";
    }
    // {
      meta.mainProgram = "greeter";
    };
in
{
  imports = [
    ((import ../../../../templates/service/flake.nix).outputs {
      self = { };
      confgate.lib = import ../../../../modules { };
      nixpkgs.legacyPackages.x86_64-linux = { inherit greeter; };
    }).nixosModules.default
  ];

  services.greeter = {
    enable = true;
    package = greeter;
    openFirewall = true;
    settings =
      { lib, ... }:
      {
        imports = [ ../../../../templates/service/config/production.nix ];
        listen = lib.mkForce "0.0.0.0:80";
      };
  };
}
