{
  at,
  compose,
  modules,
  ...
}:
{
  actual = map (p: [
    p.kind
    p.path
    (map at p.at)
  ]) (compose [ (modules + "/typo.nix") ]).problems;
  expected = [
    [
      "unknown-key"
      "/network/prot"
      [ "modules/typo.nix:3:5" ]
    ]
    [
      "unknown-key"
      "/netwrok"
      [ "modules/typo.nix:5:3" ]
    ]
  ];
}
