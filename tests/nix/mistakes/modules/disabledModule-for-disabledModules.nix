{
  disabledModule = [ ../files/port.nix ];
}
