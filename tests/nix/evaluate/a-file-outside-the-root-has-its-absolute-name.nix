{ evaluate, modules, ... }:
{
  actual =
    map
      (
        root:
        (evaluate {
          inherit root;
          environment = "Testing";
          modules = [ (modules + "/base.nix") ];
        }).files
      )
      [
        modules
        "${toString modules}/"
        ""
        (modules + "/elsewhere")
      ];
  expected = [
    [ "base.nix" ]
    [ "base.nix" ]
    [ "${toString modules}/base.nix" ]
    [ "${toString modules}/base.nix" ]
  ];
}
