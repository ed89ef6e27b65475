{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: { network.peers = lib.mkForce [ "b" ]; })
    ({ lib, ... }: { network.peers = lib.mkForce (lib.mkAfter [ "c" ]); })
    ({ lib, ... }: { network = lib.mkForce { peers = lib.mkBefore [ "a" ]; }; })
    { network.peers = [ "lost" ]; }
  ];
  expected = {
    network.peers = [
      "a"
      "b"
      "c"
    ];
  };
}
