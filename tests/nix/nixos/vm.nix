# A virtual machine with the module, for pkgs.testers.runNixOSTest: the service boots and serves, a live field reloads it under
# the same process, a restart field restarts it, and a config that the gate refuses leaves it running as it was.
#
# The node is a stand-in of a few lines that reads the same file and the same signal as a real one.
{
  # The NixOS module, and the gate.
  module,
  confgate,
}:
{
  name = "bitcraps";

  nodes.machine =
    { lib, pkgs, ... }:
    let
      variants = import ./vm/variants.nix;
    in
    {
      imports = [
        module
        ./vm/node.nix
      ];
      services.bitcraps = {
        package = pkgs.writeScriptBin "bitcraps" "#!${lib.getExe pkgs.python3}\n${builtins.readFile ./vm/node.py}";
        confgatePackage = confgate;
      };
      environment.systemPackages = [ pkgs.curl ];
      specialisation = builtins.mapAttrs (_: configuration: { inherit configuration; }) variants;
    };

  testScript = builtins.readFile ./vm/script.py;
}
