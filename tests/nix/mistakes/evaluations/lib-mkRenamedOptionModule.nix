{ lib, ... }:
{
  imports = [ (lib.mkRenamedOptionModule [ "app" "dir" ] [ "app" "data_dir" ]) ];
}
