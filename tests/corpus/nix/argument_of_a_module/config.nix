{ region, ... }:
{
  imports = [ ./region.nix ];
  app.name = "node-${region}";
}
