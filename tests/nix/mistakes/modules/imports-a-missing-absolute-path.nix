{
  imports = [ "/nowhere/base.nix" ];
}
