{ problemsOf, ... }:
{
  actual =
    let
      f = x: x;
    in
    problemsOf [
      {
        app.name = f;
        network = {
          peers = [
            "a"
            f
          ];
          relays = [ { url = f; } ];
          port = {
            deep = [ { er = f; } ];
          };
        };
        labels.a = f;
        extra.b.c = f;
        zones = f;
        profile.Custom.cpu = f;
      }
    ];
  expected = [
    "function /app/name"
    "function /extra/b/c"
    "function /labels/a"
    "function /network/peers/1"
    "function /network/port/deep/0/er"
    "function /network/relays/0/url"
    "not-a-table /profile/Custom/cpu"
    "function /zones"
  ];
}
