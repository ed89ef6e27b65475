{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: {
      app = lib.mkMerge [
        { name = "a"; }
        { level = "warn"; }
      ];
      network.peers = lib.mkMerge [
        [ "a:1" ]
        [ "b:1" ]
      ];
      labels = lib.mkMerge [
        { a = "1"; }
        { b = "2"; }
      ];
    })
  ];
  expected = {
    app = {
      name = "a";
      level = "warn";
    };
    network.peers = [
      "a:1"
      "b:1"
    ];
    labels = {
      a = "1";
      b = "2";
    };
  };
}
