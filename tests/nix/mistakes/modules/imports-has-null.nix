{
  imports = [ (if true then null else ../files/base.nix) ];
}
