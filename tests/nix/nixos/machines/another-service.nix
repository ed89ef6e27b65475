# What mkModule makes of a schema that is not the bundled one.
{
  imports = [ ../lamp/machine.nix ];
}
