{ lib, ... }:
{
  imports = [ { network = lib.importTOML ../files/port.toml; } (lib.importTOML ../files/unknown.toml) ];
}
