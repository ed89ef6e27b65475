{
  imports = [ ./tuned.nix ];
  performance = "HighPerformance";
}
