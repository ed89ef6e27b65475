# A module made from another schema than the bundled one.
{
  imports = [ ../lamp/machine.nix ];
}
