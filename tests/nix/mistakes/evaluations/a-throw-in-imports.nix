{ lib, ... }:
{
  imports = [ (throw "my own message") ];
}
