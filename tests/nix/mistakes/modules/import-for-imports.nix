{
  import = [ ../files/port.nix ];
}
