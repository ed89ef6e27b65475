{
  imports = [ "../files/base.nix" ];
}
