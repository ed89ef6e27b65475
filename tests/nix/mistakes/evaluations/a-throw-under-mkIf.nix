{ lib, ... }:
{
  app.name = lib.mkIf true (throw "my own message");
}
