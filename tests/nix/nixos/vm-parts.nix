# The parts of the VM test that only need nixpkgs' lib: the changes of each variant, and the assembly of
# the test.
let
  inherit (import ./machine.nix)
    bitcraps
    lib
    machine
    pkgs
    ;
  variants = import ./vm/variants.nix;

  unit =
    variant:
    let
      inherit (machine [
        bitcraps
        ./vm/node.nix
        variant
      ])
        config
        ;
      made = config.systemd.services.bitcraps;
      failed = lib.filter (assertion: !assertion.assertion) config.assertions;
    in
    assert failed == [ ];
    {
      inherit (made) reloadTriggers restartTriggers serviceConfig;
      checks = lib.length config.system.checks;
    };
  booted = unit { };

  test = import ./vm.nix {
    module = bitcraps;
    inherit (pkgs) confgate;
  };
in
{
  inherit (test) name;
  script = lib.hasInfix "main_pid() == booted" test.testScript;
  changes = builtins.mapAttrs (
    _: variant:
    let
      changed = unit variant;
    in
    lib.filter (name: changed.${name} != booted.${name}) (lib.attrNames booted)
  ) variants;
}
