# A machine with the template for any service that has a JSON Schema.
{
  imports = [
    ((import ../../../../templates/schema/flake.nix).outputs {
      self = { };
      confgate = {
        lib = import ../../../../modules { };
        packages = { };
      };
    }).nixosModules.default
  ];

  services.clock = {
    enable = true;
    settings = import ../../../../templates/schema/config.nix;
  };
}
