# pkgs.confgate, and pkgs.bitcraps: the node of the bundled model.
final: _: {
  confgate = final.callPackage ./package.nix { };
  bitcraps = final.callPackage ./bitcraps.nix { };
}
