{ problemsOf, ... }:
{
  actual = problemsOf [
    ({ lib, ... }: {
      nope = lib.mkIf false 1;
      network = lib.mkIf false {
        prot = 1;
        limits.brust = 2;
      };
    })
  ];
  expected = [
    "unknown-key /network/limits/brust"
    "unknown-key /network/prot"
    "unknown-key /nope"
  ];
}
