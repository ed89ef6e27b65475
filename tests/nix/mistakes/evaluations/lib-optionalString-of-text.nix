{ lib, ... }:
{
  app.name = lib.optionalString "yes" "clock";
}
