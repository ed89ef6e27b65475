{ compose, ... }:
{
  actual =
    let
      r = compose [
        ({ lib, ... }: {
          network.relays = [
            { url = "a"; }
            (lib.mkIf true {
              url = lib.mkDefault "b";
              weight = lib.mkIf false 2;
              password = null;
            })
          ];
        })
      ];
    in
    [
      r.settings
      r.config.network.relays
    ];
  expected = [
    {
      network.relays = [
        { url = "a"; }
        {
          url = "b";
          password = null;
        }
      ];
    }
    [
      {
        url = "a";
        weight = 1;
        password = null;
        tags = [ ];
      }
      {
        url = "b";
        weight = 1;
        password = null;
        tags = [ ];
      }
    ]
  ];
}
