{ problemsOf, ... }:
{
  actual = problemsOf [
    ({ lib, ... }: {
      network = lib.mkForce {
        port = lib.mkIf true 1;
        peers = lib.mkBefore [ ];
        limits = lib.mkIf true { burst = 1; };
      };
    })
  ];
  expected = [
    "misplaced /network/limits/burst"
    "misplaced /network/port"
  ];
}
