{
  imports = [ ./bsae.nix ];
}
