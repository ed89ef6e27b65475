{ settingsOf, ... }:
{
  actual =
    let
      m = name: imports: {
        inherit imports;
        network.peers = [ name ];
      };
    in
    settingsOf [
      (m "1" [
        (m "11" [ (m "111" [ ]) ])
        (m "12" [ ])
      ])
      (m "2" [ (m "21" [ ]) ])
    ];
  expected = {
    network.peers = [
      "111"
      "21"
      "12"
      "11"
      "2"
      "1"
    ];
  };
}
