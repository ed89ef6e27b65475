{ pkgs, ... }:
{
  app.data_dir = "${pkgs.hello}/share";
}
