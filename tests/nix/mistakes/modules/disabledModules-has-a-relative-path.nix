{
  disabledModules = [ "services/web.nix" ];
}
