{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: {
      network.peers = [
        "a"
        (lib.mkIf false "no")
        (lib.mkIf true "b")
        (lib.mkForce "c")
        (lib.mkMerge [
          "d"
          "d"
        ])
      ];
    })
  ];
  expected = {
    network.peers = [
      "a"
      "b"
      "c"
      "d"
    ];
  };
}
