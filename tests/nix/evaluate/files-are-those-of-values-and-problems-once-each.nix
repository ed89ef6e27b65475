{ compose, modules, ... }:
{
  actual =
    (compose [
      (modules + "/importing.nix")
      (modules + "/typo.nix")
      (modules + "/forcing.nix")
      (modules + "/nothing.nix")
    ]).files;
  expected = [
    "modules/base.nix"
    "modules/forcing.nix"
    "modules/importing.nix"
    "modules/typo.nix"
  ];
}
