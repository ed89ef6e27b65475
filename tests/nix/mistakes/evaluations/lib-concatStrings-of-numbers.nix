{ lib, ... }:
{
  app.name = lib.concatStrings [
    "clock"
    1
  ];
}
