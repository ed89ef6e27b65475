{ positionsOf, ... }:
{
  actual = positionsOf [
    {
      _file = "site/a.nix";
      imports = [ (builtins.fromJSON ''{"app":{"name":"a"}}'') ];
    }
  ];
  expected = {
    "/app/name" = [ "site/a.nix:0:0" ];
  };
}
