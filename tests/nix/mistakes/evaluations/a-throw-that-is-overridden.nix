{ lib, ... }:
{
  imports = [ { app.name = lib.mkDefault (throw "never evaluated"); } ];
  app.name = "clock";
  database.url = 1 + "a";
}
