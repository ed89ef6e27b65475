{ settingsOf, ... }:
{
  actual = settingsOf [
    {
      network.peers = [ "a:1" ];
      labels.a = "1";
      profile.Custom.cpu.threads = 1;
    }
    ({ lib, ... }: {
      network.peers = lib.mkForce [ "b:1" ];
      labels = lib.mkForce { b = "2"; };
      profile = lib.mkForce { Custom.cpu.hints = [ "h" ]; };
    })
  ];
  expected = {
    network.peers = [ "b:1" ];
    labels.b = "2";
    profile.Custom.cpu.hints = [ "h" ];
  };
}
