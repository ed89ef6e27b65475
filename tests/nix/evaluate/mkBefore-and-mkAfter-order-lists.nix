{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: { network.peers = lib.mkBefore [ "before" ]; })
    { network.peers = [ "plain" ]; }
    ({ lib, ... }: { network.peers = lib.mkAfter [ "after" ]; })
    ({ lib, ... }: {
      network.peers = lib.mkMerge [
        [ "merged" ]
        (lib.mkOrder 10 [ "first" ])
        (lib.mkBefore [ "early" ])
      ];
    })
  ];
  expected = {
    network.peers = [
      "first"
      "early"
      "before"
      "merged"
      "plain"
      "after"
    ];
  };
}
