{
  evaluate,
  modules,
  positionsOf,
  ...
}:
{
  actual =
    let
      m = builtins.fromJSON ''{"app":{"name":"a"}}'';
    in
    [
      (positionsOf [ m ])
      (positionsOf [ (m // { _file = "site/a.nix"; }) ])
      (map
        (
          root:
          (evaluate {
            inherit root;
            environment = "Testing";
            modules = [
              m
              (m // { _file = "site/a.nix"; })
            ];
          }).files
        )
        [
          ""
          modules
        ]
      )
    ];
  expected = [
    { "/app/name" = [ "<inline>:0:0" ]; }
    { "/app/name" = [ "site/a.nix:0:0" ]; }
    [
      [ ]
      [ ]
    ]
  ];
}
