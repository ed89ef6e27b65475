{ problemsOf, ... }:
{
  actual = problemsOf [
    {
      network.peers = [ "a" ];
      extra = [ 1 ];
    }
    {
      network.peers = "b";
      extra.a = 1;
    }
  ];
  expected = [
    "conflict /extra"
    "conflict /network/peers"
  ];
}
