{ compose, ... }:
{
  actual = map (problem: [
    problem.path
    (problem ? hint)
  ]) (compose [
    {
      services.node.settings.network.port = 1;
      _module.check = false;
      _module.args = { };
      network.imports = [ ];
      netwrok = { };
    }
  ]).problems;
  expected = [
    [
      "/_module/check"
      true
    ]
    [
      "/network/imports"
      true
    ]
    [
      "/netwrok"
      false
    ]
    [
      "/services"
      true
    ]
  ];
}
