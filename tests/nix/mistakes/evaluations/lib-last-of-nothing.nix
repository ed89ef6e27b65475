{ lib, ... }:
{
  app.name = lib.last [ ];
}
