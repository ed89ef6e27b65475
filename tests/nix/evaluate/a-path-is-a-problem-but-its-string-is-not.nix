{ problemsOf, ... }:
{
  actual = problemsOf [
    {
      app.name = ./.;
      network.peers = [ ./. ];
      extra.a = ./.;
      app.owner = toString ./.;
      app.level = "${builtins.toFile "a" ""}";
    }
  ];
  expected = [
    "path /app/name"
    "path /extra/a"
    "path /network/peers/0"
  ];
}
