{ modules, settingsOf, ... }:
{
  actual = settingsOf [
    (modules + "/base.nix")
    { app.level = "warn"; }
    ({ ... }: { network.port = 1; })
  ];
  expected = {
    app = {
      name = "base";
      level = "warn";
    };
    network = {
      peers = [ "base:1" ];
      port = 1;
    };
  };
}
