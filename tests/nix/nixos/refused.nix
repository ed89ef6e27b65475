# The machines in refused/, by name, each as the parts that a build evaluates: its unit and its bundle.
let
  inherit (import ./machine.nix) bitcraps lib machine;
  inherit (builtins)
    attrNames
    deepSeq
    head
    readDir
    ;

  build =
    name:
    let
      inherit
        (machine [
          bitcraps
          { services.bitcraps.enable = true; }
          (./refused + "/${name}/machine.nix")
        ])
        config
        ;
    in
    deepSeq [
      config.systemd.services
      config.environment.etc
    ] (head config.system.checks);
in
lib.genAttrs (attrNames (readDir ./refused)) build
