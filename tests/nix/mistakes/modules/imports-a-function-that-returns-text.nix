{
  imports = [ ../files/text-function.nix ];
}
