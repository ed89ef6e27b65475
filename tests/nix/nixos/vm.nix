# A virtual machine with the module, for pkgs.testers.runNixOSTest: the service boots and serves, a live
# field reloads it in the same process, a restart field restarts it, and it keeps running after a
# rejected config.
#
# The node is a short replacement that reads the same file and handles the same signal.
{
  # The NixOS module and the gate.
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
