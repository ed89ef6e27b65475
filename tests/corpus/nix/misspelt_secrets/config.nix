{ lib, ... }:
{
  tokn = "hunter1";
  server.tokn = "hunter2";
  servr.token = "hunter3";
  server.api_key = [ "hunter4" ];
  server.token = lib.mkForce (lib.mkIf true "hunter5");
  colour = "shown";
}
