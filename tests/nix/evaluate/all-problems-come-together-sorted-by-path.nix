{ problemsOf, ... }:
{
  actual = problemsOf [
    {
      zzz = 1;
      network.port = 1.0;
      app.name = x: x;
    }
    {
      aaa = 1;
      network.peers = [ null ];
      network.prot = 1;
    }
  ];
  expected = [
    "unknown-key /aaa"
    "function /app/name"
    "null-in-list /network/peers/0"
    "whole-float /network/port"
    "unknown-key /network/prot"
    "unknown-key /zzz"
  ];
}
