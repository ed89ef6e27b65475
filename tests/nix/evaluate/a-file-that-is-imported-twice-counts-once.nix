{ modules, settingsOf, ... }:
{
  actual = settingsOf [
    (modules + "/importing.nix")
    (modules + "/base.nix")
    "${toString modules}/base.nix"
    { imports = [ (modules + "/base.nix") ]; }
  ];
  expected = {
    app.name = "base";
    network.peers = [
      "base:1"
      "importing:1"
    ];
  };
}
