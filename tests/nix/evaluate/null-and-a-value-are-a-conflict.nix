{ problemsOf, ... }:
{
  actual = problemsOf [
    { network.proxy = null; }
    { network.proxy = "p"; }
  ];
  expected = [ "conflict /network/proxy" ];
}
