{ problemsOf, ... }:
{
  actual = problemsOf [
    ({ lib, ... }: {
      app.name = lib.mkForce "a";
      network.port = lib.mkDefault 1;
    })
    {
      app.name = "b";
      network.port = 3;
    }
    ({ lib, ... }: {
      app.name = "c";
      network.port = lib.mkDefault 2;
    })
  ];
  expected = [ ];
}
